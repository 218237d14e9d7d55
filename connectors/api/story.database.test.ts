/** The API channel at the real server: an outside system says what customers say, and gets the replies, whatever goes wrong. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testMongod } from '../../test/setup/mongo.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startServer } from '../../test/setup/server.ts';
import type { Server } from '../../test/setup/server.ts';
import { startApiSystem } from '../../test/simulators/api-system.ts';
import type { ApiSystem, Words } from '../../test/simulators/api-system.ts';
import { Words as Sentence } from '../../server/conversations/schema.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ secret: z.string() }) });
const Conversations = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), thread: z.looseObject({ key: z.string() }) })) });
const File = z.looseObject({ id: z.string(), name: z.string(), type: z.string(), size: z.number() });
const Entry = z.looseObject({
  seq: z.number(), kind: z.string(), actor: z.looseObject({ kind: z.string() }),
  content: z.looseObject({ text: z.string().optional(), attachments: z.array(File).optional() }).optional(), delivery: z.looseObject({ state: z.string(), reason: Sentence.optional() }).optional(),
});
const Timeline = z.looseObject({ items: z.array(Entry) });

let server: Server;
let system: ApiSystem;
let channelId = '';
beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('api_story').uri });
  const made = (await server.api('POST', '/channels', { kind: 'api', name: 'Shop', bot: false })).as(Made);
  channelId = made.id;
  system = await startApiSystem({ secret: made.secrets.secret, hub: made.webhookUrl, retryAfter: '1' });
  await server.api('PATCH', `/channels/${channelId}`, { config: { replyUrl: system.replyUrl, allowPrivateReplyUrl: true } });
});
afterAll(async () => {
  await system?.stop();
  await server?.stop();
});

const words = (id: string, change: Partial<Words> = {}): Words => ({ id, thread: 'order-1', from: { id: 'customer-1', name: '王小明' }, text: `words ${id}`, ...change });
// Lists are written behind the facts by a moment.
const find = async (thread: string): Promise<string | undefined> => (await server.api('GET', '/conversations?view=all')).as(Conversations).items.find((one) => one.thread.key === thread)?.id;
async function timelineOf(thread: string): Promise<{ id: string; items: z.infer<typeof Entry>[] }> {
  const id = await eventually(() => find(thread));
  return { id, items: (await server.api('GET', `/conversations/${id}/timeline`)).as(Timeline).items };
}
const messages = async (thread: string, by: string) => (await timelineOf(thread)).items.filter((entry) => entry.kind === 'message' && entry.actor.kind === by);

describe('in', () => {
  it('a message that comes fifty times at once is there once; all fifty are told the same place', async () => {
    const answers = await system.post(words('m1'), 50);
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(new Set(bodies.map((body) => JSON.stringify(body)))).toEqual(new Set([JSON.stringify(bodies[0])]));
    expect(bodies[0]).toMatchObject({ ok: true, seq: expect.any(Number) });
    expect((await messages('order-1', 'contact')).map((entry) => entry.content?.text)).toEqual(['words m1']);
  });

  it('keeps files byte for byte, and serves them so that they can do no harm', async () => {
    const page = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    const noise = randomBytes(3_000_000);
    await system.insist(words('m2', { thread: 'files', text: '', attachments: [
      { name: '../a\u202Egpj.svg', type: 'image/png', data: page.toString('base64') }, { name: '数据.bin', type: 'application/octet-stream', data: noise.toString('base64') },
    ] }));
    const files = (await messages('files', 'contact'))[0]?.content?.attachments ?? [];
    expect(files.map(({ name, size }) => [name, size])).toEqual([['agpj.svg', page.length], ['数据.bin', noise.length]]);
    const got = await Promise.all(files.map(({ id }) => fetch(`${server.url}/api/v1/attachments/${id}`, { headers: { cookie: server.cookie } })));
    expect(Buffer.from(await got[1]?.arrayBuffer() ?? new ArrayBuffer()).equals(noise)).toBe(true);
    expect(got.map((one) => [one.headers.get('content-type'), one.headers.get('content-disposition')?.split(';')[0], one.headers.get('x-content-type-options')])).toEqual(
      Array.from({ length: 2 }, () => ['application/octet-stream', 'attachment', 'nosniff']),
    );
    expect(got[0]?.headers.get('content-security-policy')).toContain('sandbox');
    expect((await fetch(`${server.url}/api/v1/attachments/${files[0]?.id}`)).status).toBe(401);
  });

  it('what is refused leaves nothing behind', async () => {
    const [wrong] = await system.post({ ...words('m3', { thread: 'wrong' }), role: 'admin' });
    expect([wrong?.status, wrong?.headers.get('content-type'), await wrong?.json()]).toEqual([400, 'application/problem+json', expect.objectContaining({ fields: { role: expect.any(String) } })]);
    const unsigned = await fetch(`${server.url}/hooks/api/${channelId}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(words('m4', { thread: 'wrong' })) });
    expect(unsigned.status).toBe(401);
    const [large] = await system.post(words('m5', { thread: 'wrong', text: 'x'.repeat(17 * 1024 * 1024) }));
    expect(large?.status).toBe(413);
    await system.insist(words('m6', { thread: 'right' }));
    await timelineOf('right');
    expect(await find('wrong')).toBeUndefined();
    expect((await fetch(`${server.url}/hooks/api/${channelId}`)).status).toBe(405);
    expect((await fetch(`${server.url}/hooks/api/${'0'.repeat(24)}`, { method: 'POST' })).status).toBe(404);
  });
});

describe('out', () => {
  const reply = async (thread: string, text: string, attachments?: string[]): Promise<void> => {
    const { id } = await timelineOf(thread);
    expect((await server.api('POST', `/conversations/${id}/messages`, { text, attachments })).status).toBe(201);
  };
  const arrived = (text: string) => system.replies().filter((one) => one.text === text);

  it('carries replies and files out, signed, and takes receipts back', async () => {
    const bytes = randomBytes(100_000);
    const uploaded = File.parse(await (await fetch(`${server.url}/api/v1/attachments?name=${encodeURIComponent('方案.bin')}`, { method: 'POST', headers: { cookie: server.cookie, 'content-type': 'application/octet-stream' }, body: bytes })).json());
    await reply('order-1', 'here is the plan', [uploaded.id]);
    const [got] = await eventually(() => arrived('here is the plan').length > 0 && arrived('here is the plan'));
    expect(got).toMatchObject({ type: 'message.created', thread: 'order-1', to: 'customer-1', speaker: { kind: 'agent' }, attachments: [{ name: '方案.bin', size: bytes.length, data: bytes.toString('base64') }] });
    await eventually(async () => (await messages('order-1', 'agent')).at(-1)?.delivery?.state === 'sent');
    for (const state of ['read', 'delivered']) expect((await system.post({ type: 'receipt', id: got?.id, state }))[0]?.status).toBe(200);
    expect((await messages('order-1', 'agent')).at(-1)?.delivery?.state).toBe('read');
    expect((await system.post({ type: 'receipt', id: 'nobody knows', state: 'read' }))[0]?.status).toBe(200);
  });

  it('tries again after 429, 500 and a cut connection, and arrives once; what was said later waits', async () => {
    for (const mood of ['busy', 'broken', 'cut'] as const) system.turn(mood);
    await reply('order-1', 'at last');
    await reply('order-1', 'and then');
    await eventually(async () => (await messages('order-1', 'agent')).at(-1)?.delivery?.state === 'sent', 40_000);
    const attempts = system.heard.filter((one) => one.payload.text === 'at last');
    expect(attempts.map((one) => [one.mood, one.genuine])).toEqual([['busy', true], ['broken', true], ['cut', true], ['well', true]]);
    expect(new Set(attempts.map((one) => one.id)).size).toBe(1);
    expect(arrived('at last')).toHaveLength(1);
    expect(system.replies().map((one) => one.text).slice(-2)).toEqual(['at last', 'and then']);
  }, 60_000);

  it('a refusal is final and the agent sees why', async () => {
    system.turn('gone');
    await reply('order-1', 'too late');
    const failed = await eventually(async () => (await messages('order-1', 'agent')).find((entry) => entry.delivery?.state === 'failed'));
    expect(failed).toMatchObject({ content: { text: 'too late' }, delivery: { reason: { 'zh-CN': expect.stringContaining('410'), en: expect.stringContaining('410') } } });
  });

  it('checks itself from the console', async () => {
    expect((await server.api('POST', `/channels/${channelId}/test`)).body).toMatchObject({ checks: [{ ok: true, detail: { 'zh-CN': expect.stringContaining('签名的 ping'), en: expect.stringContaining('ping was accepted') } }] });
    await server.api('PATCH', `/channels/${channelId}`, { config: { allowPrivateReplyUrl: false } });
    expect((await server.api('POST', `/channels/${channelId}/test`)).body).toMatchObject({ checks: [{ ok: false, detail: { 'zh-CN': expect.stringContaining('allowPrivateReplyUrl'), en: expect.stringContaining('allowPrivateReplyUrl') } }] });
  });
});
