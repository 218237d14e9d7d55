/** The web chat in a real browser against the real server, with a wire between them that can be cut. */
import { createHmac } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { layWire, type Wire } from '../mail/wire.ts';
import { eventually } from '../setup/eventually.ts';
import { testMongod } from '../setup/mongo.ts';
import { freePort, startServer, type Server } from '../setup/server.ts';
import { openBrowser, openPage, violations } from './chromium.ts';
import { bubbles, frameOf, press, say, sees, settled, visit } from './visitor.ts';

const identitySecret = 'identity-secret-0123456789';
const Timeline = z.object({ items: z.array(z.object({ kind: z.string(), actor: z.object({ kind: z.string() }), content: z.object({ text: z.string().optional() }).optional() })) });
const List = z.object({ items: z.array(z.object({ id: z.string(), preview: z.string() })) });

let [server, wire, browser, demo]: [Server | null, Wire | null, Browser | null, string] = [null, null, null, ''];
const opened: BrowserContext[] = [];

beforeAll(async () => {
  const port = await freePort();
  wire = await layWire(port);
  server = await startServer({ MONGODB_URI: testMongod('widget').uri, HUB_PORT: String(port), HUB_PUBLIC_URL: `http://127.0.0.1:${wire.port}` });
  browser = await openBrowser();
  const made = await server.api('POST', '/channels', { kind: 'webchat', name: 'Shop', bot: false, config: { identitySecret } });
  demo = `http://127.0.0.1:${wire.port}/demo?channel=${made.as(z.object({ id: z.string() })).id}`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await wire?.stop();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function context(locale: 'zh-CN' | 'en-US' = 'en-US', options: object = {}): Promise<BrowserContext> {
  if (!browser) throw new Error('no browser');
  const made = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale, ...options });
  opened.push(made);
  return made;
}
const call = async (method: string, path: string, body?: unknown) => {
  if (!server) throw new Error('no server');
  return server.api(method, path, body);
};
/** The conversation whose last words these are. */
const conversation = async (preview: string): Promise<string> => (await eventually(async () =>
  (await call('GET', '/conversations?view=all&status=open')).as(List).items.find((one) => one.preview.includes(preview)))).id;
const run = (page: Page, name: string, value?: unknown): Promise<void> =>
  page.evaluate(([method, given]) => Reflect.apply(Reflect.get(Reflect.get(window, 'Hubbub'), String(method)), null, [given]), [name, value]);

it('asks nothing and stores nothing before it is opened, and breaks no policy afterwards', async () => {
  const mine = await context();
  const { page, wrong } = await openPage(mine, demo);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => [localStorage.length, document.cookie, performance.getEntriesByType('resource').filter(({ name }) => name.includes('/live')).length])).toEqual([0, '', 0]);
  expect(page.frames()).toHaveLength(1);
  await press(page);
  const chat = await frameOf(page);
  expect(await chat.evaluate(() => document.activeElement?.localName)).toBe('textarea');
  expect(await page.evaluate(() => window.frames.length)).toBe(0);
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('hubbub-chat');
  expect(wrong).toEqual([]);
});

it('sends nothing while an input method chooses a candidate', async () => {
  const { chat, wrong } = await visit(await context('zh-CN'), demo);
  await chat.fill('textarea', '你好');
  await chat.$eval('textarea', (area) => {
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
  });
  expect(await bubbles(chat, 'mine')).toEqual([]);
  await chat.press('textarea', 'Enter');
  await sees(chat, '你好');
  expect(wrong).toEqual([]);
});

it('loses, repeats and reorders nothing when the connection is cut while both sides write', async () => {
  const mine = await context();
  const one = await visit(mine, demo);
  await say(one.chat, 'the matter of the cut');
  await settled(one.chat);
  const id = await conversation('the matter of the cut');
  const two = await visit(mine, demo);
  await sees(two.chat, 'the matter of the cut');

  wire?.cut();
  await say(one.chat, 'said while cut 1');
  for (const text of ['answer 1', 'answer 2']) expect((await call('POST', `/conversations/${id}/messages`, { text })).status).toBe(201);
  await say(one.chat, 'said while cut 2');
  await one.chat.waitForSelector('.banner');
  wire?.heal();
  for (let n = 0; n < 8; n += 1) {
    await say(one.chat, `burst ${n}`);
    if (n % 3 === 1) {
      wire?.cut();
      wire?.heal();
    }
  }
  await settled(one.chat);
  const said = ['the matter of the cut', 'said while cut 1', 'said while cut 2', ...Array.from({ length: 8 }, (_, n) => `burst ${n}`)];
  for (const { chat } of [one, two]) {
    await sees(chat, 'burst 7');
    await sees(chat, 'answer 2');
    expect(await bubbles(chat, 'mine')).toEqual(said);
    expect(await bubbles(chat, 'agent')).toEqual(['answer 1', 'answer 2']);
  }
  const { items } = (await call('GET', `/conversations/${id}/timeline?after=0&limit=100`)).as(Timeline);
  expect(items.filter(({ kind, actor }) => kind === 'message' && actor.kind === 'contact').map(({ content }) => content?.text)).toEqual(said);
  await one.page.reload();
  await press(one.page);
  const again = await frameOf(one.page);
  await sees(again, 'burst 7');
  expect([await bubbles(again, 'mine'), await bubbles(again, 'agent')]).toEqual([said, ['answer 1', 'answer 2']]);
  expect([...one.wrong, ...two.wrong]).toEqual([]);
});

it('shows hostile text as text', async () => {
  const { chat, wrong } = await visit(await context(), demo);
  const hostile = '<img src=x onerror=alert(1)> {{constructor.constructor("alert(1)")()}} javascript:alert(1) https://ok.example/"><script>alert(1)</script>';
  await say(chat, hostile);
  await settled(chat);
  const id = await conversation('<img src=x');
  await call('POST', `/conversations/${id}/messages`, { text: hostile });
  await chat.waitForSelector('.row.agent');
  expect([...await bubbles(chat, 'mine'), ...await bubbles(chat, 'agent')].map((text) => text.replace(' (opens in a new tab)', ''))).toEqual([hostile, hostile]);
  expect(await chat.$$eval('.log :is(script, iframe, img, [onerror])', (found) => found.length)).toBe(0);
  expect(await chat.$$eval('.log a', (found) => found.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]))).toEqual(Array.from({ length: 2 }, () => ['https://ok.example/', 'noopener noreferrer nofollow']));
  expect(wrong).toEqual([]);
});

it('shows an account to nobody but its user, on every device of theirs', async () => {
  const hash = createHmac('sha256', identitySecret).update('42').digest('hex');
  const laptop = await visit(await context(), demo);
  await run(laptop.page, 'setUser', { id: '42', hash, name: 'Li Lei' });
  await say(laptop.chat, 'words of my account');
  await settled(laptop.chat);
  const phone = await visit(await context(), demo);
  await run(phone.page, 'setUser', { id: '42', hash });
  await sees(phone.chat, 'words of my account');
  await run(phone.page, 'reset');
  await press(phone.page);
  await phone.page.waitForTimeout(800);
  expect(await bubbles(phone.chat, 'mine')).toEqual([]);
  const stranger = await visit(await context(), demo);
  for (const forged of [undefined, 'f'.repeat(64), createHmac('sha256', identitySecret).update('43').digest('hex')]) await run(stranger.page, 'setUser', { id: '42', hash: forged });
  await stranger.page.waitForTimeout(800);
  expect(await bubbles(stranger.chat, 'mine')).toEqual([]);
});

it.each([['zh-CN', 'light'], ['zh-CN', 'dark'], ['en-US', 'light'], ['en-US', 'dark']] as const)('is accessible in %s, %s, down to 320 pixels', async (locale, colorScheme) => {
  const { page, chat } = await visit(await context(locale, { colorScheme, viewport: { width: 320, height: 640 } }), demo);
  await say(chat, `https://shop.example/${'x'.repeat(90)}`);
  await settled(chat);
  // What fades in has its colours only at the end.
  await page.waitForTimeout(400);
  expect(await violations(page)).toEqual([]);
  expect(await chat.evaluate(() => document.documentElement.lang)).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
  expect(await chat.evaluate(() => [document.documentElement, document.querySelector('.log')].every((box) => box !== null && box.scrollWidth <= box.clientWidth))).toBe(true);
  expect(await chat.$$eval('button, .log a.file, .log a.picture', (found) => found.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 0 && Math.min(width, height) < 24).length)).toBe(0);
});
