/** What models cost, counted for all nodes: written behind the turn, read with a short memory. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Spend } from '../../bots/spend.ts';
import type { Hub } from '../hub.ts';
import { dayOf, isLeft, spentIn, totalsOf, useOf } from './rules/budget.ts';
import type { Scope } from './rules/budget.ts';
import { Budget } from './schema.ts';
import type { Purpose, Use } from './schema.ts';

/** What other nodes spent is known after this: until then each may make one call too many. */
const freshMs = 1_000;
/** A database that does not answer keeps no customer waiting longer. */
const waitMs = 250;
const againMs = 1_000;

export type Ledger = {
  /** The account a model is paid from. */
  of(purpose: Purpose, queueId?: string | null): Spend;
  /** Today, and which limits are reached, as of now. */
  today(): Promise<{ day: string; budget: Budget; spent: Scope[] }>;
  /** All that was booked so far is written. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

type Booked = { use: Use; writtenAt?: number };
type Seen = { at: number; day: string; budget: Budget; uses: Use[] };

/** Opens the ledger of this node. */
export function openLedger({ store, now, log }: { store: { spend: Hub['store']['spend'] }; now: () => Date; log: Hub['log'] }): Ledger {
  let seen: Seen | undefined;
  let reading: Promise<Seen> | undefined;
  let writing: Promise<void> | undefined;
  let noted = new Set<string>();
  /** Not written yet, and written but perhaps not yet seen by a reading. */
  let booked: Booked[] = [];
  const ending = new AbortController();

  const spentNow = ({ budget, uses, day }: Seen): Scope[] => spentIn(budget, totalsOf([...uses, ...booked.flatMap(({ use }) => (use.day === day ? [use] : []))]));

  async function read(): Promise<Seen> {
    const at = performance.now();
    const budget = (await store.spend.budgets.last())?.kept ?? Budget.parse({});
    const day = dayOf(now(), budget.zone);
    const uses = await store.spend.between(day, day);
    seen = { at, day, budget, uses };
    booked = booked.filter(({ writtenAt }) => writtenAt === undefined || writtenAt > at);
    note(seen);
    return seen;
  }
  /** Only one at a time: whoever comes meanwhile waits for the same. */
  const look = (): Promise<Seen> => reading ??= read().finally(() => { reading = undefined; });

  /** The moment a limit is reached is what the page says: it is noted by whoever sees it first. */
  function note(known: Seen): void {
    const scopes = spentNow(known).filter(({ scope, name }) => !noted.has(`${known.day}/${scope}:${name}`));
    if (scopes.length === 0) return;
    for (const { scope, name } of scopes) noted.add(`${known.day}/${scope}:${name}`);
    store.spend.mark(known.day, scopes, now()).catch((error: unknown) => {
      noted = new Set();
      log.warn({ err: error }, 'since when the budget is spent was not noted');
    });
  }

  async function write(): Promise<void> {
    for (;;) {
      const some = booked.filter(({ writtenAt }) => writtenAt === undefined);
      if (some.length === 0) return;
      try {
        await store.spend.add(some.map(({ use }) => use));
        const at = performance.now();
        for (const each of some) each.writtenAt = at;
      } catch (error) {
        log.warn({ err: error, calls: some.length }, 'what a model cost was not written; it is tried again');
        if (ending.signal.aborted) return;
        await pause(againMs, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  }

  async function known(): Promise<Seen | undefined> {
    if (seen && performance.now() - seen.at < freshMs && seen.day === dayOf(now(), seen.budget.zone)) return seen;
    const looked = look().catch((error: unknown) => { log.warn({ err: error }, 'what was spent could not be read'); return seen; });
    return Promise.race([looked, pause(waitMs).then(() => seen)]);
  }

  const settled = () => writing ?? Promise.resolve();
  return {
    of: (purpose, queueId) => ({
      async left() {
        const last = await known();
        return !last || isLeft(spentNow(last), purpose, queueId ?? '');
      },
      book({ model, input, output }) {
        const budget = seen?.budget ?? Budget.parse({});
        booked.push({ use: useOf({ day: dayOf(now(), budget.zone), queueId: queueId ?? '', purpose, model, input, output }, budget.prices) });
        if (seen) note(seen);
        writing ??= write().finally(() => { writing = undefined; });
      },
    }),
    async today() {
      await settled();
      noted = new Set();
      const last = await read();
      return { day: last.day, budget: last.budget, spent: spentNow(last) };
    },
    settled,
    async stop() {
      ending.abort();
      await settled();
    },
  };
}
