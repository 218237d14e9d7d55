/** One account of what models cost: two nodes, bot and copilot, a restart; with a model that says what it used. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { langchainBot } from '../../bots/langchain/langchain.ts';
import { langchainWriter } from '../../bots/langchain/writer.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call, startServer, type Server } from '../../test/setup/server.ts';
import { startLlm, type Llm } from '../../test/simulators/llm.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { receive } from '../conversations/receive.ts';

const { uri } = testMongod('spend');
let llm: Llm;
let server: Server;
let node: Node;
let channel: Channel;
let queueId: string;
const question = 'How long does a refund take?';
const answer = 'A refund takes 7 days.';

const Row = z.object({ day: z.string(), queueId: z.string(), purpose: z.string(), model: z.string(), calls: z.number(), input: z.number(), output: z.number(), cost: z.number() });
const Spend = z.object({ day: z.string(), items: z.array(Row), spent: z.array(z.object({ scope: z.string(), name: z.string(), since: z.string() })) });
const Kept = z.looseObject({ rev: z.number(), budget: z.looseObject({ day: z.object({ tokens: z.number().optional(), money: z.number().optional() }) }) });

const spend = async () => (await server.api('GET', '/bot/spend?days=1')).as(Spend);
const setBudget = async (budget: object) => server.api('PUT', '/bot/budget', { budget, rev: (await server.api('GET', '/bot/budget')).as(Kept).rev });
const used = () => llm.heard.reduce((total, { usage }) => ({ calls: total.calls + 1, input: total.input + (usage?.prompt_tokens ?? 0), output: total.output + (usage?.completion_tokens ?? 0) }), { calls: 0, input: 0, output: 0 });
async function say(who: string): Promise<string> {
  const { conversationId } = await receive(node.hub, channel, { thread: who, externalId: crypto.randomUUID(), from: { value: who, stable: true }, content: { text: question } });
  await eventually(async () => (await node.hub.store.conversations.readEntries(conversationId, {})).find(entry => entry.kind === 'message' && entry.actor.kind === 'bot'));
  return conversationId;
}
const translate = () => node.hub.writer?.translate(answer, 'zh-CN', { stopping: node.hub.stopping, spend: node.hub.spend.of('copilot', queueId) });

beforeAll(async () => {
  llm = await startLlm();
  server = await startServer({ MONGODB_URI: uri, HUB_LLM_URL: llm.url, HUB_LLM_MODEL: 'simulated-1.5', HUB_SECRET_KEY: Buffer.alloc(32).toString('base64') });
  queueId = (await server.api('POST', '/queues', { name: 'Sales' })).as(z.looseObject({ id: z.string() })).id;
  await server.api('POST', '/answers', { question, answer, locale: 'en' });
  const model = { url: llm.url, model: 'simulated-1.5' };
  node = await startNode(uri, { bot: langchainBot(model), writer: langchainWriter(model) });
  ({ channel } = await createChannel(node.hub, { kind: 'webchat', name: 'web', config: {}, bot: true, queueId }));
});
afterAll(async () => {
  await server?.stop();
  await node?.stop();
  await llm?.stop();
});

test('what one node asks for customers and colleagues, another shows, by queue, purpose and model, in money', async () => {
  expect((await setBudget({ day: {}, prices: [{ model: 'simulated-1.5', input: 2, output: 8 }] })).status).toBe(200);
  // The other node hears of the prices within a second.
  await eventually(async () => ((await node.hub.spend.today()).budget.prices.length ? true : undefined));
  await say('v1');
  const bot = used();
  expect(bot.calls).toBe(2);
  llm.say(() => ({ content: '退款需要 7 天。' }));
  await translate();
  const all = used();
  await node.hub.spend.settled();
  const { items, day } = await spend();
  const row = (purpose: string, { calls, input, output }: typeof all) => ({ day, queueId, purpose, model: 'simulated-1.5', calls, input, output, cost: 2 * input + 8 * output });
  expect(items).toEqual([row('bot', bot), row('copilot', { calls: 1, input: all.input - bot.input, output: all.output - bot.output })]);
});

test('a limit that one node reaches stops the other; the answers people wrote go on, and since when is known', async () => {
  const before = llm.heard.length;
  expect((await setBudget({ day: {}, queues: { [queueId]: { tokens: 1 } } })).status).toBe(200);
  const [spent] = (await spend()).spent;
  expect(spent).toMatchObject({ scope: 'queue', name: queueId });
  const since = spent?.since;
  await eventually(async () => ((await node.hub.spend.of('bot', queueId).left()) ? undefined : true));
  const id = await say('v2');
  const entries = await node.hub.store.conversations.readEntries(id, {});
  expect(entries.find(entry => entry.actor.kind === 'bot')?.content?.text).toBe(answer);
  await expect(translate()).rejects.toThrow('budget');
  expect(llm.heard.length).toBe(before);
  // Elsewhere there is no limit.
  expect(await node.hub.spend.of('bot').left()).toBe(true);
  expect((await spend()).spent[0]?.since).toBe(since);
});

test('a day without money asks no model at all; raised, it does again, and nobody is told of it any more', async () => {
  await setBudget({ day: { money: 0 } });
  expect((await spend()).spent).toMatchObject([{ scope: 'day' }]);
  expect((await server.api('POST', '/answers/ask', { question, locale: 'en' })).as(z.looseObject({ answer: z.string() })).answer).toBe(answer);
  const { heard } = llm;
  expect(heard.filter(({ body }) => body?.model !== 'simulated-1.5')).toEqual([]);
  const before = heard.length;
  await setBudget({ day: { money: 100 } });
  expect((await spend()).spent).toEqual([]);
  llm.say((body) => (body.messages.at(-1)?.role === 'tool' ? { content: `${answer} [1]` } : { toolCalls: [{ name: 'search', arguments: { query: question } }] }));
  // The model's client is loaded with the first question.
  await eventually(async () => { await server.api('POST', '/answers/ask', { question, locale: 'en' }); return heard.length > before ? true : undefined; });
  expect((await eventually(async () => { const found = (await spend()).items.filter(({ purpose }) => purpose === 'trial'); return found.length ? found : undefined; }))[0]).toMatchObject({ queueId: '' });
});

test('a restart forgets nothing; calls at once from two nodes all count; two admins do not overwrite each other', async () => {
  await setBudget({ day: { tokens: 50 } });
  const other = await startNode(uri);
  expect(await other.hub.spend.of('bot').left()).toBe(false);
  for (let i = 0; i < 200; i++) [node, other][i % 2]?.hub.spend.of('judge', queueId).book({ model: 'a.b/$c', input: 1, output: 2 });
  await Promise.all([node.hub.spend.settled(), other.stop()]);
  expect((await spend()).items.find(({ purpose }) => purpose === 'judge')).toMatchObject({ model: 'a.b/$c', calls: 200, input: 200, output: 400 });
  // One document a day and queue, however many calls.
  expect(await node.db.collection('model_spend').countDocuments()).toBe(2);

  const stale = await server.api('PUT', '/bot/budget', { budget: {}, rev: 0 });
  expect([stale.status, JSON.stringify(stale.body)]).toEqual([409, expect.stringContaining('管理员 Ada')]);
  expect((await server.api('PUT', '/bot/budget', { budget: { day: { tokens: -1 } }, rev: 1 })).as(z.looseObject({ fields: z.record(z.string(), z.string()) })).fields).toHaveProperty(['budget.day.tokens']);
  const { token } = (await server.api('POST', '/tokens', { name: 'lead', role: 'supervisor' })).as(z.looseObject({ token: z.string() }));
  expect((await call(server.url, 'PUT', '/bot/budget', { budget: {}, rev: 4 }, { authorization: `Bearer ${token}` })).status).toBe(403);
});
