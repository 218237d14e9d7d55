/** `node test/e2e/screenshots.ts`: the pictures of the console in docs/, and phone and tablet ones in .cache/screenshots, all with demo data. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { startServer } from '../setup/server.ts';
import { eventually } from '../setup/eventually.ts';
import { openBrowser } from './chromium.ts';
import { say, sees, visit } from './visitor.ts';
import { fill, pattern, words } from './words.ts';

type Locale = keyof typeof words;
const root = join(import.meta.dirname, '..', '..');
const shots = join(root, '.cache', 'screenshots');
const Signed = z.looseObject({ user: z.looseObject({ id: z.string(), name: z.string() }) });
const Channels = z.object({ items: z.array(z.looseObject({ id: z.string(), kind: z.string(), name: z.string() })) });
const List = z.object({ items: z.array(z.looseObject({ id: z.string(), handler: z.string(), handOver: z.looseObject({ summary: z.string() }).nullable() })) });

const stories = {
  'zh-CN': { channel: '官网', name: '王芳', email: 'wangfang@example.com', asks: '多久发货？', reply: '王女士您好，您的订单今天下午已经出库，运单号 SF1428857。', types: '太好了', note: '仓库确认已交快递，@周明 明天跟进签收。' },
  en: { channel: 'Website', name: 'Nora Lindqvist', email: 'nora@example.com', asks: 'How long does delivery take?', reply: 'Hello Nora, it left the depot this morning and arrives before six.', types: 'That is a relief', note: 'Carrier reference 88-4711. If it is not there at six, send a new one.' },
} as const;

const folder = await mkdtemp(join(tmpdir(), 'hubbub-shots-'));
await mkdir(shots, { recursive: true });
const server = await startServer({ HUB_DATA_DIR: folder, HUB_ARGS: '--demo' }, 'nobody');
const browser = await openBrowser();
try {
  const [, email = '', password = ''] = /Demo sign-in +(\S+) +(\S+)/.exec(server.output()) ?? [];
  await tell('zh-CN', 'light', 'inbox', { email, password });
  await tell('en', 'dark', 'inbox-dark', { email, password });
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Plays one story and takes its pictures. */
async function tell(locale: Locale, colorScheme: 'light' | 'dark', name: string, account: { email: string; password: string }): Promise<void> {
  const story = stories[locale];
  const w = words[locale].desk;
  const tag = locale === 'en' ? 'en-US' : locale;
  const office = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: tag, colorScheme });
  const api = async (method: string, path: string, data?: unknown) => {
    const answer = await office.request.fetch(`${server.url}/api/v1${path}`, { method, ...(data === undefined ? {} : { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  };
  const { user } = Signed.parse(await api('POST', '/session', account));
  await api('PATCH', '/me', { locale });
  const channel = Channels.parse(await api('GET', '/channels')).items.find((one) => one.kind === 'webchat' && one.name.includes(story.channel));
  const home = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: tag, colorScheme });
  const { page: shop, chat } = await visit(home, `${server.url}/demo?channel=${channel?.id}`);
  // The site tells who is signed in there, as a shop would.
  await shop.evaluate(([who, email]) => Reflect.apply(Reflect.get(Reflect.get(window, 'Hubbub'), 'setUser'), null, [{ name: who, email }]), [story.name, story.email]);
  await say(chat, story.asks);
  await chat.locator('.row.bot').first().waitFor();
  await say(chat, words[locale].chat.humanMessage);
  const id = await mine(api, user.id, story.asks);
  const desk = await office.newPage();
  // Little room is left, so that few offers ring.
  await api('PATCH', `/people/${user.id}`, { capacity: 9 });
  await api('POST', '/me/state', { state: 'available' });
  await desk.goto(`${server.url}/inbox/${id}`);
  await desk.getByRole('combobox', { name: w.composer.reply }).fill(story.reply);
  await desk.getByRole('combobox', { name: w.composer.reply }).press('Enter');
  await sees(chat, story.reply);
  await api('POST', `/conversations/${id}/notes`, { text: story.note });
  // Opened anew: the focus is nowhere and nothing is unread.
  await desk.reload();
  await desk.getByRole('tab', { name: w.list.view.all }).click();
  await desk.getByRole('article', { name: fill(w.entry.noteBy, { name: w.entry.me }) }).waitFor();
  await desk.waitForTimeout(1000);
  await chat.locator('textarea').pressSequentially(story.types);
  await desk.getByText(pattern(w.thread.typing)).waitFor();
  await shoot(desk, join(root, 'docs', `${name}.png`));

  await shop.screenshot({ path: join(shots, `${name}-widget.png`) });
  for (const path of ['contacts', 'answers', 'settings/channels', 'settings/people', 'settings/preferences']) {
    await desk.goto(`${server.url}/${path}`);
    await shoot(desk, join(shots, `${name}-${path.replace('/', '-')}.png`));
  }
  for (const width of [768, 390]) {
    await desk.setViewportSize({ width, height: width === 390 ? 844 : 1024 });
    await desk.goto(`${server.url}/inbox/${id}`);
    await desk.getByRole('article').filter({ hasText: story.reply }).waitFor();
    await shoot(desk, join(shots, `${name}-${width}-thread.png`));
    await desk.goto(`${server.url}/inbox`);
    await desk.getByRole('tab', { name: w.list.view.all }).click();
    await shoot(desk, join(shots, `${name}-${width}-list.png`));
  }
  await api('POST', `/conversations/${id}/resolve`, {});
  await home.close();
  await office.close();
}

/** The conversation, as soon as it waits for people, in my name. */
async function mine(api: (method: string, path: string, data?: unknown) => Promise<unknown>, agentId: string, said: string): Promise<string> {
  const found = await eventually(async () => List.parse(await api('GET', '/conversations?view=all&limit=50')).items.find(({ handOver }) => handOver?.summary.includes(said)), 20_000);
  await api('POST', `/conversations/${found.id}/assign`, { agentId });
  return found.id;
}

/** After fonts, pictures and everything that fades in. */
async function shoot(page: Page, path: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(700);
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: 'disabled' });
}
