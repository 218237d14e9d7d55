/** What the bot knows goes out as a file and comes back, by the API: for whom, until when, in which language. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer, type Server } from '../../test/setup/server.ts';

const Result = z.object({ applied: z.boolean(), rows: z.number(), create: z.number(), update: z.number(), same: z.number(), wrong: z.array(z.object({ line: z.number(), field: z.string(), message: z.string() })), wrongs: z.number() });
const Answer = z.looseObject({ id: z.string(), question: z.string(), answer: z.string(), topics: z.array(z.string()) });
const Page = z.object({ items: z.array(Answer) });

let server: Server;
beforeAll(async () => { server = await startServer({ MONGODB_URI: testMongod('answer_files').uri }); });
afterAll(async () => { await server?.stop(); });

const send = async (file: string | Uint8Array<ArrayBuffer>, query = '') => {
  const response = await fetch(`${server.url}/api/v1/answers/import?${query}`, { method: 'POST', headers: { cookie: server.cookie, 'content-type': 'text/csv' }, body: file });
  return Result.parse(await response.json());
};
const fetched = async (format: string) => new Uint8Array(await (await fetch(`${server.url}/api/v1/answers/export?format=${format}`, { headers: { cookie: server.cookie } })).arrayBuffer());
const all = async (query = '') => (await server.api('GET', `/answers${query}`)).as(Page).items;
const ask = async (question: string, as: object = {}) => (await server.api('POST', '/answers/ask', { question, ...as })).body;

test('a dry run names each wrong row and stores nothing; one wrong row stores nothing either', async () => {
  const file = '问题,答案,语言,失效时间\r\n"多久\n发货",两天,zh-CN,\r\n,没有问题,zh-CN,\r\n怎么开票,在订单页,zh-CN,明天\r\n多久发货,三天,zh-CN,\r\n';
  const dry = await send(file, 'dryRun=true');
  expect(dry).toMatchObject({ applied: false, rows: 4, wrongs: 3 });
  expect(dry.wrong.map(({ line, field }) => `${line} ${field}`)).toEqual(['4 question', '5 validUntil', '6 question']);
  expect((await send(file)).applied).toBe(false);
  expect((await send('question,answer,colour\nq,a,red')).wrong).toMatchObject([{ line: 2, field: 'colour' }]);
  expect((await send('q1,a1\n"never closed,a\n')).wrong).toMatchObject([{ line: 2, field: 'row' }]);
  expect((await send('{"question":"q","answer":"a"}\n[1]\n{', 'format=jsonl')).wrong.map(({ line }) => line)).toEqual([2, 3]);
  expect(await all()).toEqual([]);
});

test('what goes out comes back as it was, in both formats, and a second time changes nothing', async () => {
  const rich = { question: '=1+1 多少', answer: '@all "两"\n件', locale: 'zh-CN', variants: ['a|b', '-c'], topics: ['算术'], validFrom: '2026-01-01T00:00:00Z', validUntil: '2099-01-01T00:00:00Z', audience: { channels: ['api'], identified: true }, url: 'https://example.com/x', group: 'sum' };
  await server.api('POST', '/answers', rich);
  await server.api('POST', '/answers', { question: 'How long is delivery?', answer: 'Two days.', locale: 'en' });
  const before = await all();
  const csv = await fetched('csv');
  expect([...csv.slice(0, 3)]).toEqual([0xEF, 0xBB, 0xBF]);
  expect(new TextDecoder().decode(csv)).toContain("'=1+1");
  for (const format of ['csv', 'jsonl']) expect(await send(await fetched(format), `format=${format}`)).toEqual({ applied: true, rows: 2, create: 0, update: 0, same: 2, wrong: [], wrongs: 0 });
  for (const { id } of before) await server.api('DELETE', `/answers/${id}`);
  expect(await send(csv)).toMatchObject({ applied: true, create: 2 });
  const strip = (list: z.infer<typeof Answer>[]) => list.map(({ createdAt: _a, updatedAt: _b, ...rest }) => rest);
  expect(strip(await all())).toEqual(strip(before));
});

test('the same question is changed, not doubled; columns that are not there stay; it is searched at once; GBK is read', async () => {
  expect(await send('question,answer\nhow long is DELIVERY,Three days.\n', 'locale=en')).toMatchObject({ applied: true, create: 0, update: 1 });
  expect(await ask('How long is delivery?')).toMatchObject({ answer: 'Three days.' });
  const gbk = Uint8Array.from([0xCD, 0xCB, 0xBB, 0xF5, 0x2C, 0xC6, 0xDF, 0xCC, 0xEC, 0x0A]);
  expect(await send(gbk)).toMatchObject({ applied: true, create: 1 });
  expect((await all('?q=退货'))[0]).toMatchObject({ question: '退货', answer: '七天' });
  expect((await all('?topic=算术'))[0]).toMatchObject({ question: '=1+1 多少', topics: ['算术'] });
});

test('for whom and until when is obeyed; null takes a limit away', async () => {
  const made = (await server.api('POST', '/answers', { question: 'Where is the VIP lounge?', answer: 'Floor 3.', locale: 'en', audience: { channels: ['email'], identified: true } })).as(Answer);
  const question = 'Where is the VIP lounge?';
  expect(await ask(question, { channelKind: 'email', identified: true })).toMatchObject({ answer: 'Floor 3.' });
  expect(await ask(question, { channelKind: 'api', identified: true })).toHaveProperty('handOver');
  expect(await ask(question, { channelKind: 'email', identified: false })).toHaveProperty('handOver');
  await server.api('PATCH', `/answers/${made.id}`, { audience: null, validUntil: '2020-01-01T00:00:00Z' });
  expect(await ask(question)).toHaveProperty('handOver');
  expect((await server.api('PATCH', `/answers/${made.id}`, { validFrom: '2021-01-01T00:00:00Z' })).body).toMatchObject({ fields: { validUntil: 'must be later than validFrom' } });
  await server.api('PATCH', `/answers/${made.id}`, { validUntil: null });
  expect(await ask(question, { channelKind: 'api', identified: false })).toMatchObject({ answer: 'Floor 3.' });
});
