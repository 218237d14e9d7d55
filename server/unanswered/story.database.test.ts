/** Customers ask what the bot does not know; a colleague replies; one click makes it an answer, and the questions are asked again. */
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer, type Server } from '../../test/setup/server.ts';
import { startApiSystem, type ApiSystem } from '../../test/simulators/api-system.ts';

const Cluster = z.looseObject({ id: z.string(), question: z.string(), volume: z.number(), handOvers: z.number(), lowRatings: z.number(), askedBack: z.number(), cost: z.number(), replies: z.number() });
const Page = z.object({ items: z.array(Cluster) });
const Detail = Cluster.extend({
  dismissed: z.boolean(), questions: z.array(z.looseObject({ text: z.string(), conversationId: z.string(), seq: z.number(), signs: z.array(z.string()) })),
  proposals: z.array(z.looseObject({ text: z.string(), count: z.number() })), nearest: z.array(z.looseObject({ answerId: z.string() })),
});
const Done = z.object({ answer: z.looseObject({ id: z.string(), variants: z.array(z.string()) }), compared: z.array(z.object({ text: z.string(), count: z.number(), before: z.string(), after: z.string() })), settled: z.number() });

const env = { MONGODB_URI: testMongod('unanswered_story').uri, HUB_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
let server: Server;
let system: ApiSystem;
let sent = 0;
beforeAll(async () => {
  server = await startServer(env);
  const made = (await server.api('POST', '/channels', { kind: 'api', name: 'Shop', bot: true })).as(z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ secret: z.string() }) }));
  system = await startApiSystem({ secret: made.secrets.secret, hub: made.webhookUrl, retryAfter: '1' });
  await server.api('PATCH', `/channels/${made.id}`, { config: { replyUrl: system.replyUrl, allowPrivateReplyUrl: true } });
  await server.api('POST', '/answers', { question: '怎么开发票', answer: '在订单页申请电子发票。', locale: 'zh-CN' });
});
afterAll(async () => {
  await system?.stop();
  await server?.stop();
});

const say = (customer: string, text: string) => system.insist({ id: `m${++sent}`, thread: customer, from: { id: customer, name: '王小明' }, text });
const list = async (query = '') => (await server.api('GET', `/unanswered${query}`)).as(Page).items;
const detail = async (id: string) => (await server.api('GET', `/unanswered/${id}`)).as(Detail);
const about = (word: string) => eventually(async () => (await list()).find(({ question }) => question.includes(word)));
const plain = (items: z.infer<typeof Cluster>[]) => items.map(({ id, question, volume, handOvers, askedBack, replies }) => ({ id, question, volume, handOvers, askedBack, replies }));

test('what the bot hands over is kept, alike questions together, without personal data; what it answers is not', async () => {
  await say('c1', '耳机左边没有声音，我叫王小明');
  await eventually(async () => (await list()).length === 1);
  await say('c2', '左边耳机没声音');
  await say('c3', '你们实体店在哪里');
  await say('c4', '怎么开发票');
  const cluster = await eventually(async () => (await list()).find(({ volume }) => volume === 2));
  expect(cluster).toMatchObject({ question: '耳机左边没有声音，我叫***', handOvers: 2, lowRatings: 0, cost: 2 });
  await about('实体店');
  expect(await list()).toHaveLength(2);
  expect((await list('?sort=volume'))[0]?.id).toBe(cluster.id);
});

test('who wants a person after an answer speaks against the answer', async () => {
  await eventually(async () => JSON.stringify(system.replies()).includes('电子发票'));
  await say('c4', '转人工');
  expect(await about('发票')).toMatchObject({ volume: 1, handOvers: 1 });
});

test('the first substantial reply of a colleague is proposed, masked; like ones strengthen it', async () => {
  const { id } = await about('耳机');
  const { questions } = await detail(id);
  for (const [at, reply] of ['王小明您好，请稍等。', '请长按电源键十秒重置耳机，有事找王小明 13800138000', '还有什么可以帮您？'].entries()) await server.api('POST', `/conversations/${questions[0]?.conversationId}/messages`, { text: reply, clientId: `reply-a-${at}` });
  await server.api('POST', `/conversations/${questions[1]?.conversationId}/messages`, { text: '您好！长按电源键十秒重置耳机就好。', clientId: 'reply-b-1' });
  const found = await eventually(async () => { const now = await detail(id); return now.replies === 2 ? now : undefined; });
  expect(found.proposals).toMatchObject([{ count: 2, text: '请长按电源键十秒重置耳机，有事找***' }]);
});

test('a crash loses nothing: what was not kept is read out of the conversations again', async () => {
  const before = plain(await list());
  await server.kill();
  const db = await mongoose.createConnection(env.MONGODB_URI).asPromise();
  await Promise.all(['unanswered', 'unanswered_marks'].map(name => db.collection(name).deleteMany({})));
  await db.close();
  server = await startServer({ ...env, HUB_PORT: new URL(server.url).port });
  await eventually(async () => (await list()).length === before.length && (await list()).some(({ replies }) => replies === 2));
  expect(plain(await list())).toEqual(before);
});

test('one click makes it an answer; asked again, the questions are answered; the cluster is done until somebody asks in vain again', async () => {
  const { id } = await about('耳机');
  const done = (await server.api('POST', `/unanswered/${id}/answer`, { question: '耳机左边没有声音', variants: ['左边耳机没声音'], answer: '请长按电源键十秒重置耳机。', locale: 'zh-CN' })).as(Done);
  expect(done.compared.map(({ before, after }) => [before, after])).toEqual([['handed-over', 'answered'], ['handed-over', 'answered']]);
  expect(done.settled).toBe(2);
  expect((await list()).map(each => each.id)).not.toContain(id);
  expect((await list('?view=answered')).map(each => each.id)).toEqual([id]);
  await say('c9', '左边耳机没声音');
  await eventually(async () => JSON.stringify(system.replies()).includes('"请长按电源键十秒重置耳机。"'));
});

test('or another way to ask for an answer there is; only questions it now answers are done', async () => {
  const { id, nearest } = await detail((await about('实体店')).id);
  expect(Array.isArray(nearest)).toBe(true);
  const made = (await server.api('POST', '/answers', { question: '门店地址', answer: '上海市南京西路。', locale: 'zh-CN' })).as(z.looseObject({ id: z.string() }));
  const done = (await server.api('POST', `/unanswered/${id}/variant`, { answerId: made.id })).as(Done);
  expect(done.answer.variants).toEqual(['你们实体店在哪里']);
  expect(done.compared[0]).toMatchObject({ after: 'answered' });
  expect((await server.api('POST', `/unanswered/${id}/variant`, { answerId: '0123456789abcdef01234567' })).status).toBe(400);
});

test('set aside and taken up again; nobody but supervisors may', async () => {
  const { id } = await about('发票');
  await server.api('POST', `/unanswered/${id}/dismiss`, {});
  expect((await list()).map(each => each.id)).not.toContain(id);
  expect((await list('?view=dismissed')).map(each => each.id)).toEqual([id]);
  expect(await detail(id)).toMatchObject({ dismissed: true });
  await server.api('POST', `/unanswered/${id}/restore`, {});
  expect((await list()).map(each => each.id)).toContain(id);
  expect((await server.api('GET', '/unanswered/0123456789abcdef01234567')).status).toBe(404);
});
