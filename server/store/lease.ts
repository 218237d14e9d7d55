/** A lease in MongoDB: one holder at a time, judged by the server's clock, numbered so that a late writer can be told apart. */
import type mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { isDuplicate } from './group-commit.ts';

/** `fence` rises by one at each acquisition. */
export type Lease = { _id: string; owner: string; fence: number; until: Date };

type LeaseEvents = {
  onHeld(fence: number): unknown;
  /** Called at the latest ttl - renew after the last renewal that worked: before anybody else can hold it. */
  onLost(): unknown;
  /** The database did not answer; it is tried again. */
  onError?(error: unknown): void;
};

export type HeldLease = {
  /** The fence while the lease is surely ours, null otherwise: right also in a process that was just woken from a pause. */
  fence(): number | null;
  /** Gives it back at once, so that another need not wait for the end of its time. Calls onLost if it was held. */
  stop(): Promise<void>;
};

/** Tries to hold it until stopped. `owner` must be new for each start of a process; onHeld and onLost handle their own errors; `force` takes it from a holder known to be dead. */
export function holdLease(
  collection: mongoose.mongo.Collection<Lease>,
  name: string,
  owner: string,
  events: LeaseEvents,
  { ttlMs = 15_000, renewMs = 5_000, force = false }: { ttlMs?: number; renewMs?: number; force?: boolean } = {},
): HeldLease {
  let held: { fence: number; sure: number } | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  const until = { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: ttlMs } };

  const fence = (): number | null => (held !== null && performance.now() < held.sure ? held.fence : null);

  const lose = (): void => {
    clearTimeout(deadline);
    if (held === null) return;
    held = null;
    events.onLost();
  };

  /** The time counts from before the question was sent: the server's answer may have been slow. */
  const keep = (number: number, asked: number): void => {
    const sure = asked + ttlMs - renewMs;
    clearTimeout(deadline);
    deadline = setTimeout(lose, sure - performance.now());
    const isNew = held === null;
    held = { fence: number, sure };
    if (isNew) events.onHeld(number);
  };

  const acquire = async (): Promise<number | null> => {
    // An upsert cannot filter with $expr, so the condition stands in the pipeline: a lease that is not free is left as it is.
    const free = force ? { $literal: true } : { $or: [{ $lte: ['$until', '$$NOW'] }, { $eq: ['$owner', { $literal: owner }] }] };
    const lease = await collection.findOneAndUpdate(
      { _id: name },
      [
        { $set: { free } },
        {
          $set: {
            owner: { $cond: ['$free', { $literal: owner }, '$owner'] },
            fence: { $cond: ['$free', { $add: [{ $ifNull: ['$fence', 0] }, 1] }, '$fence'] },
            until: { $cond: ['$free', until, '$until'] },
          },
        },
        { $unset: 'free' },
      ],
      { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority' } },
    );
    return lease?.owner === owner ? lease.fence : null;
  };

  const renew = async (number: number): Promise<boolean> => {
    const renewed = await collection.updateOne({ _id: name, owner, fence: number }, [{ $set: { until } }], { writeConcern: { w: 'majority' } });
    return renewed.matchedCount === 1;
  };

  const turn = async (): Promise<void> => {
    const asked = performance.now();
    if (held !== null && asked >= held.sure) lose();
    const mine = held;
    const number = mine === null ? await acquire() : (await renew(mine.fence)) ? mine.fence : null;
    if (number === null) lose();
    else if (!stopped && (mine === null) === (held === null)) keep(number, asked);
  };

  const loop = async (): Promise<void> => {
    try {
      await turn();
    } catch (error) {
      // Two first acquisitions at once: one inserts, the other is told that the id exists.
      if (!isDuplicate(error)) events.onError?.(error);
    }
    if (!stopped) timer = setTimeout(() => void (running = loop()), renewMs);
  };
  let running = loop();

  return {
    fence,
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      lose();
      // Also gives back what an acquisition under way has won meanwhile; the owner is this process alone.
      const giveBack = async () => {
        await running;
        await collection.updateOne({ _id: name, owner }, [{ $set: { until: '$$NOW' } }]);
      };
      // A database that does not answer must not hold up our end: the lease ends by itself.
      await Promise.race([giveBack().catch((error: unknown) => events.onError?.(error)), pause(renewMs, undefined, { ref: false })]);
    },
  };
}
