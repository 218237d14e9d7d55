/** Counts what goes in and out of each channel, and asks platforms that can be asked for what we may have missed. */
import { wordsOf } from '../../connectors/connector.ts';
import { Words } from '../conversations/schema.ts';
import { whileAsking } from '../channels/asked.ts';
import type { Hub } from '../hub.ts';
import type { Counts } from './store.ts';

const writeMs = 2_000;
const askMs = 60_000;
/** Asked for again each time: clocks differ, and a platform may file a message late. */
const overlapMs = 5 * 60_000;
/** The name under which a channel remembers until when it is complete. */
export const ledger = 'ledger';

/** What the ledger remembers. */
export type Ledger = { until: string; gap?: Words };

/** Starts counting and asking; answers how to stop. @param everyMs between two rounds of asking */
export function startWatching(hub: Hub, everyMs = askMs): { stop(): Promise<void>; reconcile(channelId: string): Promise<void> } {
  const pending = new Map<string, Counts>();
  const count = (channelId: string | undefined, what: 'received' | 'sent' | 'failed' | 'unknown' | 'found', at: Date) => {
    if (channelId === undefined) return;
    const counts = pending.get(channelId) ?? {};
    counts[what] = (counts[what] ?? 0) + 1;
    if (what === 'received') counts.lastIn = at;
    if (what === 'sent') counts.lastOut = at;
    if (what === 'found') counts.foundAt = at;
    pending.set(channelId, counts);
  };
  const off = [
    hub.events.on('appended', ({ entry, own }) => { if (own && entry.kind === 'message' && entry.actor.kind === 'contact') count(entry.thread?.channelId, 'received', entry.at); }),
    hub.events.on('delivery', ({ thread, delivery }) => { if (delivery.state === 'sent' || delivery.state === 'failed' || delivery.state === 'unknown') count(thread?.channelId, delivery.state, delivery.at); }),
  ];
  off.push(hub.events.on('found', ({ channelId, at }) => count(channelId, 'found', at)));
  const write = async () => {
    const batch = [...pending];
    pending.clear();
    // What is counted for a channel that is gone would be left behind.
    for (const [channelId, counts] of batch) if (hub.channels.get(channelId)) await hub.store.channelHealth.add(channelId, hub.now(), counts);
  };

  /** By connector: one that was started anew asks by itself, whatever the one before it still waits for. */
  const asking = new WeakSet<object>();
  const reconcile = async (channelId: string) => {
    const running = hub.channels.get(channelId);
    const reconcileOf = running?.connector.reconcile?.bind(running.connector);
    if (!running || !reconcileOf || asking.has(running.connector)) return;
    asking.add(running.connector);
    const before = await readLedger(hub, channelId);
    const since = new Date(before ? before.until : running.channel.createdAt);
    try {
      const { until } = await whileAsking(() => reconcileOf(new Date(since.getTime() - overlapMs)));
      await hub.store.channels.remember(channelId, ledger, { until: until.toISOString() } satisfies Ledger);
    } catch (error) {
      await hub.store.channels.remember(channelId, ledger, { until: since.toISOString(), gap: wordsOf(error) } satisfies Ledger).catch(() => undefined);
    } finally {
      asking.delete(running.connector);
    }
  };
  const ask = () => Promise.all(hub.channels.ids().map(reconcile));

  const writer = setInterval(() => { void write().catch(error => hub.log.warn({ err: error }, 'channel counters could not be written')); }, writeMs);
  const asker = setInterval(() => { void ask(); }, everyMs);
  // A channel that comes back asks at once: what was missed meanwhile should not wait for the round.
  const wasReady = new Map<string, object>();
  off.push(hub.events.on('health', ({ channelId, health }) => {
    if (health.state !== 'ready') { wasReady.delete(channelId); return; }
    const connector = hub.channels.get(channelId)?.connector;
    if (connector && wasReady.get(channelId) !== connector) { wasReady.set(channelId, connector); setImmediate(() => { void reconcile(channelId); }); }
  }));

  return {
    reconcile,
    async stop() {
      clearInterval(writer);
      clearInterval(asker);
      for (const each of off) each();
      await write().catch(() => undefined);
    },
  };
}

/** Until when a channel is complete; null: never asked. */
export async function readLedger(hub: Pick<Hub, 'store'>, channelId: string): Promise<Ledger | null> {
  const found = await hub.store.channels.recall(channelId, ledger);
  if (typeof found !== 'object' || found === null || !('until' in found) || typeof found.until !== 'string') return null;
  return { until: found.until, ...('gap' in found ? { gap: Words.safeParse(found.gap).data } : {}) };
}
