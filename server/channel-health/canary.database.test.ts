/** Probes: by one node at a time, bounded in time, and told to all; what happens when a channel goes away meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel, removeChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { reply } from '../conversations/speak.ts';
import { alertsOf } from './alerts.ts';
import { report } from './report.ts';

const probeMs = 1_000;
const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
type World = { probes: number; probe(): Promise<void>; send(): Promise<void>; inbox?: Inbox; holds: { id: string; sentAt: Date }[] };
const worlds = new Map<string, World>();
const world = (name: string): World => {
  const known = worlds.get(name) ?? { probes: 0, probe: async () => undefined, send: async () => undefined, holds: [] };
  worlds.set(name, known);
  return known;
};
const away = async () => { throw new ConnectorError('unreachable', { 'zh-CN': '连不上', en: 'not there' }); };

const kind = (name: string, probed: boolean): ChannelKind => ({
  manifest: {
    kind: name, label: { 'zh-CN': name, en: name }, icon: 'i-lucide-radio', official: true, config: z.object({ world: z.string() }), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async (config) => {
    const mine = world(String(config['world']));
    return {
      async start(inbox) { mine.inbox = inbox; inbox.health({ state: 'ready' }); },
      async send(message) { await mine.send(); return { externalId: `s-${message.key}` }; },
      async reconcile() {
        for (const { id, sentAt } of mine.holds) await mine.inbox?.receive({ externalId: id, thread: id, from: { value: id, stable: true }, sentAt, content: { text: id } });
        return { until: new Date() };
      },
      ...(probed ? { async probe() { mine.probes += 1; await mine.probe(); } } : {}),
      async stop() {},
    };
  },
});
const kinds = [kind('probed', true), kind('silent', false)];

let nodes: [Node, Node];
let clock = 0;
const now = () => new Date(Date.now() + clock);
beforeAll(async () => {
  const { uri } = testMongod('canary');
  const first = await startNode(uri, { kinds, probeMs, now, soleNode: true });
  nodes = [first, await startNode(uri, { kinds, probeMs, now })];
});
afterAll(async () => { for (const node of nodes ?? []) await node.stop(); });

/** A channel that both nodes run. */
async function channelOf(name: string, of = 'probed'): Promise<Channel> {
  const { channel } = await createChannel(nodes[0].hub, { kind: of, name, config: { world: name }, bot: false });
  await nodes[1].hub.channels.start(channel);
  return channel;
}
const state = (index: 0 | 1, id: string) => nodes[index].hub.channels.health(id)?.state;
const alert = async (index: 0 | 1, id: string) => (await alertsOf(nodes[index].hub)).find(({ channelId }) => channelId === id);
const works = (id: string) => eventually(() => nodes[0].hub.canary.of(id)?.proven === true);

test('two nodes probe as often as one', async () => {
  const { id } = await channelOf('two');
  await works(id);
  const before = world('two').probes;
  await pause(5 * probeMs);
  // 5 periods, each 0.9 to 1.1 of one.
  expect(world('two').probes - before).toBeGreaterThanOrEqual(4);
  expect(world('two').probes - before).toBeLessThanOrEqual(6);
});

test('down is known at both nodes within two periods, since the first failure, and there again at once', async () => {
  const { id } = await channelOf('falls');
  await works(id);
  const fell = Date.now();
  world('falls').probe = away;
  await eventually(() => state(0, id) === 'down', 2 * probeMs);
  await eventually(() => state(1, id) === 'down', 2 * probeMs);
  expect(await alert(1, id)).toMatchObject({ what: 'down', reason: { en: 'not there' }, waiting: 0 });
  expect(Math.abs(((await alert(0, id))?.since.getTime() ?? 0) - fell)).toBeLessThan(1.5 * probeMs);
  world('falls').probe = async () => undefined;
  await eventually(() => state(0, id) === 'ready' && state(1, id) === 'ready', 2 * probeMs);
  expect(await alert(0, id)).toBeUndefined();
});

test('one failure alone is nothing', async () => {
  const { id } = await channelOf('hiccup');
  await works(id);
  const seen: unknown[] = [];
  const off = nodes[0].hub.events.on('alerts', () => { void alert(0, id).then((raised) => { if (raised) seen.push(raised); }); });
  for (let round = 0; round < 3; round += 1) {
    world('hiccup').probe = async () => { world('hiccup').probe = async () => undefined; await away(); };
    await pause(1.5 * probeMs);
  }
  off();
  expect(seen).toEqual([]);
  expect((await nodes[0].hub.store.channelHealth.sums(id, new Date(0))).probesFailed).toBeGreaterThanOrEqual(2);
});

test('a probe that never comes back is a failure, and the next one is tried all the same', async () => {
  const { id } = await channelOf('hangs');
  await works(id);
  world('hangs').probe = () => new Promise(() => undefined);
  await eventually(() => state(0, id) === 'down', 3 * probeMs);
  expect((await alert(0, id))?.reason).toMatchObject({ en: expect.stringContaining('in time') });
  world('hangs').probe = async () => undefined;
  await eventually(() => state(0, id) === 'ready', 3 * probeMs);
});

test('a platform that asks for patience is not down', async () => {
  const { id } = await channelOf('busy');
  await works(id);
  world('busy').probe = async () => { throw new ConnectorError('rate-limited', 'slow down'); };
  await pause(4 * probeMs);
  expect(state(0, id)).toBe('ready');
});

test('a channel that is removed during its probe leaves nothing behind', async () => {
  const channel = await channelOf('goes');
  const { id } = channel;
  await works(id);
  let held: () => void = () => undefined;
  world('goes').probe = () => new Promise<void>((_resolve, reject) => { held = () => reject(new ConnectorError('unreachable', 'gone')); });
  const before = world('goes').probes;
  await eventually(() => world('goes').probes > before);
  await removeChannel(nodes[0].hub, id);
  await nodes[1].hub.channels.forget(channel);
  held();
  await eventually(async () => !(await nodes[0].hub.store.channelHealth.listCanaries()).some(({ channelId }) => channelId === id), 5_000);
  await pause(2 * probeMs);
  expect((await nodes[0].hub.store.channelHealth.listCanaries()).some(({ channelId }) => channelId === id)).toBe(false);
  expect(nodes[0].hub.canary.of(id)).toBeUndefined();
  expect(await alert(0, id)).toBeUndefined();
});

test('what goes out does not disprove what a probe found: a mailbox that sends and hears nothing is down until it hears again', async () => {
  const { id } = await channelOf('half');
  await works(id);
  await world('half').inbox?.receive({ externalId: 'h', thread: 'h', from: { value: 'h', stable: true }, content: { text: 'hello' } });
  const conversation = await eventually(() => nodes[0].hub.store.conversations.findByThread({ channelId: id, key: 'h' }));
  world('half').probe = away;
  await eventually(() => state(0, id) === 'down', 3 * probeMs);
  const seen: unknown[] = [];
  const off = nodes[0].hub.events.on('alerts', () => seen.push(1));
  const before = world('half').probes;
  for (let round = 0; round < 10; round += 1) {
    await reply(nodes[0].hub, conversation, agent, { text: `out ${round}` });
    await pause(0.3 * probeMs);
  }
  expect((await nodes[0].hub.store.conversations.readEntries(conversation, { after: 1 })).filter(({ delivery }) => delivery?.state === 'sent').length).toBeGreaterThan(7);
  expect(seen).toEqual([]);
  expect(state(0, id)).toBe('down');
  // Asked sooner, but not with each of them.
  expect(world('half').probes - before).toBeLessThanOrEqual(13);
  world('half').probe = async () => undefined;
  await eventually(() => state(0, id) === 'ready', 2 * probeMs);
  off();
});

test('without a probe, sends tell: two that fail apart make it down, one that goes out ends it; a burst is one', async () => {
  const { id } = await channelOf('sends', 'silent');
  world('sends').send = away;
  for (let index = 0; index < 5; index += 1) await world('sends').inbox?.receive({ externalId: `c-${index}`, thread: `c-${index}`, from: { value: `c-${index}`, stable: true }, content: { text: 'hello' } });
  const conversations = await Promise.all(Array.from({ length: 5 }, (_, index) => eventually(() => nodes[0].hub.store.conversations.findByThread({ channelId: id, key: `c-${index}` }))));
  await Promise.all(conversations.map(each => reply(nodes[0].hub, each, agent, { text: 'one each' })));
  await eventually(() => nodes[0].hub.canary.of(id)?.failures);
  expect(state(0, id)).toBe('ready');
  await eventually(() => state(0, id) === 'down', 8_000);
  expect(await alert(0, id)).toMatchObject({ waiting: 5 });
  world('sends').send = async () => undefined;
  await eventually(() => state(0, id) === 'ready', 15_000);
  await eventually(async () => (await nodes[0].hub.store.conversations.countWaiting(id)) === 0, 15_000);
});

test('a clock that jumps takes no channel down and keeps none down', async () => {
  const { id } = await channelOf('clock');
  await works(id);
  for (const jump of [3_600_000, -3_600_000, 0]) {
    clock = jump;
    await pause(1.5 * probeMs);
    expect(state(0, id)).toBe('ready');
  }
  world('clock').probe = away;
  await eventually(() => state(0, id) === 'down', 3 * probeMs);
  clock = -7_200_000;
  world('clock').probe = async () => undefined;
  await eventually(() => state(0, id) === 'ready', 3 * probeMs);
  clock = 0;
});

test('messages that only our asking brought are said to be so; a push that is on its way, and what was written before we were there, are not', async () => {
  const channel = await channelOf('pushes');
  clock = 10 * 60_000;
  const minutesAgo = (minutes: number) => new Date(now().getTime() - minutes * 60_000);
  world('pushes').holds.push({ id: 'lost', sentAt: minutesAgo(2) }, { id: 'young', sentAt: minutesAgo(0.2) }, { id: 'before', sentAt: minutesAgo(60) });
  world('pushes').inbox?.health({ state: 'down' });
  world('pushes').inbox?.health({ state: 'ready' });
  const found = await eventually(async () => { const it = await report(nodes[0].hub, channel); return it.day.received >= 3 && it.day.found > 0 && it; }, 15_000);
  expect(found.day.found).toBe(1);
  await eventually(async () => (await alert(0, channel.id))?.what === 'pushes-lost');
  clock = 0;
});

test('the node that probed ends: the other goes on', async () => {
  const { id } = await channelOf('heir');
  await works(id);
  await nodes[0].stop();
  const before = world('heir').probes;
  await eventually(() => world('heir').probes > before + 1, 20_000);
  world('heir').probe = away;
  await eventually(() => state(1, id) === 'down', 3 * probeMs);
  nodes = [await startNode(testMongod('canary_none').uri, { kinds }), nodes[1]];
});
