/** The page of a channel tells the truth, what was missed is found, and no platform is sent more than it allows. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { reply } from '../conversations/speak.ts';
import { report } from './report.ts';
import { readLedger } from './watch.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const sends: { at: number; thread: string }[] = [];
/** What the platform holds; pushes of it may be lost. */
const holds: { id: string; at: Date }[] = [];
let inbox: Inbox;
let refuse = '';

const platform: ChannelKind = {
  manifest: {
    kind: 'slow', label: { 'zh-CN': '慢', en: 'Slow' }, icon: 'i-lucide-snail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0, rate: { perSecond: 10, burst: 3, threadSeconds: 0.4 },
  },
  create: async () => ({
    async start(given) { inbox = given; inbox.health({ state: 'ready' }); },
    async send(message) { if (refuse) throw new ConnectorError('rejected', refuse); sends.push({ at: performance.now(), thread: message.thread }); return { externalId: `s-${message.key}` }; },
    async reconcile(since) {
      const until = new Date();
      for (const each of holds) if (each.at >= since) await inbox.receive({ externalId: each.id, thread: 'ledger', from: { value: 'ledger', stable: true }, content: { text: each.id } });
      return { until };
    },
    async stop() {},
  }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('channel-health').uri, { kinds: [platform], soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'slow', name: 'slow', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

const say = async (thread: string) => {
  await inbox.receive({ externalId: `${thread}-1`, thread, from: { value: thread, stable: true }, content: { text: 'hello' } });
  const id = await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread });
  if (!id) throw new Error('no conversation');
  return id;
};
const allSent = (count: number) => eventually(() => sends.length >= count);

test('an account and a thread send no faster than the platform allows, and all of it goes out in order', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => say(`rate-${index}`)));
  const start = performance.now();
  await Promise.all(ids.map(id => reply(node.hub, id, agent, { text: 'one each' })));
  await allSent(12);
  const times = sends.map(({ at }) => at).toSorted((a, b) => a - b);
  // 3 at once, then 10 a second: the last of 12 leaves after 0.9 s at the earliest. The first may leave late on a busy machine.
  expect((times.at(-1) ?? 0) - start).toBeGreaterThan(850);
  const [first = ''] = ids;
  await reply(node.hub, first, agent, { text: 'two' });
  await reply(node.hub, first, agent, { text: 'three' });
  await allSent(14);
  const own = sends.filter(({ thread }) => thread === 'rate-0').map(({ at }) => at);
  expect((own[2] ?? 0) - (own[1] ?? 0)).toBeGreaterThan(350);
});

test('who takes at once takes from one bucket', async () => {
  const take = () => node.hub.store.channels.takeToken('shared', 1, 5);
  const waits = await Promise.all(Array.from({ length: 20 }, take));
  expect(waits.filter(wait => wait === 0)).toHaveLength(5);
  expect(Math.min(...waits.filter(wait => wait > 0))).toBeLessThanOrEqual(1000);
});

test('the report counts what went in, out and wrong, and what waits', async () => {
  const id = await say('report');
  refuse = 'The platform says no.';
  await reply(node.hub, id, agent, { text: 'refused' });
  const found = await eventually(async () => { const it = await report(node.hub, channel); return it.day.failed === 1 && it.day.received >= 13 && it; });
  refuse = '';
  expect(found).toMatchObject({ state: 'ready', backlog: 0, lastIn: expect.any(Date), lastOut: expect.any(Date), runningSince: expect.any(Date) });
  expect(found.day.errorShare).toBeGreaterThan(0);
  expect(found.day.errorShare).toBeLessThan(0.2);
});

test('what the platform has and never pushed is found when it comes back, once; the ledger says until when it is complete', async () => {
  for (let index = 0; index < 30; index++) holds.push({ id: `held-${index}`, at: new Date() });
  // Two thirds were pushed.
  for (const [index, each] of holds.entries()) if (index % 3) await inbox.receive({ externalId: each.id, thread: 'ledger', from: { value: 'ledger', stable: true }, content: { text: each.id } });
  const before = Date.now();
  await pause(5);
  inbox.health({ state: 'down', detail: { message: 'away' } });
  inbox.health({ state: 'ready' });
  await eventually(async () => Date.parse((await readLedger(node.hub, channel.id))?.until ?? '') > before);
  const id = await node.hub.store.conversations.findByThread({ channelId: channel.id, key: 'ledger' });
  const texts = (await node.hub.store.conversations.readEntries(id ?? '', { after: 0 })).flatMap(entry => entry.kind === 'message' ? entry.content?.text ?? [] : []);
  expect(texts.toSorted()).toEqual(holds.map(each => each.id).toSorted());
  expect((await report(node.hub, channel)).completeUntil?.getTime()).toBeGreaterThan(before);
});
