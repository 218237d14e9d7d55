/** An angry customer is seen sooner, and a bot that says nothing costs nobody more than 5 s: at a real hub. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { list, ListInput } from '../conversations/list.ts';
import { receive } from '../conversations/receive.ts';
import { UNHAPPY } from '../conversations/schema.ts';
import { trendIn } from './watch.ts';

let node: Node;
let channel: Channel;
beforeAll(async () => {
  // It does not even listen to being stopped.
  node = await startNode(testMongod('escalation').uri, { bot: { name: 'deaf', answer: () => new Promise(() => undefined) }, soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'webchat', name: 'web', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

const say = (who: string, text: string, to = channel) => receive(node.hub, to, { thread: who, externalId: crypto.randomUUID(), from: { value: who, stable: true }, content: { text } });
const raised = async (id: string) => (await node.hub.store.conversations.readEntries(id, {})).filter(({ kind }) => kind === 'prioritised');

test('one furious message raises the priority and says why; three bad ones do; two and a calm one do not', async () => {
  const { conversationId: furious } = await say('v1', '你们是骗子，我要报警');
  const { conversationId: bad } = await say('v2', '怎么还没到，太慢了');
  const { conversationId: calm } = await say('v3', '怎么还没到，太慢了');
  await say('v2', '东西还是坏的');
  await say('v3', '东西还是坏的');
  await say('v3', '好的，谢谢');
  expect(await raised(bad)).toEqual([]);
  const third = await say('v2', '服务太差，很失望');
  const [entry] = await eventually(async () => ((await raised(bad)).length ? raised(bad) : undefined));
  expect(entry).toMatchObject({ actor: { kind: 'system', id: 'sentiment' }, changes: { priority: 3 }, receipt: { why: 'three-bad', about: third.seq } });
  expect(await eventually(async () => (await raised(furious))[0])).toMatchObject({ changes: { priority: 3 }, receipt: { why: 'furious' } });
  expect((await node.hub.heads.get(furious))?.priority).toBe(3);
  expect(await raised(calm)).toEqual([]);
});

test('the mood comes with the message: a list shows who is unhappy, the trend tells of each message, a new matter begins without', async () => {
  const { conversationId } = await say('v5', '你们是骗子，我要报警');
  await say('v6', '请问几点下班');
  const unhappy = async () => (await list(node.hub, 'a'.repeat(24), ListInput.parse({ mood: 'unhappy' }))).items;
  const listed = await eventually(async () => (await unhappy()).find(({ id }) => id === conversationId));
  expect(listed.mood).toMatchObject({ alarmSeq: 1 });
  expect((await unhappy()).every(({ mood }) => mood && mood.score <= UNHAPPY)).toBe(true);
  expect(await trendIn(node.hub, listed)).toMatchObject({ points: [{ seq: 1, mood: 'negative', furious: true }], score: listed.mood?.score });
  expect(ListInput.safeParse({ mood: 'glad' }).success).toBe(false);
  await append(node.hub, conversationId, { kind: 'resolved', actor: { kind: 'system', id: 'test' } });
  await say('v5', '你好，想问发票');
  expect((await node.hub.heads.get(conversationId))?.mood).toBeNull();
});

test('a bot that never answers is left after 4.6 s: the conversation waits for people', async () => {
  const { channel: answered } = await createChannel(node.hub, { kind: 'webchat', name: 'bot', config: {}, bot: true });
  const start = Date.now();
  const { conversationId } = await say('v4', 'how long does a refund take', answered);
  const head = await eventually(async () => { const found = await node.hub.heads.get(conversationId); return found?.handler === 'queue' ? found : undefined; }, 9_000);
  expect(head.handOver).toMatchObject({ reason: 'error' });
  // The wait for the rest of a burst comes before the turn.
  expect(Date.now() - start - node.hub.channels.manifest('webchat').burstMs).toBeLessThan(5_200);
}, 12_000);
