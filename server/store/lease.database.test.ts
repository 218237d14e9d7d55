import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { holdLease, type HeldLease, type Lease } from './lease.ts';

/** Quick, but not so quick that a busy machine loses a lease by being late: a renewal may take 1.2 s. */
const quick = { ttlMs: 1500, renewMs: 300 };
let uri: string;
let client: mongoose.mongo.MongoClient;
let leases: mongoose.mongo.Collection<Lease>;
let open: HeldLease[] = [];
let story: string[] = [];

beforeEach(async () => {
  ({ uri } = testMongod('lease'));
  client = await mongoose.mongo.MongoClient.connect(uri, { serverSelectionTimeoutMS: 500 });
  leases = client.db().collection<Lease>('leases');
  open = [];
  story = [];
});
afterEach(async () => {
  await Promise.all(open.map((lease) => lease.stop()));
  await client.close();
});

const hold = (owner: string, on = leases): HeldLease => {
  // What ends late belongs to the test it began in.
  const told = story;
  const lease = holdLease(on, 'router', owner, {
    onHeld: (fence) => told.push(`${owner} held ${fence}`),
    onLost: () => told.push(`${owner} lost`),
    onError: (error) => told.push(`${owner} ${error instanceof Error ? 'error' : 'thrown'}`),
  }, quick);
  open.push(lease);
  return lease;
};
const until = async (condition: () => boolean): Promise<void> => {
  for (const end = performance.now() + 10_000; !condition() && performance.now() < end; ) await pause(10);
  expect(condition(), story.join(', ')).toBe(true);
};

it('of many that start at once one holds it, and keeps it', async () => {
  const all = Array.from({ length: 12 }, (_, index) => hold(`node-${index}`));
  await until(() => story.length > 0);
  await pause(2 * quick.ttlMs);
  expect(story).toEqual([expect.stringMatching(/^node-\d+ held 1$/)]);
  expect(all.filter((lease) => lease.fence() === 1)).toHaveLength(1);
});

it('given back it goes to the next at once, with the next fence', async () => {
  const first = hold('a');
  await until(() => first.fence() === 1);
  const second = hold('b');
  await pause(50);
  await first.stop();
  await until(() => second.fence() === 2);
  expect(story).toEqual(['a held 1', 'a lost', 'b held 2']);
});

it('the holder notices when its lease is taken away', async () => {
  const first = hold('a');
  await until(() => first.fence() === 1);
  await leases.updateOne({ _id: 'router' }, { $set: { owner: 'thief', fence: 7, until: new Date(Date.now() + 1000) } });
  await until(() => story.includes('a lost'));
  await until(() => first.fence() === 8);
});

it('a holder cut off from the database gives up before another can hold it', async () => {
  const own = await mongoose.mongo.MongoClient.connect(uri, { serverSelectionTimeoutMS: 500 });
  const cut = hold('cut', own.db().collection<Lease>('leases'));
  await until(() => cut.fence() === 1);
  const next = hold('next');
  await own.close(true);
  await until(() => next.fence() === 2);
  expect(cut.fence()).toBeNull();
  expect(story.filter((line) => !line.endsWith('error'))).toEqual(['cut held 1', 'cut lost', 'next held 2']);
});

it('a database that no longer answers at all ends it in time', async () => {
  const silent: mongoose.mongo.Collection<Lease> = Object.create(leases, { updateOne: { value: () => new Promise(() => {}) } });
  const cut = hold('cut', silent);
  await until(() => cut.fence() === 1);
  const next = hold('next');
  await until(() => next.fence() === 2);
  expect(story).toEqual(['cut held 1', 'cut lost', 'next held 2']);
});

it('a process paused past its time does not believe it still holds it', async () => {
  const lease = hold('a');
  await until(() => lease.fence() === 1);
  // Nothing of ours runs meanwhile, as with SIGSTOP: neither the deadline nor a renewal.
  for (const end = performance.now() + quick.ttlMs; performance.now() < end; );
  expect(lease.fence()).toBeNull();
  await until(() => lease.fence() === 2);
  expect(story).toEqual(['a held 1', 'a lost', 'a held 2']);
});
