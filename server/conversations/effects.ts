/** The outbox at work: what must follow an entry is run from memory at once, and recovered from the index after a crash. */
import type { Hub } from '../hub.ts';
import type { Effect, Entry } from './schema.ts';

/** How an effect ended: settled, or to be tried again then (attempted: false when it only waited for its turn). `lost`: another worker has it, nothing is recorded. Throwing means: try again with back-off. */
export type Outcome = { lost: true } | { state: 'done' | 'failed'; error?: string } | { againAt: Date; error?: string; attempted?: false; doubt?: boolean };
/** Carries out one effect. Must be idempotent: after a crash it runs again. */
export type Carrier = (hub: Hub, entry: Entry, effect: Effect) => Promise<Outcome>;

const sweepMs = 2_000;
const renewMs = 4_000;
/** How long a stop waits for what is being sent. */
const stopMs = 8_000;
/** An entry overdue for so long has lost its worker. */
const graceMs = 10_000;

/** Starts the worker. @param soleNode nobody else works on this database: what is overdue at the start is ours now */
export function startEffects(hub: Hub, carriers: Record<Effect['kind'], Carrier>, soleNode: boolean) {
  const inHand = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  const schedule = (entry: Entry, due: Date) => {
    const wait = Math.max(0, due.getTime() - hub.now().getTime());
    if (wait > 60_000) return; // the sweep finds it
    inHand.add(entry.id);
    if (wait === 0) { setImmediate(() => start(entry)); return; }
    const timer = setTimeout(() => { timers.delete(timer); start(entry); }, wait);
    timers.add(timer);
  };

  const start = (entry: Entry) => {
    const run = take(entry).finally(() => underWay.delete(run));
    underWay.add(run);
  };

  const take = async (entry: Entry) => {
    if (stopped) return;
    const renew = setInterval(() => { void hub.store.conversations.renewLease(entry.id, hub.now()).catch(() => undefined); }, renewMs);
    try {
      const effects = [];
      let next: Date | null = null;
      for (const effect of entry.effects) {
        const { effect: after, againAt, lost } = await carry(entry, effect);
        if (lost) { inHand.delete(entry.id); return; }
        effects.push(after);
        if (againAt && (!next || againAt < next)) next = againAt;
      }
      clearInterval(renew);
      await hub.store.conversations.settleEffects(entry.id, effects, next);
      inHand.delete(entry.id);
      if (next && !stopped) schedule({ ...entry, effects }, next);
    } catch (error) {
      // Nothing could be recorded: the entry is still due, the sweep takes it up again.
      inHand.delete(entry.id);
      hub.log.warn({ err: error, entry: entry.id }, 'an effect could not be recorded; it will be taken up again');
    } finally {
      clearInterval(renew);
    }
  };

  const carry = async (entry: Entry, effect: Effect): Promise<{ effect: Effect; againAt: Date | null; lost?: true }> => {
    if (effect.state !== 'pending') return { effect, againAt: null };
    const attempts = effect.attempts + 1;
    try {
      const outcome = await carriers[effect.kind](hub, entry, effect);
      if ('lost' in outcome) return { effect, againAt: null, lost: true };
      if ('againAt' in outcome) return { effect: outcome.attempted === false ? { ...effect, ...(outcome.doubt === undefined ? {} : { doubt: outcome.doubt }) } : { ...effect, attempts, error: outcome.error, doubt: outcome.doubt ?? false }, againAt: outcome.againAt };
      return { effect: { ...effect, ...outcome, attempts, doubt: false }, againAt: null };
    } catch (error) {
      hub.log.warn({ err: error, entry: entry.id, effect: effect.kind, attempts }, 'an effect failed; it will be tried again');
      return { effect: { ...effect, attempts, error: error instanceof Error ? error.message : String(error) }, againAt: new Date(hub.now().getTime() + Math.min(30_000, 250 * 2 ** attempts)) };
    }
  };

  const sweep = async (grace: number) => {
    for (const entry of await hub.store.conversations.claimDue(hub.now(), grace, 500)) {
      // What we have in hand of a reply that was taken back is its sending, which will end in nothing.
      if (!inHand.has(entry.id) || entry.effects[0]?.kind === 'pass-on') schedule(entry, hub.now());
    }
  };
  let sweeping = false;
  const ticker = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    void sweep(graceMs).catch(error => hub.log.warn({ err: error }, 'overdue effects could not be read')).finally(() => { sweeping = false; });
  }, sweepMs);
  const unsubscribe = hub.events.on('appended', ({ entry, own }) => { if (own && entry.due && entry.effects.length) schedule(entry, entry.due); });

  return {
    recover: () => sweep(soleNode ? 0 : graceMs),
    /** Takes up an entry whose effects a person asked to run again. */
    schedule,
    /** Takes nothing up any more, and resolves when what is under way has ended, or after a while. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(ticker);
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
      await Promise.race([Promise.allSettled(underWay), new Promise(done => { setTimeout(done, stopMs).unref(); })]);
    },
  };
}
