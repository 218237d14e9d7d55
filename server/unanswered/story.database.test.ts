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
  guarded: z.boolean(), ended: z.array(z.looseObject({ answerId: z.string(), waits: z.boolean() })),
  proposals: z.array(z.looseObject({ text: z.string(), count: z.number() })), nearest: z.array(z.looseObject({ answerId: z.string() })),
});
const Suggested = z.object({ items: z.array(z.looseObject({ id: z.string(), question: z.string(), answer: z.string(), count: z.number(), sources: z.array(z.looseObject({ conversationId: z.string() })) })) });
const Done = z.looseObject({ answer: z.looseObject({ id: z.string(), variants: z.array(z.string()) }), compared: z.array(z.object({ text: z.string(), count: z.number(), before: z.string(), after: z.string() })), settled: z.number() });

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

test('the same words make no second answer, other words to the same question are refused; one click guards it with a case that cites it', async () => {
  const [{ id }] = z.tuple([Cluster]).parse(await list('?view=answered'));
  const same = { question: '耳机左边没有声音', variants: [], answer: '请长按电源键十秒重置耳机。', locale: 'zh-CN' };
  const before = await detail(id);
  expect((await server.api('POST', `/unanswered/${id}/answer`, { ...same, answer: '换一副。' })).status).toBe(409);
  const again = (await server.api('POST', `/unanswered/${id}/answer`, same)).as(Done);
  expect(before).toMatchObject({ guarded: false, ended: [{ answerId: again.answer.id, waits: false }] });
  const made = await server.api('POST', '/regression-cases/from-cluster', { clusterId: id });
  expect(made.body).toMatchObject({ origin: { kind: 'cluster', clusterId: id }, expect: { mustCite: [again.answer.id], mustHandOver: false } });
  expect((await server.api('POST', '/regression-cases/from-cluster', { clusterId: id })).body).toEqual(made.body);
  expect(await detail(id)).toMatchObject({ guarded: true });
});

test('a published release does not hold what is answered after it: the answer waits', async () => {
  const { release } = (await server.api('POST', '/releases', {})).as(z.looseObject({ release: z.looseObject({ number: z.number() }) }));
  await eventually(async () => (await server.api('GET', `/releases/${release.number}/run`)).as(z.looseObject({ state: z.string() })).state === 'done');
  expect((await server.api('POST', `/releases/${release.number}/publish`, { rev: 0 })).status).toBe(200);
  const [{ id }] = z.tuple([Cluster]).parse(await list('?view=answered'));
  expect(await detail(id)).toMatchObject({ ended: [{ waits: false }] });
  await server.api('PATCH', `/answers/${(await detail(id)).ended[0]?.answerId}`, { answer: '请长按电源键十五秒重置耳机。' });
  expect(await detail(id)).toMatchObject({ ended: [{ waits: true }] });
});

test('a good reply to what never came to the bot is proposed, alike ones once; what is the customer\'s own, small talk or known already is not', async () => {
  const channel = (await server.api('POST', '/channels', { kind: 'api', name: 'Desk', bot: false })).as(z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ secret: z.string() }) }));
  const desk = await startApiSystem({ secret: channel.secrets.secret, hub: channel.webhookUrl, retryAfter: '1' });
  try {
    await server.api('PATCH', `/channels/${channel.id}`, { config: { replyUrl: desk.replyUrl, allowPrivateReplyUrl: true } });
    const told: [string, string, string][] = [
      ['d1', '支架可以装在石膏板墙上吗', '您好！石膏板墙需要使用膨胀螺丝，单点承重不超过五公斤。'], ['d2', '请问石膏板墙可以装支架吗', '石膏板墙要用膨胀螺丝，单点承重不超过五公斤哦。'],
      ['d3', '我的包裹什么时候送到呢', '您的订单 SF1234567890 预计明天下午送到。'], ['d4', '你好', '我们的营业时间是每天九点到十八点，欢迎光临。'], ['d5', '怎么开发票', '请在订单页面点击申请电子发票，当天开出。'],
    ];
    for (const [customer, question, reply] of told) {
      await desk.insist({ id: `q-${customer}`, thread: customer, from: { id: customer, name: '李四' }, text: question });
      const conversationId = await eventually(async () => (await server.api('GET', '/conversations?view=all')).as(z.looseObject({ items: z.array(z.looseObject({ id: z.string(), threads: z.array(z.looseObject({ key: z.string() })) })) })).items.find(({ threads }) => threads.some(({ key }) => key === customer))?.id);
      await server.api('POST', `/conversations/${conversationId}/messages`, { text: reply, clientId: `reply-${customer}` });
    }
    const suggested = async () => (await server.api('GET', '/unanswered/replies')).as(Suggested).items;
    const found = await eventually(async () => { const items = await suggested(); return items[0]?.count === 2 && items; });
    expect(found).toMatchObject([{ question: '支架可以装在石膏板墙上吗', answer: '石膏板墙需要使用膨胀螺丝，单点承重不超过五公斤。', count: 2 }]);
    const body = { question: found[0]?.question, variants: [], answer: found[0]?.answer, locale: 'zh-CN' };
    const statuses = await Promise.all([1, 2].map(async () => (await server.api('POST', `/unanswered/replies/${found[0]?.id}/answer`, body)).status));
    expect(statuses.toSorted()).toEqual([201, 409]);
    expect(await suggested()).toEqual([]);
  } finally {
    await desk.stop();
  }
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
