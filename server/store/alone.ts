/** One at a time over all nodes of a database, judged by the server's clock. A lock ends by itself when its holder dies. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { isDuplicate } from './group-commit.ts';

/** Who holds a name, and until when at the latest. */
export type Lock = { _id: string; owner: string; until: Date };

/** @param ttlMs longer than any work under a lock  @param everyMs between two tries */
export function alone(locks: mongoose.mongo.Collection<Lock>, { ttlMs = 30_000, everyMs = 60 } = {}) {
  const until = { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: ttlMs } };

  async function take(name: string, owner: string): Promise<boolean> {
    const free = { $lte: [{ $ifNull: ['$until', '$$NOW'] }, '$$NOW'] };
    const lock = await locks.findOneAndUpdate({ _id: name }, [
      { $set: { owner: { $cond: [free, { $literal: owner }, '$owner'] }, until: { $cond: [free, until, '$until'] } } },
    ], { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority' } }).catch((error: unknown) => {
      // Two first takers at once: one inserts, the other is told that the id exists.
      if (isDuplicate(error)) return null;
      throw error;
    });
    return lock?.owner === owner;
  }

  return async function run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const owner = randomUUID();
    while (!await take(name, owner)) await pause(everyMs);
    try {
      return await work();
    } finally {
      // If this fails the lock ends by itself.
      await locks.deleteOne({ _id: name, owner }).catch(() => undefined);
    }
  };
}
