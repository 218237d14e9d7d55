/** Bots' conversations that end by themselves, at real hubs with a moved clock. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Writer } from '../../bots/writer.ts';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import type { Entry } from '../conversations/schema.ts';
import { chooseClosing, closingOf } from './setting.ts';

let inbox: Inbox | undefined;
const fax: ChannelKind = {
  manifest: {
    kind: 'fax', label: { 'zh-CN': '传真', en: 'Fax' }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({ async start(given) { inbox = given; given.health({ state: 'ready' }); }, split: content => [content], send: async message => ({ externalId: message.key }), async stop() {} }),
};
const hour = 3_600_000;
const { uri } = testMongod('closing');
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
let node: Node;
let channel: Channel;
let asked = 0;
let meanwhile: (() => Promise<unknown> | undefined) | undefined;
let verdict: () => { settled: boolean; why: string } = () => ({ settled: true, why: '' });
const no = (): never => { throw new Error('not wanted'); };
const writer: Writer = { model: 'stub', suggest: no, summarise: no, rewrite: no, translate: no, readMood: no, judgeSettled: async () => { asked++; await meanwhile?.(); return verdict(); } };

beforeAll(async () => {
  node = await startNode(uri, { kinds: [fax], now });
  ({ channel } = await createChannel(node.hub, { kind: 'fax', name: 'Fax', config: {}, bot: true }));
  await node.hub.knowledge.put(await node.hub.store.answers.create([
    { question: '怎么开发票', variants: [], answer: '在订单页点击“申请发票”。', locale: 'zh-CN' }, { question: '退款多久到账', variants: [], answer: '三个工作日内。', locale: 'zh-CN' },
  ], now()));
});
afterAll(async () => { await node?.stop(); });

const say = (thread: string, text: string) => inbox?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text } });
const idOf = async (thread: string) => await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
const headOf = async (thread: string) => node.hub.heads.get(await idOf(thread));
const entriesOf = async (thread: string) => node.hub.store.conversations.readEntries(await idOf(thread), {});
const ours = (entries: Entry[]) => entries.filter(({ receipt }) => receipt?.['rule'] === 'closing').map(({ kind, receipt }) => [kind, receipt?.['why']]);
/** The customer asks, the bot's answer has gone out, and the hub waits for silence. */
async function answered(thread: string, text = '怎么开发票') {
  await say(thread, text);
  await eventually(async () => (await entriesOf(thread)).findLast(({ actor }) => actor.kind === 'bot')?.delivery?.state === 'sent');
  return (await headOf(thread))?.closesAt;
}
/** What was decided, once the head says so too. */
const judged = (thread: string, times = 1) => eventually(async () => {
  const entries = await entriesOf(thread);
  const found = ours(entries);
  return found.length >= times && ((await headOf(thread))?.seq ?? 0) >= (entries.at(-1)?.seq ?? 0) ? found : undefined;
});

test('a day of silence after an answer ends it, with a receipt; who writes again is heard, and what was before is another matter', async () => {
  expect(await closingOf(node.hub, channel.id)).toMatchObject({ hours: 24, ask: false, chosen: false });
  const closesAt = await answered('one');
  expect(Math.round(((closesAt?.getTime() ?? 0) - now().getTime()) / hour)).toBe(24);
  // Everything by the index of timers: one that is not due is not looked at.
  ahead += 23 * hour;
  await answered('two', '退款多久到账');
  await say('three', '转人工');
  await eventually(async () => (await headOf('three'))?.handler === 'queue');
  expect(ours(await entriesOf('one'))).toEqual([]);
  ahead += 1.5 * hour;
  expect(await judged('one')).toEqual([['resolved', 'answered']]);
  const last = (await entriesOf('one')).at(-1);
  expect(last).toMatchObject({ actor: { kind: 'system', id: 'closing' }, receipt: { hours: 24, answer: 2 } });
  expect(await headOf('one')).toMatchObject({ status: 'resolved', handler: 'nobody', nextTimerAt: null });

  ahead += 23 * hour;
  expect(await judged('two')).toEqual([['event', 'serious']]);
  expect(await headOf('two')).toMatchObject({ status: 'open', handler: 'bot', nextTimerAt: null });
  expect(await headOf('three')).toMatchObject({ status: 'open', handler: 'queue' });
  expect((await headOf('three'))?.closesAt ?? null).toBeNull();

  await answered('one', '怎么开发票');
  expect(await headOf('one')).toMatchObject({ status: 'open', handler: 'bot', episodeSeq: last?.seq });
});

test('asked before whether it helped: no answer ends it, a wish for a person does not', async () => {
  await chooseClosing(node.hub, channel.id, { hours: 2, ask: true });
  await answered('ask-1');
  await answered('ask-2');
  ahead += 3 * hour;
  expect(await judged('ask-1')).toEqual([['message', 'ask']]);
  await judged('ask-2');
  await say('ask-2', '还没有，转人工');
  await eventually(async () => (await headOf('ask-2'))?.handler === 'queue');
  ahead += 3 * hour;
  expect(await judged('ask-1', 2)).toEqual([['message', 'ask'], ['resolved', 'answered']]);
  expect((await entriesOf('ask-1')).at(-1)?.receipt).toMatchObject({ asked: true, hours: 2 });
  expect(ours(await entriesOf('ask-2'))).toEqual([['message', 'ask']]);
});

test('switched off it stays open; a model can keep open what the rules would end, never the other way', async () => {
  await chooseClosing(node.hub, channel.id, { hours: null, ask: false });
  await say('off', '怎么开发票');
  await eventually(async () => (await entriesOf('off')).length >= 2);
  expect((await headOf('off'))?.nextTimerAt).toBeNull();

  await chooseClosing(node.hub, channel.id, { hours: 1, ask: false });
  node.hub.writer = writer;
  for (const thread of ['model-1', 'model-2']) await answered(thread);
  await answered('model-3', '退款多久到账');
  verdict = () => ({ settled: false, why: '客户还在等纸质发票' });
  ahead += 2 * hour;
  for (const thread of ['model-1', 'model-2']) expect(await judged(thread)).toEqual([['event', 'model']]);
  expect((await entriesOf('model-1')).at(-1)?.content?.event?.text).toMatchObject({ 'zh-CN': expect.stringContaining('客户还在等纸质发票') });
  expect(await judged('model-3')).toEqual([['event', 'serious']]);
  expect(asked).toBe(2);

  // Away: asked again by the hour, then left open.
  verdict = () => { throw new Error('away'); };
  await answered('model-4');
  for (const times of [1, 2, 3]) {
    ahead += 1.1 * hour;
    await judged('model-4', times);
  }
  expect(ours(await entriesOf('model-4'))).toEqual([['event', 'model-away'], ['event', 'model-away'], ['event', 'model-away']]);
  expect((await headOf('model-4'))?.nextTimerAt).toBeNull();

  // The customer goes on while the model thinks: what was judged is not what stands there now.
  verdict = () => ({ settled: true, why: '' });
  const before = asked;
  meanwhile = () => say('model-5', '怎么开发票');
  await answered('model-5');
  ahead += 1.1 * hour;
  await eventually(async () => asked > before && (await entriesOf('model-5')).filter(({ actor }) => actor.kind === 'bot').length === 2);
  meanwhile = undefined;
  expect(ours(await entriesOf('model-5'))).toEqual([]);
  expect(await headOf('model-5')).toMatchObject({ status: 'open', handler: 'bot' });
  node.hub.writer = undefined;
});

test('what came due while nobody ran is done at the next start, by two nodes once', async () => {
  for (let i = 0; i < 6; i++) await answered(`late-${i}`);
  await node.stop();
  ahead += 5 * hour;
  node = await startNode(uri, { kinds: [fax], now });
  const other = await startNode(uri, { kinds: [fax], now });
  for (let i = 0; i < 6; i++) expect(await judged(`late-${i}`)).toEqual([['resolved', 'answered']]);
  await other.stop();
  for (let i = 0; i < 6; i++) expect(ours(await entriesOf(`late-${i}`))).toHaveLength(1);
});
