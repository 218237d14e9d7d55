/** Documents at the real server: a site of our own is read, changes, breaks and misbehaves; the bot answers from it with its source. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { freePort, startServer, type Server } from '../../test/setup/server.ts';
import { makeDocx, makePdf, makeZip } from './testing/files.ts';

const Words = z.object({ 'zh-CN': z.string(), en: z.string() });
const Doc = z.looseObject({
  id: z.string(), title: z.string(), url: z.string().optional(), state: z.string(), version: z.number(), passages: z.number(), format: z.string().optional(), error: Words.optional(), readAt: z.string().optional(),
  difference: z.object({ added: z.number(), removed: z.number(), changed: z.number(), same: z.number() }).optional(),
  changes: z.looseObject({ items: z.array(z.looseObject({ kind: z.string(), headings: z.array(z.string()), before: z.string().optional(), after: z.string().optional() })) }).optional(),
  pages: z.looseObject({ ready: z.number(), failed: z.number(), working: z.number() }).optional(),
});
const List = z.looseObject({ items: z.array(Doc) });
const Passages = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), headings: z.array(z.string()), text: z.string(), locale: z.string() })) });
const Asked = z.looseObject({ answer: z.string().optional(), sources: z.array(z.looseObject({ id: z.string(), title: z.string(), url: z.string().optional() })).optional(), handOver: z.unknown().optional() });

type Page = (request: IncomingMessage, response: ServerResponse) => void;
const pages = new Map<string, Page>();
const html = (body: string): Page => (_request, response) => { response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>Lantern shop</title><nav>Home Shop Cart</nav><main>${body}</main>`); };
const { uri } = testMongod('knowledge');
let site: HttpServer;
let secret: HttpServer;
let asked = 0;
let origin = '';
let inside = '';
let server: Server;
let env: Record<string, string> = {};

beforeAll(async () => {
  site = createServer((request, response) => { (pages.get(request.url ?? '') ?? ((_, none) => { none.writeHead(404).end(); }))(request, response); }).listen(0, '127.0.0.1');
  secret = createServer((_request, response) => { asked += 1; response.setHeader('content-type', 'text/html').end('<h1>Who may see this?</h1><p>Nobody outside.</p>'); }).listen(await freePort(), '127.0.0.1');
  if (!site.listening) await once(site, 'listening');
  if (!secret.listening) await once(secret, 'listening');
  const place = (of: HttpServer) => { const address = of.address(); return address && typeof address !== 'string' ? `127.0.0.1:${address.port}` : ''; };
  origin = `http://${place(site)}`;
  inside = `http://${place(secret)}`;
  env = { MONGODB_URI: uri, HUB_KNOWLEDGE_PRIVATE_HOSTS: place(site) };
  server = await startServer(env);
});
afterAll(async () => {
  await server?.stop();
  for (const each of [site, secret]) { each?.closeAllConnections(); each?.close(); }
});

const get = async (id: string) => (await server.api('GET', `/documents/${id}`)).as(Doc);
const settled = (id: string, readAfter = '') => eventually(async () => { const doc = await get(id); return (doc.state === 'failed' || (doc.state === 'ready' && (doc.readAt ?? '') > readAfter)) && doc; });
const add = async (path: string, kind = 'page') => (await server.api('POST', '/documents', { kind, url: path.startsWith('http') ? path : origin + path })).as(Doc);
const ask = async (question: string) => (await server.api('POST', '/answers/ask', { question, locale: 'en' })).as(Asked);
const upload = async (name: string, bytes: Buffer) => {
  const response = await fetch(`${server.url}/api/v1/documents/upload?name=${encodeURIComponent(name)}`, { method: 'POST', body: new Uint8Array(bytes), headers: { cookie: server.cookie } });
  expect(response.status).toBe(201);
  return Doc.parse(await response.json());
};
const returns = '<h2>How do I return a lantern?</h2><p>Pack it in its box and print the label from your order page; the refund comes within five days.</p>';
const repair = '<h2>Who repairs a broken lantern?</h2><p>Our workshop in Lyon repairs every lantern for ten years.</p>';

test('the bot answers from a page with its source; a paragraph that is deleted is shown in the difference and never said again', async () => {
  pages.set('/help', html(returns + repair));
  const made = await settled((await add('/help')).id);
  expect(made).toMatchObject({ state: 'ready', title: 'Lantern shop', version: 1, passages: 2, format: 'html', difference: { added: 2, removed: 0 } });
  const passages = (await server.api('GET', `/documents/${made.id}/passages`)).as(Passages).items;
  expect(passages.map(({ headings, locale }) => [headings.at(-1), locale])).toEqual([['How do I return a lantern?', 'en'], ['Who repairs a broken lantern?', 'en']]);
  expect(await ask('who can repair my broken lantern')).toMatchObject({ answer: expect.stringContaining('workshop in Lyon'), sources: [{ id: passages[1]?.id, url: `${origin}/help` }] });
  expect((await server.api('POST', '/documents', { kind: 'page', url: `${origin}/help#part` })).status).toBe(409);

  await server.api('POST', `/documents/${made.id}/read`);
  expect(await settled(made.id, made.readAt)).toMatchObject({ version: 1, difference: { added: 2 } });

  pages.set('/help', html(returns.replace('five days', 'three days')));
  const before = (await get(made.id)).readAt;
  await server.api('POST', `/documents/${made.id}/read`);
  const again = await settled(made.id, before);
  expect(again).toMatchObject({ version: 2, passages: 1, difference: { added: 0, removed: 1, changed: 1, same: 0 } });
  expect(again.changes?.items).toEqual([
    { kind: 'changed', headings: ['Lantern shop', 'How do I return a lantern?'], before: expect.stringContaining('five days'), after: expect.stringContaining('three days') },
    { kind: 'removed', headings: ['Lantern shop', 'Who repairs a broken lantern?'], before: expect.stringContaining('Lyon') },
  ]);
  expect((await ask('who can repair my broken lantern')).answer ?? '').not.toContain('Lyon');
  const [kept] = (await server.api('GET', `/documents/${made.id}/passages`)).as(Passages).items;
  expect(kept?.id).toBe(passages[0]?.id);
  expect((await ask('How do I return a lantern?')).answer).toContain('three days');

  pages.delete('/help');
  await server.api('POST', `/documents/${made.id}/read`);
  expect(await settled(made.id, again.readAt)).toMatchObject({ state: 'failed', version: 2, error: { en: expect.stringContaining('404'), 'zh-CN': expect.stringContaining('404') } });
  expect((await server.api('DELETE', `/documents/${made.id}`)).status).toBe(204);
  expect((await ask('How do I return a lantern?')).answer ?? '').not.toContain('three days');
});

test('pages of a site map stand for themselves: one that is missing, one that leads inside and one elsewhere do not fail the others', async () => {
  pages.set('/map/one', html('<h2>When are you open?</h2><p>Every day from nine to six.</p>'));
  pages.set('/map/two', html('<h2>Where is the shop?</h2><p>At the corner of Mill Street, beside the old post office.</p>'));
  pages.set('/map/inside', (_request, response) => { response.writeHead(302, { location: `${inside}/` }).end(); });
  const map = (...paths: string[]): Page => (_request, response) => { response.setHeader('content-type', 'application/xml').end(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${paths.map((path) => `<url><loc>${path.startsWith('http') ? path : origin + path}</loc></url>`).join('')}</urlset>`); };
  pages.set('/sitemap.xml', map('/map/one', '/map/two', '/map/gone', '/map/inside', `${inside}/other`));
  const made = await add('/sitemap.xml', 'sitemap');
  const whole = await eventually(async () => { const doc = await get(made.id); return doc.state === 'ready' && doc.pages?.working === 0 && doc; });
  expect(whole.pages).toMatchObject({ ready: 2, failed: 2 });
  const found = (await server.api('GET', `/documents?parentId=${made.id}`)).as(List).items;
  expect(found.find(({ url }) => url?.endsWith('/inside'))?.error).toEqual({ en: expect.stringContaining('private network'), 'zh-CN': expect.stringContaining('内网') });
  expect(asked).toBe(0);
  expect((await ask('when are you open')).answer).toContain('nine to six');
  expect((await server.api('GET', '/documents')).as(List).items.map(({ id }) => id)).toContain(made.id);

  pages.set('/sitemap.xml', map('/map/two'));
  await server.api('POST', `/documents/${made.id}/read`);
  await eventually(async () => { const { items } = (await server.api('GET', `/documents?parentId=${made.id}`)).as(List); return items.length === 1 && items[0]?.state === 'ready'; });
  expect((await ask('when are you open')).answer ?? '').not.toContain('nine to six');
});

test('files: a PDF and a Word document are read; what is broken, scanned or a bomb is refused in words', async () => {
  const pdf = makePdf([[{ size: 20, text: 'Lantern manual' }, { size: 11, text: '' }, { size: 16, text: 'How do I change the wick?' }, { size: 11, text: 'Open the cap, pull the old wick out and' }, { size: 11, text: 'push the new one in until it clicks.' }]]);
  const docx = makeDocx(['# 保修期是多久？', '所有灯具保修十年，灯芯除外。']);
  const [manual, warranty, scanned, bomb, odd] = await Promise.all([
    upload('manual.pdf', pdf), upload('保修.docx', docx), upload('scan.pdf', makePdf([[{ size: 10, text: '' }]])),
    upload('bomb.docx', makeDocx(['# x'], { 'word/media/a.xml': Buffer.alloc(110_000_000) })), upload('sheets.xlsx', makeZip({ 'xl/workbook.xml': '<x/>' })),
  ]);
  expect(await settled(manual.id)).toMatchObject({ state: 'ready', format: 'pdf', passages: 1, title: 'manual.pdf' });
  expect(await ask('how do i change the wick')).toMatchObject({ answer: expect.stringContaining('pull the old wick out and push the new one in') });
  expect(await settled(warranty.id)).toMatchObject({ state: 'ready', format: 'docx', passages: 1 });
  expect((await server.api('POST', '/answers/ask', { question: '保修期多久', locale: 'zh-CN' })).as(Asked).answer).toContain('保修十年');
  expect((await settled(scanned.id)).error?.en).toContain('OCR');
  expect((await settled(bomb.id)).error?.en).toContain('zip bomb');
  expect((await settled(odd.id)).error?.['zh-CN']).toContain('无法识别');

  const next = await fetch(`${server.url}/api/v1/documents/${warranty.id}/file?name=v2.docx`, { method: 'PUT', body: new Uint8Array(makeDocx(['# 保修期是多久？', '所有灯具保修两年，灯芯除外。'])), headers: { cookie: server.cookie } });
  expect(next.status).toBe(202);
  expect(await eventually(async () => { const doc = await get(warranty.id); return doc.version === 2 && doc; })).toMatchObject({ title: 'v2.docx', difference: { changed: 1 } });
});

test('sites that misbehave end in a state and a sentence', async () => {
  pages.set('/round', (_request, response) => { response.writeHead(302, { location: '/round' }).end(); });
  pages.set('/flood', (_request, response) => { response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(30_000_000, ' '))); });
  pages.set('/file', (_request, response) => { response.writeHead(302, { location: 'file:///etc/passwd' }).end(); });
  pages.set('/drawn', html('<script>draw()</script>'));
  const said = await Promise.all(['/round', '/flood', '/file', '/drawn', `${inside}/`, 'http://169.254.169.254/latest', 'http://localhost/'].map(async (path) => (await settled((await add(path)).id)).error?.en));
  expect(said).toEqual([expect.stringContaining('5 times'), expect.stringContaining('20 MB'), expect.stringContaining('no web address'), expect.stringContaining('no text'), ...Array.from({ length: 3 }, () => expect.stringContaining('private network'))]);
  expect(asked).toBe(0);
});

test('what a killed worker had in hand is taken up again, once its lease is over', async () => {
  let hangs = true;
  pages.set('/slow', (request, response) => { if (!hangs) html('<h2>What is the lamp oil made of?</h2><p>It is pressed from rape seed.</p>')(request, response); });
  const { id } = await add('/slow');
  await eventually(async () => (await get(id)).state === 'fetching');
  await server.kill();
  hangs = false;
  const node = await startNode(uri, { privateHosts: [new URL(origin).host], now: () => new Date(Date.now() + 60_000) });
  try {
    await eventually(async () => (await node.hub.store.documents.get(id))?.state === 'ready');
    const found = await eventually(async () => { const [top] = await node.hub.knowledge.tools({ at: new Date() }).search('What is the lamp oil made of?', 'en'); return top && top.confidence > 0.5 ? top : undefined; });
    expect(found).toMatchObject({ answer: 'It is pressed from rape seed.' });
    expect(node.hub.knowledge.size).toBeGreaterThan(2);
  } finally {
    await node.stop();
  }
  server = await startServer(env);
  expect((await ask('What is the lamp oil made of?')).answer).toContain('rape seed');
});
