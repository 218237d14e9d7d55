/** The bot is tried by the API: in whole conversations, as some customer, on some release; and it says why. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer, type Server } from '../../test/setup/server.ts';

const Made = z.looseObject({ id: z.string() });
const Found = z.looseObject({ id: z.string(), kind: z.string(), confidence: z.number(), cited: z.boolean() });
const Tried = z.looseObject({
  answer: z.string().optional(), choices: z.array(z.string()).optional(), handOver: z.looseObject({ reason: z.string(), summary: z.string(), tried: z.array(z.looseObject({ answerId: z.string() })) }).optional(),
  trace: z.looseObject({ release: z.number().nullable(), floors: z.object({ answer: z.number(), ask: z.number() }), ms: z.number(), searches: z.array(z.looseObject({ text: z.string(), found: z.array(Found) })) }),
});
const Refused = z.looseObject({ fields: z.record(z.string(), z.string()) });

let server: Server;
let refund: string;
beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('trial').uri });
  refund = (await server.api('POST', '/answers', { question: '退款多久到账', answer: '三个工作日内原路退回。', locale: 'zh-CN', audience: { channels: ['email'], identified: true } })).as(Made).id;
  await server.api('POST', '/answers', { question: '国际运费怎么计算', answer: '按重量和目的地计算。', locale: 'zh-CN' });
  await server.api('POST', '/answers', { question: '国内运费怎么计算', answer: '满 99 元包邮。', locale: 'zh-CN' });
});
afterAll(async () => { await server?.stop(); });

const tryOut = async (body: object) => (await server.api('POST', '/answers/ask', body)).as(Tried);
const turn = (from: 'contact' | 'bot', text: string) => ({ from, text });

test('an answer says what was found, how sure of it, against which floors, and what was cited', async () => {
  const { answer, trace } = await tryOut({ turns: [turn('contact', '退款多久到账')] });
  expect(answer).toBe('三个工作日内原路退回。');
  expect(trace).toMatchObject({ bot: 'retrieval', release: null, floors: { answer: 0.75, ask: 0.35 }, tools: [], models: [], searches: [{ text: '退款多久到账', locale: 'zh-CN' }] });
  expect(trace.searches[0]?.found[0]).toMatchObject({ id: refund, kind: 'answer', cited: true, title: '退款多久到账' });
  expect(trace.searches[0]?.found.filter(({ cited }) => cited)).toHaveLength(1);
});

test('a passage says where it stands', async () => {
  const file = '# 产品手册\n\n## 保修\n\n### 耳机保修期\n\n耳机保修十八个月，凭订单号保修。\n';
  const made = Made.parse(await (await fetch(`${server.url}/api/v1/documents/upload?name=${encodeURIComponent('手册.md')}`, { method: 'POST', body: file, headers: { cookie: server.cookie } })).json());
  await eventually(async () => (await server.api('GET', `/documents/${made.id}`)).as(z.looseObject({ state: z.string() })).state === 'ready');
  const { answer, trace } = await tryOut({ question: '耳机保修期' });
  expect(answer).toContain('十八个月');
  const cited = trace.searches.flatMap(({ found }) => found).find((each) => each.cited);
  expect(cited).toMatchObject({ kind: 'passage', passage: { documentId: made.id, headings: ['产品手册', '保修', '耳机保修期'], ordinal: 0 } });
  const places = (await server.api('GET', `/answers/places?ids=${encodeURIComponent(`${cited?.id},${refund},ffffffffffffffffffffffff`)}`)).body;
  expect(places).toMatchObject({ items: [{ kind: 'passage', passage: { documentId: made.id } }, { kind: 'answer', text: '三个工作日内原路退回。' }, { kind: 'gone' }] });
});

test('a conversation keeps its context: the choice is one of those offered', async () => {
  const asked = await tryOut({ turns: [turn('contact', '运费怎么计算')] });
  expect(asked.choices?.length).toBeGreaterThan(1);
  const at = (asked.choices ?? []).findIndex((choice) => choice.includes('国内')) + 1;
  const chosen = await tryOut({ turns: [turn('contact', '运费怎么计算'), turn('bot', asked.answer ?? ''), turn('contact', `第${['一', '二', '三'][at - 1]}个`)] });
  expect(chosen.answer).toBe('满 99 元包邮。');
});

test('a hand-over is whole; a person asked for comes with what was asked before', async () => {
  const { handOver } = await tryOut({ turns: [turn('contact', '退款多久到账'), turn('bot', '三个工作日内原路退回。'), turn('contact', '转人工')] });
  expect(handOver).toMatchObject({ reason: 'asked', skills: [], tried: [{ answerId: refund }] });
  expect(handOver?.summary).toContain('退款多久到账');
  expect((await tryOut({ question: '我要投诉你们' })).handOver).toMatchObject({ reason: 'policy', priority: 3 });
});

test('as which customer, and on which release', async () => {
  const question = '退款多久到账';
  expect((await tryOut({ question, channelKind: 'email', identified: true })).answer).toContain('三个工作日');
  expect((await tryOut({ question, channelKind: 'webchat' })).handOver).toBeDefined();
  expect((await tryOut({ question, channelKind: 'email', identified: false })).handOver).toBeDefined();
  // Nothing published yet: customers are served what is edited.
  expect((await tryOut({ question, release: 'published' })).trace.release).toBeNull();
  await server.api('POST', '/releases');
  await server.api('PATCH', `/answers/${refund}`, { answer: '七天。' });
  const old = await tryOut({ question, release: 1 });
  expect(old).toMatchObject({ answer: '三个工作日内原路退回。', trace: { release: 1 } });
  expect((await tryOut({ question })).answer).toBe('七天。');
});

test('what is not understood is refused by its field', async () => {
  const fields = async (body: object) => Object.keys((await server.api('POST', '/answers/ask', body)).as(Refused).fields);
  expect(await fields({})).toEqual(['question']);
  expect(await fields({ question: 'a', turns: [turn('contact', 'a')] })).toEqual(['question']);
  expect(await fields({ turns: [turn('contact', 'a'), turn('bot', 'b')] })).toEqual(['turns']);
  expect(await fields({ question: 'a', colour: 'red' })).toEqual(['colour']);
  expect((await server.api('POST', '/answers/ask', { question: 'a', release: 99 })).status).toBe(404);
  expect((await server.api('GET', '/answers/places?ids=%24where')).status).toBe(400);
});
