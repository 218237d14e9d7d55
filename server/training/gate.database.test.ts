/** The gate at the front door: taught, proved, published, rolled back; and a second node that follows. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { conversationsOf, timelineOf } from '../../test/setup/inbox.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call, startServer, type Reply, type Server } from '../../test/setup/server.ts';
import { startApiSystem, type ApiSystem } from '../../test/simulators/api-system.ts';
import { newId } from '../store/id.ts';

const { uri } = testMongod('gate');
// The same at every start, wherever its folder is.
const env = { MONGODB_URI: uri, HUB_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
let server: Server;
let node: Node;
let system: ApiSystem;
let supervisor: Record<string, string>;

const Made = z.looseObject({ id: z.string() });
const Result = z.looseObject({ caseId: z.string(), passed: z.boolean(), change: z.string(), failures: z.array(z.looseObject({ expectation: z.string(), why: z.string() })) });
const Run = z.looseObject({ state: z.string(), total: z.number(), results: z.array(Result) });
const Candidate = z.looseObject({ release: z.looseObject({ number: z.number() }) });
const Releases = z.looseObject({ pointer: z.looseObject({ rev: z.number(), published: z.number().nullable(), canary: z.unknown() }), items: z.array(z.looseObject({ number: z.number(), locked: z.string().nullable() })) });
const Diff = z.looseObject({ counts: z.object({ added: z.number(), changed: z.number(), removed: z.number() }) });
const Problem = z.looseObject({ detail: z.string(), fields: z.record(z.string(), z.string()) });

const answers = [
  ['How long does a refund take?', 'A refund takes 7 days.'], ['Where is the warehouse?', 'The warehouse is in Hangzhou.'], ['怎么修改收货地址？', '在订单页点“修改地址”。'],
] as const;
const ids: string[] = [];
const cases: string[] = [];

const post = (path: string, body: unknown = {}) => server.api('POST', path, body);
const rev = async () => (await server.api('GET', '/releases')).as(Releases).pointer.rev;
const ask = async (question: string, release?: number) => JSON.stringify((await post('/answers/ask', { question, ...(release ? { release } : {}) })).body);
async function ran(release: number) {
  return eventually(async () => {
    const run = (await server.api('GET', `/releases/${release}/run`)).as(Run);
    return run.state === 'done' ? run : undefined;
  });
}
async function candidate(): Promise<{ number: number; run: z.infer<typeof Run> }> {
  const { number } = (await post('/releases')).as(Candidate).release;
  return { number, run: await ran(number) };
}
const publish = async (release: number): Promise<Reply> => post(`/releases/${release}/publish`, { rev: await rev() });
async function said(thread: string, text: string): Promise<{ conversationId: string; seq: number; text: string }> {
  await system.insist({ id: newId(), thread, from: { id: thread, name: thread }, text });
  const conversationId = await eventually(async () => (await conversationsOf(server)).get(thread));
  const entry = await eventually(async () => (await timelineOf(server, conversationId)).findLast(each => each.kind === 'message' && each.actor.kind === 'bot'));
  return { conversationId, seq: entry.seq, text: entry.content?.text ?? '' };
}

beforeAll(async () => {
  server = await startServer(env);
  node = await startNode(uri);
  const channel = (await post('/channels', { kind: 'api', name: 'Shop', bot: true })).as(z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ secret: z.string() }) }));
  system = await startApiSystem({ secret: channel.secrets.secret, hub: channel.webhookUrl });
  await server.api('PATCH', `/channels/${channel.id}`, { config: { replyUrl: system.replyUrl, allowPrivateReplyUrl: true } });
  const { token } = (await post('/tokens', { name: 'lead', role: 'supervisor' })).as(z.looseObject({ token: z.string() }));
  supervisor = { authorization: `Bearer ${token}` };
});
afterAll(async () => {
  await system?.stop();
  await node?.stop();
  await server?.stop();
});

test('without any release an answer is served at once', async () => {
  for (const [question, answer] of answers) {
    const { id } = (await post('/answers', { question, answer, locale: /[a-z]/.test(question) ? 'en' : 'zh-CN' })).as(Made);
    ids.push(id);
    cases.push((await post('/regression-cases', { turns: [{ text: question }], locale: 'en', severity: 'critical', expect: { mustContain: [answer], mustCite: [id] } })).as(Made).id);
  }
  expect((await said('first', 'How long does a refund take?')).text).toBe('A refund takes 7 days.');
});

test('a case expects something, and a bad one is refused by its field', async () => {
  expect((await post('/regression-cases', { turns: [{ text: 'x' }], locale: 'en', expect: {} })).as(Problem).fields).toHaveProperty('expect');
  expect((await post('/regression-cases', { turns: [{ from: 'bot', text: 'x' }], locale: 'en', expect: { mustHandOver: true } })).status).toBe(400);
});

test('a candidate is run, and an admin publishes it; customers are served it, not what is edited next', async () => {
  const { number, run } = await candidate();
  expect(run.results.map(each => [each.passed, each.change])).toEqual([[true, 'new'], [true, 'new'], [true, 'new']]);
  expect((await call(server.url, 'POST', `/releases/${number}/publish`, { rev: 0 }, supervisor)).status).toBe(403);
  expect((await publish(number)).status).toBe(200);
  await server.api('PATCH', `/answers/${ids[0]}`, { answer: 'A refund takes 9 days.' });
  expect((await said('second', 'How long does a refund take?')).text).toBe('A refund takes 7 days.');
  expect(await ask('How long does a refund take?')).toContain('9 days');
  expect(await ask('How long does a refund take?', number)).toContain('7 days');
  expect((await post('/answers/ask', { question: 'How long does a refund take?', release: 99 })).status).toBe(404);
});

test('a piece is deleted: exactly the cases that cite it fail, and publishing names them', async () => {
  await server.api('PATCH', `/answers/${ids[0]}`, { answer: answers[0][1] });
  await server.api('DELETE', `/answers/${ids[1]}`);
  expect((await server.api('GET', '/releases/diff?from=1')).as(Diff).counts).toEqual({ added: 0, changed: 0, removed: 1 });
  const { number, run } = await candidate();
  expect(run.results.filter(each => !each.passed).map(each => [each.caseId, each.change])).toEqual([[cases[1], 'broken']]);
  const refused = await publish(number);
  expect(refused.status).toBe(409);
  expect(Object.keys(refused.as(Problem).fields)).toEqual([`cases.${cases[1]}`]);
  expect(refused.as(Problem).detail).toContain('Where is the warehouse?');
  expect((await post(`/releases/${number}/canary`, { rev: await rev(), share: 0.1 })).status).toBe(409);
  // Not critical any more: but the run is older than the cases now.
  await server.api('PATCH', `/regression-cases/${cases[1]}`, { severity: 'normal' });
  expect((await publish(number)).as(Problem).fields).toEqual({ run: 'cases-changed' });
  await post(`/releases/${number}/run`);
  await ran(number);
  expect((await publish(number)).status).toBe(200);
});

test('a second node follows within two seconds, and a roll-back is one more move', async () => {
  const asking = { conversationId: newId(), at: new Date() };
  await eventually(() => node.hub.knowledge.releaseFor(asking) === 2);
  const since = performance.now();
  expect((await post('/releases/roll-back', { rev: await rev() })).status).toBe(200);
  await eventually(() => node.hub.knowledge.releaseFor(asking) === 1);
  expect(performance.now() - since).toBeLessThan(2_000);
  expect((await said('third', 'Where is the warehouse?')).text).toBe('The warehouse is in Hangzhou.');
  const { items } = (await server.api('GET', '/releases/moves')).as(z.looseObject({ items: z.array(z.looseObject({ rev: z.number(), act: z.string(), published: z.number(), by: z.looseObject({ name: z.string() }) })) }));
  expect(items.map(each => [each.rev, each.act, each.published, each.by.name])).toEqual([[3, 'roll-back', 1, '管理员 Ada'], [2, 'publish', 2, '管理员 Ada'], [1, 'publish', 1, '管理员 Ada']]);
});

test('a canary has its share of a thousand conversations, on every node the same', async () => {
  expect((await post('/releases/2/canary', { rev: await rev(), share: 0.2 })).status).toBe(200);
  await eventually(() => node.hub.knowledge.pointer().canary !== null);
  const tried = Array.from({ length: 1_000 }, () => node.hub.knowledge.releaseFor({ conversationId: newId(), at: new Date() })).filter(each => each === 2).length;
  expect(tried).toBeGreaterThan(150);
  expect(tried).toBeLessThan(250);
  expect((await post('/releases/end-canary', { rev: await rev() })).status).toBe(200);
});

test('two publishers at once: one wins, the other is told', async () => {
  const seen = await rev();
  const statuses = await Promise.all([post('/releases/2/publish', { rev: seen }), post('/releases/1/publish', { rev: seen }), post('/releases/roll-back', { rev: seen, to: 2 })]);
  expect(statuses.filter(each => each.status === 200)).toHaveLength(1);
  expect(await rev()).toBe(seen + 1);
});

test('one click on a message makes a case, once; today\'s bot is asked again', async () => {
  const { conversationId, seq } = await said('fourth', 'How long does a refund take?');
  const clicked = { conversationId, seq, because: 'not-true' };
  const made = (await post('/regression-cases/from-message', clicked)).as(z.looseObject({ id: z.string(), expect: z.unknown(), turns: z.unknown(), origin: z.unknown() }));
  expect(made).toMatchObject({ turns: [{ from: 'contact', text: 'How long does a refund take?' }], expect: { mustNot: ['A refund takes 7 days.'] }, origin: { kind: 'bad-answer', conversationId, seq } });
  expect((await post('/regression-cases/from-message', clicked)).as(Made).id).toBe(made.id);
  expect((await post('/regression-cases/from-message', { ...clicked, seq: 1 })).status).toBe(400);
  await server.api('PATCH', `/answers/${ids[0]}`, { answer: 'It takes ten days.' });
  const now = (await server.api('GET', `/conversations/${conversationId}/replay`)).body;
  expect(now).toMatchObject({ items: [{ question: ['How long does a refund take?'], came: [{ by: 'bot', text: 'A refund takes 7 days.' }], now: { kind: 'reply', text: 'It takes ten days.' } }] });
  expect((await server.api('GET', `/conversations/${conversationId}/replay?release=1`)).body).toMatchObject({ items: [{ now: { text: 'A refund takes 7 days.' } }] });
});

test('what is served outlives a restart', async () => {
  const { pointer } = (await server.api('GET', '/releases')).as(Releases);
  await server.kill();
  server = await startServer(env);
  expect((await server.api('GET', '/releases')).as(Releases).pointer).toEqual(pointer);
  expect(pointer.published).not.toBeNull();
});
