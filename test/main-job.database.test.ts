/** The main job over the API and the sockets: a customer asks, the bot answers or hands over, an agent is offered it, replies, resolves. */
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { testMongod } from './setup/mongo.ts';
import { admin, call, startServer, type Server } from './setup/server.ts';
import { eventually } from './setup/eventually.ts';

const Made = z.looseObject({ id: z.string() });
const View = z.looseObject({ id: z.string(), seq: z.number(), handler: z.string(), status: z.string(), offer: z.looseObject({ agentId: z.string() }).nullable(), assigneeId: z.string().nullable(), contact: z.object({ id: z.string(), name: z.string() }) });
const Page = z.object({ items: z.array(View) });
const EntryOut = z.looseObject({ seq: z.number(), kind: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), content: z.looseObject({ text: z.string().optional(), sources: z.array(z.looseObject({ id: z.string() })).optional() }).optional(), delivery: z.looseObject({ state: z.string() }).optional(), receipt: z.unknown().optional() });
const Timeline = z.object({ items: z.array(EntryOut) });

let server: Server;
let channelId: string;
let visitor: Socket;
const seen: { from: string; content: { text?: string } }[] = [];

beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('main_job').uri });
  channelId = (await server.api('POST', '/channels', { kind: 'webchat', name: '官网' })).as(Made).id;
  await server.api('POST', '/answers', { question: '退款多久到账', variants: ['退款什么时候到'], answer: '退款在 3 个工作日内原路退回。', locale: 'zh-CN' });
  visitor = io(`${server.url}/visitors`, { path: '/live', transports: ['websocket'], auth: { channelId } });
  visitor.on('entry', entry => seen.push(entry));
  await new Promise(done => visitor.once('welcome', done));
  await visitor.emitWithAck('resume', { after: 0 });
});
afterAll(async () => {
  visitor?.close();
  await server?.stop();
});

const say = (text: string, id = crypto.randomUUID()) => visitor.timeout(5000).emitWithAck('send', { id, text });
const conversations = async (query = '') => (await server.api('GET', `/conversations${query}`)).as(Page).items;
const timeline = async (id: string) => (await server.api('GET', `/conversations/${id}/timeline`)).as(Timeline).items;

test('the bot answers from the knowledge, with its source', async () => {
  expect(await say('退款多久到账？')).toMatchObject({ ok: true, seq: 1 });
  const answer = await eventually(() => seen.find(entry => entry.from === 'bot'));
  expect(answer.content.text).toContain('3 个工作日');
  const [conversation] = await conversations();
  expect(conversation).toMatchObject({ handler: 'bot', status: 'open' });
  const entries = await timeline(conversation?.id ?? '');
  expect(entries.at(-1)?.content?.sources).toHaveLength(1);
});

test('the same message sent again is the same message', async () => {
  const id = crypto.randomUUID();
  const [first, second] = [await say('你好', id), await say('你好', id)];
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
});

test('who asks for a person is offered to one, answered and resolved; the customer sees it all', async () => {
  await say('转人工');
  const waiting = await eventually(async () => (await conversations('?view=waiting'))[0]);
  expect(waiting.offer).toBeNull();
  const me = (await server.api('POST', '/me/state', { state: 'available' })).as(Made).id;
  const offered = await eventually(async () => (await conversations('?view=waiting')).find(one => one.offer?.agentId === me));
  expect((await server.api('POST', `/conversations/${offered.id}/accept`, {})).status).toBe(200);
  const sent = await server.api('POST', `/conversations/${offered.id}/messages`, { text: '您好，我是 Ada。', clientId: 'client-0001' });
  expect(sent.status).toBe(201);
  await eventually(() => seen.find(entry => entry.from === 'agent'));
  const delivered = await eventually(async () => (await timeline(offered.id)).find(entry => entry.actor.kind === 'agent' && entry.delivery?.state === 'delivered' || entry.delivery?.state === 'sent'));
  expect(delivered.kind).toBe('message');
  expect((await server.api('POST', `/conversations/${offered.id}/resolve`, {})).status).toBe(200);
  expect(await conversations('?status=resolved')).toHaveLength(1);
  const kinds = (await timeline(offered.id)).map(entry => entry.kind);
  expect(kinds).toEqual(expect.arrayContaining(['queued', 'offered', 'assigned', 'resolved']));
  const offer = (await timeline(offered.id)).find(entry => entry.kind === 'offered');
  expect(offer?.receipt).toMatchObject({ winner: me });
});

test('a retry with the same client id sends once; a second colleague is warned', async () => {
  const [one] = await conversations('?status=resolved');
  const id = one?.id ?? '';
  await server.api('POST', `/conversations/${id}/reopen`, {});
  const first = (await server.api('POST', `/conversations/${id}/messages`, { text: '再见', clientId: 'client-0002' })).as(EntryOut);
  const again = (await server.api('POST', `/conversations/${id}/messages`, { text: '再见', clientId: 'client-0002' })).as(EntryOut);
  expect(again.seq).toBe(first.seq);
  const { token } = (await server.api('POST', '/tokens', { name: 'colleague', role: 'agent' })).as(z.looseObject({ token: z.string() }));
  const colleague = (body: object) => call(server.url, 'POST', `/conversations/${id}/messages`, body, { authorization: `Bearer ${token}` });
  expect((await colleague({ text: '我也来回答', seenSeq: first.seq - 1 })).status).toBe(409);
  expect((await colleague({ text: '我也来回答', seenSeq: first.seq })).status).toBe(201);
  const repeated = await server.api('POST', `/conversations/${id}/messages`, { text: '再见', clientId: 'client-0002', seenSeq: 1 });
  expect(repeated.as(EntryOut).seq).toBe(first.seq);
});

test('a private note never reaches the customer', async () => {
  const [one] = await conversations();
  await server.api('POST', `/conversations/${one?.id}/notes`, { text: '内部：此客户是 VIP' });
  const resumed = await visitor.timeout(5000).emitWithAck('resume', { after: 0 });
  expect(JSON.stringify(resumed)).not.toContain('VIP');
});

test('once set up, the set-up link is gone', async () => {
  expect((await server.api('POST', '/setup', { token: 'x', ...admin })).status).toBe(410);
});
