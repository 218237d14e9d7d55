/** Whatever strangers send: a clear problem that names the field, nothing half-written, never a 5xx. */
import { createHmac } from 'node:crypto';
import mongoose from 'mongoose';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { routes } from '../server/http/routes.ts';
import { testMongod } from './setup/mongo.ts';
import { startServer, type Server } from './setup/server.ts';

const Problem = z.object({ type: z.string(), title: z.string(), status: z.number(), code: z.string(), detail: z.string(), fields: z.record(z.string(), z.string()) });
const Made = z.looseObject({ id: z.string(), secrets: z.record(z.string(), z.string()).optional() });

const { uri } = testMongod('bad_input');
let server: Server;
let db: mongoose.Connection;
let api: z.infer<typeof Made>;
let chat: z.infer<typeof Made>;

beforeAll(async () => {
  server = await startServer({ MONGODB_URI: uri });
  api = (await server.api('POST', '/channels', { kind: 'api', name: 'api' })).as(Made);
  chat = (await server.api('POST', '/channels', { kind: 'webchat', name: 'chat' })).as(Made);
  db = await mongoose.createConnection(uri).asPromise();
});
afterAll(async () => {
  await db?.close();
  await server?.stop();
});

/** How many documents there are of what callers make. */
async function contents(): Promise<Record<string, number>> {
  const names = ['entries', 'heads', 'contacts', 'identities', 'people', 'channels', 'queues', 'answers', 'canned_replies', 'labels', 'api_tokens', 'attachments.files', 'attachments.chunks', 'quarantine', 'merges', 'aparts', 'claims', 'consents', 'contact_codes'];
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await db.collection(name).countDocuments()])));
}

const send = (method: string, path: string, body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${server.url}${path}`, { method, body, headers: { cookie: server.cookie, ...headers } });

const deep = '['.repeat(50_000) + ']'.repeat(50_000);
const bodies: [name: string, body: string, headers?: Record<string, string>][] = [
  ['not JSON', '{"a":'], ['a number', '42'], ['null', 'null'], ['an array', '[1]'], ['a string', '"x"'], ['nested without end', deep], ['an object nested 40 deep', '{"a":'.repeat(40) + '1' + '}'.repeat(40)],
  ['a reach for the prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'], ['operators', '{"email":{"$ne":""},"password":{"$gt":""},"text":{"$where":"1"},"name":{"$regex":".*"},"labels":[{"$ne":1}]}'],
  ['unknown keys', '{"role":"admin","seq":1,"assigneeId":"x","surprise":true}'], ['wrong types', '{"text":1,"name":[],"labels":"x","priority":"high","until":5,"state":{},"answers":{}}'],
  ['too long', JSON.stringify({ text: 'x'.repeat(200_000), name: 'x'.repeat(200_000), question: 'x'.repeat(20_000) })], ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]).toString('latin1')],
  ['another type', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }], ['JSON as plain text', '{"name":"x"}', { 'content-type': 'text/plain' }], ['an odd charset', '{"surprise":1}', { 'content-type': 'application/json; charset=utf-7' }],
];

test.each(routes.filter(route => route.body && !/^\/(session|setup)$/.test(route.path)).map(route => ({ title: `${route.method} ${route.path}`, route })))('$title refuses what it cannot use', async ({ route }) => {
  const before = await contents();
  const path = `/api/v1${route.path.replace(/:seq/g, '1').replace(/:\w+/g, '0123456789abcdef01234567')}`;
  for (const [name, body, headers] of bodies) {
    const response = await send(route.method.toUpperCase(), path, body, headers);
    expect({ name, status: response.status >= 400 && response.status < 500 }).toEqual({ name, status: true });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = Problem.parse(await response.json());
    if (problem.code === 'invalid') expect(Object.keys(problem.fields).length, `${name}: ${problem.detail}`).toBeGreaterThan(0);
  }
  expect(await contents()).toEqual(before);
});

test('a body over the limit is refused as too large', async () => {
  const response = await send('POST', '/api/v1/labels', JSON.stringify({ name: 'x'.repeat(6_000_000) }));
  expect(Problem.parse(await response.json())).toMatchObject({ status: 413, code: 'too-large' });
});

test('odd addresses and queries are refused in words', async () => {
  const cases = ['/api/v1/conversations?limit=1e9', '/api/v1/conversations?limit=-1', '/api/v1/conversations?view=mine&view=all', '/api/v1/conversations?cursor=%00', '/api/v1/conversations?status[$ne]=open', '/api/v1/conversations/..%2f..%2fetc', '/api/v1/conversations/%E0%A4%A', '/api/v1/nothing', '/api/v1/attachments/../../etc/passwd', '/hooks/api/nothing', '/hooks/nothing/0123456789abcdef01234567'];
  for (const path of cases) {
    const response = await fetch(`${server.url}${path}`, { headers: { cookie: server.cookie } });
    expect({ path, refused: response.status >= 400 && response.status < 500 }).toEqual({ path, refused: true });
    Problem.parse(await response.json());
  }
});

test('a search for operators finds text, not documents', async () => {
  const page = (await server.api('GET', `/conversations?q=${encodeURIComponent('.*')}`)).as(z.object({ items: z.array(z.unknown()) }));
  expect(page.items).toEqual([]);
});

function signed(body: string, change: { id?: string; secret?: string; at?: number } = {}): Record<string, string> {
  const { id = 'msg_1', secret = api.secrets?.['secret'] ?? '', at = Math.floor(Date.now() / 1000) } = change;
  const signature = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${id}.${at}.${body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

test('a hook that is unsigned, forged, old or malformed stores nothing', async () => {
  const before = await contents();
  const good = JSON.stringify({ id: 'm1', thread: 't1', from: { id: 'u1' }, text: 'hello' });
  const cases: [string, string, Record<string, string>, number][] = [
    ['unsigned', good, { 'content-type': 'application/json' }, 401], ['forged', good, signed(good, { secret: 'whsec_AAAA' }), 401], ['old', good, signed(good, { at: 1_600_000_000 }), 401], ['for another body', good, signed('{}'), 401],
    ...['{', '[]', '{}', '{"id":"m","thread":"t","from":{"id":"u"},"text":5}', '{"id":"m","thread":"t","from":{"id":"u"},"text":"x","role":"admin"}', '{"id":{"$ne":1},"thread":"t","from":{"id":"u"},"text":"x"}', '{"constructor":1,"id":"m","thread":"t","from":{"id":"u"},"text":"x"}']
      .map((body): [string, string, Record<string, string>, number] => [body, body, signed(body), 400]),
  ];
  for (const [name, body, headers, status] of cases) {
    const response = await fetch(`${server.url}/hooks/api/${api.id}`, { method: 'POST', body, headers });
    expect({ name, status: response.status }).toEqual({ name, status });
    expect(Object.keys(Problem.partial().parse(await response.json()).fields ?? {}).length, name).toBeGreaterThan(0);
  }
  expect(await contents()).toEqual(before);
});

test('uploads: too large, programs, nobody\'s, aborted: nothing stays', async () => {
  const before = await contents();
  expect((await send('POST', '/api/v1/attachments', 'x', { 'content-type': 'text/plain' })).status).toBe(400);
  expect((await send('POST', '/api/v1/attachments?name=setup.exe', 'MZ', { 'content-type': 'application/octet-stream' })).status).toBeGreaterThanOrEqual(400);
  const large = await send('POST', '/api/v1/attachments?name=large.bin', new Uint8Array(51 * 1024 * 1024), { 'content-type': 'application/octet-stream' }).catch(() => null);
  if (large) expect(large.status).toBe(413);
  expect((await fetch(`${server.url}/widget/${chat.id}/attachments?name=a.txt`, { method: 'POST', body: 'x' })).status).toBe(401);
  const cut = new AbortController();
  const endless = new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array(300_000)); return new Promise(done => setTimeout(done, 5)); } });
  setTimeout(() => cut.abort(), 300);
  const cutOff: RequestInit & { duplex: 'half' } = { method: 'POST', body: endless, duplex: 'half', signal: cut.signal, headers: { cookie: server.cookie } };
  await fetch(`${server.url}/api/v1/attachments?name=endless.bin`, cutOff).catch(() => null);
  await new Promise(done => setTimeout(done, 500));
  expect(await contents()).toEqual(before);
});

test('a visitor\'s socket answers nonsense with a problem and goes on', async () => {
  const before = await contents();
  const visitor = io(`${server.url}/visitors`, { path: '/live', transports: ['websocket'], auth: { channelId: chat.id } });
  await new Promise(done => visitor.once('welcome', done));
  for (const nonsense of [null, 42, 'x', [], {}, { id: 'short', text: 'x' }, { id: 'a-good-id-1', text: { $ne: 1 } }, { id: 'a-good-id-1', text: 'x'.repeat(10_000) }, { id: 'a-good-id-1', text: 'x', attachments: [{ id: '0123456789abcdef01234567', name: 'a', type: 'b', size: 1, proof: 'forged' }] }]) {
    expect(await visitor.timeout(3000).emitWithAck('send', nonsense)).toMatchObject({ ok: false });
  }
  visitor.emit('no such event', { a: 1 });
  expect(await visitor.timeout(3000).emitWithAck('resume', { after: 0 })).toMatchObject({ ok: true, entries: [] });
  visitor.close();
  const stranger = io(`${server.url}/visitors`, { path: '/live', transports: ['websocket'], auth: { channelId: { $ne: 1 } }, reconnection: false });
  await new Promise(done => stranger.once('disconnect', done));
  const agent = io(`${server.url}/agents`, { path: '/live', transports: ['websocket'], reconnection: false });
  expect(await new Promise(done => agent.once('connect_error', error => done(error.message)))).toBe('not-signed-in');
  expect(await contents()).toEqual(before);
});
