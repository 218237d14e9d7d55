/** One way for every file: small pictures, files made to fit, public links, with a real MongoDB, two nodes and the real server. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode } from '../../test/setup/hub.ts';
import type { Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer } from '../../test/setup/server.ts';
import type { Server } from '../../test/setup/server.ts';
import { fit, fitContent, linkTo, thumbnail, withLinks } from './fit.ts';

const { uri } = testMongod('fit');
const agent = { kind: 'agent', id: 'u1' } as const;
const whatsapp = { carries: { attachments: true }, limits: { attachmentBytes: 16_000_000, media: [{ type: 'image/jpeg', bytes: 5_000_000 }, { type: 'audio/ogg', bytes: 1_000_000 }] } };

let node: Node;
let other: Node;
let server: Server;
let folder = '';
let now = new Date();
beforeAll(async () => {
  node = await startNode(uri, { kinds: [], now: () => now });
  other = await startNode(uri, { kinds: [] });
  server = await startServer({ MONGODB_URI: uri, HUB_SECRET_KEY: Buffer.alloc(32).toString('base64') });
  folder = await mkdtemp(join(tmpdir(), 'hubbub-stand-in-'));
});
afterAll(async () => {
  await server?.stop();
  await Promise.all([node?.stop(), other?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const picture = async (format: 'png' | 'webp' | 'jpeg' = 'png') => node.hub.store.attachments.put(await sharp({ create: { width: 900, height: 600, channels: 3, background: '#c00' } }).toFormat(format).toBuffer(), { name: `photo.${format}`, owner: agent });
const put = (bytes: string, name: string) => node.hub.store.attachments.put(Buffer.from(bytes), { name, owner: agent });
const variants = () => node.db.collection('attachments.files').countDocuments({ 'metadata.variant': { $exists: true } });
const chunksWithoutFile = async () => (await node.db.collection('attachments.chunks').aggregate([{ $lookup: { from: 'attachments.files', localField: 'files_id', foreignField: '_id', as: 'file' } }, { $match: { file: [] } }]).toArray()).length;

describe('fitContent', () => {
  it('is the same object when everything fits, and when there is nothing', async () => {
    const jpeg = await picture('jpeg');
    const content = { text: 'see', attachments: [jpeg] };
    expect(await fitContent(node.hub, content, whatsapp)).toBe(content);
    const words = { text: 'only words' };
    expect(await fitContent(node.hub, words, whatsapp)).toBe(words);
  });

  it('makes a picture the channel takes, once, though two nodes ask at once and again later', async () => {
    const webp = await picture('webp');
    const before = await variants();
    const all = await Promise.all(Array.from({ length: 8 }, (_, index) => fitContent((index % 2 ? node : other).hub, { attachments: [webp] }, whatsapp)));
    const [made] = all[0]?.attachments ?? [];
    expect(made).toMatchObject({ name: 'photo.jpg', type: 'image/jpeg' });
    expect(new Set(all.map((one) => one.attachments?.[0]?.id))).toEqual(new Set([made?.id]));
    expect(await variants()).toBe(before + 1);
    expect(await chunksWithoutFile()).toBe(0);
    const bytes = await other.hub.store.attachments.read(made?.id ?? '');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 900 });
    await node.hub.store.attachments.remove(webp.id);
    expect(await node.hub.store.attachments.get(made?.id ?? '')).toBeNull();
  });

  it('what cannot be made becomes a link below the words, in the HTML too', async () => {
    const [page, webp] = [await put('<p>hi', 'a & "b".html'), await picture('webp')];
    const fitted = await fitContent(node.hub, { text: 'see', html: '<p>see</p>', attachments: [page, webp] }, whatsapp);
    expect(fitted.text).toBe(`see\n${page.name}: ${linkTo(node.hub, page)}`);
    expect(fitted.html).toBe(`<p>see</p><p><a href="${linkTo(node.hub, page)}">a &amp; _b_.html</a></p>`);
    expect(fitted.attachments?.map((one) => one.name)).toEqual(['photo.jpg']);
    const none = await fitContent(node.hub, { attachments: [webp] }, { carries: { attachments: false }, limits: { attachmentBytes: 0 } });
    expect(none).toEqual({ text: `photo.webp: ${linkTo(node.hub, webp)}` });
    // What a channel failed to take in the end goes out like this.
    expect(withLinks(node.hub, { text: 'see', attachments: [webp] })).toEqual({ text: `see\nphoto.webp: ${linkTo(node.hub, webp)}` });
  });

  it('remakes sound where a program for it is, keeps that it is a voice note, and links it otherwise', async () => {
    const program = join(folder, 'ffmpeg');
    await writeFile(program, `#!${process.execPath}\nconst { writeFileSync } = require('node:fs');\nif (!process.argv.includes('-version')) writeFileSync(process.argv.at(-1), 'OggS made');\n`);
    await chmod(program, 0o700);
    const wave = (bytes: number) => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(bytes)]);
    const note = { ...await node.hub.store.attachments.put(wave(500), { name: '语音.wav', owner: agent }), role: 'voice' as const };
    expect(note.type).toBe('audio/wav');
    const made = await fit(node.hub, note, whatsapp.limits, { program });
    expect(made).toMatchObject({ name: '语音.ogg', type: 'audio/ogg', role: 'voice' });
    expect(Buffer.from(await node.hub.store.attachments.read(made?.id ?? '')).toString()).toBe('OggS made');
    const another = await node.hub.store.attachments.put(wave(600), { name: 'b.wav', owner: agent });
    expect(await fit(node.hub, another, whatsapp.limits, { program: join(folder, 'absent') })).toBeNull();
  });
});

it('a voice note of WhatsApp is stored as what a browser plays', async () => {
  const page = Buffer.alloc(200);
  page.write('OggS', 0);
  page.write('OpusHead', 28);
  const stored = await node.hub.store.attachments.put(page, { name: 'voice', owner: { kind: 'inbound', id: 'c1' } });
  expect(stored.type).toBe('audio/ogg');
});

describe('over HTTP', () => {
  const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
  const signedIn = { headers: { get cookie() { return server.cookie; } } };

  it('small pictures, for whoever may see the file', async () => {
    const png = await picture();
    const small = await get(`/api/v1/attachments/${png.id}/thumbnail`, signedIn);
    expect([small.status, small.headers.get('content-type'), small.headers.get('x-content-type-options')]).toEqual([200, 'image/webp', 'nosniff']);
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({ width: 320, height: 213 });
    expect((await get(`/api/v1/attachments/${png.id}/thumbnail`)).status).toBe(401);
    const count = await variants();
    await Promise.all(Array.from({ length: 10 }, () => get(`/api/v1/attachments/${png.id}/thumbnail`, signedIn)));
    expect(await variants()).toBe(count);
    for (const none of [await put('words', 'a.txt'), await put('<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg'), { id: '0'.repeat(24) }]) {
      const answer = await get(`/api/v1/attachments/${none.id}/thumbnail`, signedIn);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
    }
    await expect(thumbnail(node.hub, png.id)).resolves.toMatchObject({ type: 'image/webp', name: 'photo.webp' });
  });

  it('a player gets the part it asks for', async () => {
    const file = await put('0123456789', 'a.txt');
    const path = `/api/v1/attachments/${file.id}`;
    const part = async (range: string, address = path) => {
      const answer = await get(address, { headers: { range, cookie: server.cookie } });
      return [answer.status, answer.headers.get('content-range'), answer.headers.get('content-length'), await answer.text()];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234']);
    expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '2', '89']);
    expect(await part('bytes=5-', new URL(linkTo(node.hub, file)).pathname)).toEqual([206, 'bytes 5-9/10', '5', '56789']);
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '0', '']);
    expect(await part('nonsense')).toEqual([200, null, '10', '0123456789']);
    const large = await put('x'.repeat(700_000) + 'y'.repeat(10), 'b.txt');
    expect((await part('bytes=699999-700001', `/api/v1/attachments/${large.id}`))[3]).toBe('xyy');
  });

  it('links open without a session, safely, until they end', async () => {
    now = new Date();
    const page = await put('<script>alert(1)</script>', 'page.html');
    const path = new URL(linkTo(node.hub, page)).pathname;
    const got = await get(path);
    expect(await got.text()).toBe('<script>alert(1)</script>');
    expect(Object.fromEntries(['content-type', 'content-disposition', 'x-content-type-options', 'x-robots-tag', 'cross-origin-resource-policy', 'referrer-policy', 'set-cookie'].map((name) => [name, got.headers.get(name)]))).toEqual({
      'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="page.html"', 'x-content-type-options': 'nosniff', 'x-robots-tag': 'noindex, nofollow', 'cross-origin-resource-policy': 'cross-origin', 'referrer-policy': 'no-referrer', 'set-cookie': null,
    });
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
    const head = await get(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '25', '']);
    for (const wrong of [`${path}x`, path.slice(0, -1), path.replace(page.id, (await picture()).id), '/files/', '/files/..%2f..%2fetc%2fpasswd', '/files/a.b.c']) expect((await get(wrong)).headers.get('content-disposition'), wrong).toBeNull();
    now = new Date(Date.now() - 20 * 86_400_000);
    const ended = await get(new URL(linkTo(node.hub, page)).pathname);
    expect([ended.status, await ended.json()]).toEqual([410, expect.objectContaining({ code: 'gone' })]);
    now = new Date();
    await node.hub.store.attachments.remove(page.id);
    expect((await get(path)).status).toBe(404);
  });
});
