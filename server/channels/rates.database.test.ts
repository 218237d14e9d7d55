/** How fast a thread may send: the hub waits exactly as long as WhatsApp would refuse. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';

let node: Node;
beforeAll(async () => { node = await startNode(testMongod('rates').uri, { kinds: [], soleNode: true }); });
afterAll(async () => { await node?.stop(); });
const take = (bucket: string, seconds: number, burst: number) => node.hub.store.channels.takeTurn(bucket, seconds, burst);

test('a burst is let through, and then nothing until it is paid back', async () => {
  const seconds = 1;
  for (let sent = 0; sent < 5; sent += 1) expect(await take('pair', seconds, 5)).toBe(0);
  const wait = await take('pair', seconds, 5);
  expect(wait).toBeGreaterThan(3_500);
  expect(wait).toBeLessThanOrEqual(5_000);
  expect(await take('other pair', seconds, 5)).toBe(0);
  // A bucket that fills drop by drop would let one through here, and WhatsApp refuse it.
  await pause(2_500);
  expect(await take('pair', seconds, 5)).toBeGreaterThan(0);
  await pause(wait - 2_400);
  expect(await take('pair', seconds, 5)).toBe(0);
});

test('without a burst it is a pause between two', async () => {
  expect(await take('slow', 0.3, 1)).toBe(0);
  const wait = await take('slow', 0.3, 1);
  expect(wait).toBeGreaterThan(150);
  await pause(wait + 5);
  expect(await take('slow', 0.3, 1)).toBe(0);
});

test('a turn that was not used is there again', async () => {
  expect(await take('back', 60, 1)).toBe(0);
  await node.hub.store.channels.giveTurnBack('back');
  expect(await take('back', 60, 1)).toBe(0);
});

test('two nodes at once take what there is, no more', async () => {
  const granted = (await Promise.all(Array.from({ length: 60 }, () => take('crowd', 60, 45)))).filter(wait => wait === 0);
  expect(granted).toHaveLength(45);
});

test('a clock of the database that was set back by an hour stops nobody', async () => {
  const later = new Date(Date.now() + 3_600_000);
  const rates = node.db.collection<{ _id: string }>('send_rates');
  await rates.insertOne({ _id: 'account', ...{ tokens: 1, at: later, granted: true } });
  expect(await node.hub.store.channels.takeToken('account', 80, 80)).toBe(0);
  await rates.insertOne({ _id: 'account/thread', ...{ began: later, taken: 3, at: later, granted: true } });
  for (let sent = 0; sent < 3; sent += 1) expect(await take('account/thread', 6, 3)).toBe(0);
  expect(await take('account/thread', 6, 3)).toBeLessThan(20_000);
});
