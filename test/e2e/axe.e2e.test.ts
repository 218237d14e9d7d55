/** WCAG A and AA as far as a machine can tell, on the pages an agent and an admin spend their day with, in light and dark. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { admin } from '../setup/server.ts';
import { openPage, violations } from './chromium.ts';
import { bubble, reply, thread } from './desk.ts';
import { conversation, openHouse, webchat, type Agent, type Desk, type House } from './house.ts';
import { say, sees, settled, visit } from './visitor.ts';
import { words } from './words.ts';

/** What fades in has its colours only at the end. */
const fadedInMs = 400;

let house: House;
let agent: Agent;
let id = '';
beforeAll(async () => {
  house = await openHouse('axe_e2e');
  const { server } = house;
  agent = await house.hire({ name: '周敏', locale: 'zh-CN', role: 'admin' });
  const demo = `${server.url}/demo?channel=${await webchat(server, '官网')}`;
  await server.api('POST', '/answers', { question: '退款多久到账', answer: '退款在 3 个工作日内原路退回。', locale: 'zh-CN' });
  await server.api('POST', '/labels', { name: '退款', color: 'primary' });
  await server.api('POST', '/canned-replies', { shortcut: 'hi', title: '问候', text: '您好' });
  await server.api('POST', '/queues', { name: '售后' });
  for (const more of ['第一位', '第二位']) {
    const { chat } = await visit(await house.context('zh-CN'), demo);
    await say(chat, '退款多久到账');
    await sees(chat, '3 个工作日');
    await say(chat, `${more}：转人工`);
    await settled(chat);
    id = await eventually(() => conversation(server, more));
    await eventually(async () => (await server.api('GET', `/conversations/${id}`)).as(z.object({ handler: z.string() })).handler === 'queue');
  }
  await server.api('POST', `/conversations/${id}/assign`, { agentId: agent.id });
  await server.api('POST', `/conversations/${id}/messages`, { text: '您好，正在为您查询：https://example.com/orders/1' });
  await server.api('POST', `/conversations/${id}/notes`, { text: '内部：请 @周敏 跟进' });
  await server.api('PUT', `/conversations/${id}/labels`, { labels: ['退款'] });
  await server.api('PUT', `/conversations/${id}/priority`, { priority: 4 });
}, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

async function check(desk: Pick<Desk, 'page'>, where: string, only: { within?: string; but?: string[] } = {}): Promise<string[]> {
  await desk.page.waitForTimeout(fadedInMs);
  return (await violations(desk.page, only)).map((finding) => `${where}: ${finding}`);
}

it.each(['light', 'dark'] as const)('sign-in, inbox, dialogs and menus: %s', async (colorScheme) => {
  const found: string[] = [];
  const { page: door } = await openPage(await house.context('zh-CN', { colorScheme }), `${house.server.url}/sign-in`);
  await door.getByRole('button', { name: words['zh-CN'].desk.signIn.submit }).waitFor();
  found.push(...await check({ page: door }, 'sign-in'));

  const desk = await house.sit(agent, `/inbox/${id}`, { colorScheme });
  const { page, w } = desk;
  await bubble(desk, '正在为您查询').waitFor();
  await page.getByRole('tab', { name: w.list.view.all }).click();
  await expect.poll(() => page.getByRole('region', { name: w.list.region }).getByRole('listitem').count()).toBe(2);
  expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(colorScheme === 'dark');
  found.push(...await check(desk, 'inbox'));
  await page.getByRole('tab', { name: w.composer.note }).click();
  found.push(...await check(desk, 'note', { within: 'form' }));
  await page.getByRole('tab', { name: w.composer.reply }).click();
  await page.getByRole('combobox', { name: w.composer.reply }).fill('/');
  await page.getByRole('listbox', { name: w.composer.popup.canned }).waitFor();
  found.push(...await check(desk, 'canned replies', { within: 'form' }));
  await page.getByRole('combobox', { name: w.composer.reply }).fill('');
  await page.getByRole('combobox', { name: w.composer.reply }).press('Escape');

  for (const [key, name] of [['Shift+?', w.nav.shortcuts], ['Control+k', w.nav.commands], ['a', w.action.assign]] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog', { name }).waitFor();
    found.push(...await check(desk, `dialog ${key}`, { within: '[role=dialog]' }));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await page.keyboard.press('s');
  await page.getByRole('group', { name: w.action.snooze }).waitFor();
  found.push(...await check(desk, 'snooze', { within: '[role=dialog]' }));
  await page.keyboard.press('Escape');
  for (const name of [w.action.more, w.list.filter, w.context.addLabel]) {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('menu').waitFor();
    found.push(...await check(desk, `menu ${name}`, { within: '[role=menu]' }));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }
  await page.getByRole('combobox', { name: w.context.priority }).click();
  await page.getByRole('option', { name: w.priority[4] }).waitFor();
  // The component library hides the page behind an open select from screen readers while the focus, trapped in the list, is counted as outside (reka-ui#2922).
  found.push(...await check(desk, 'select', { but: ['aria-hidden-focus'] }));
  expect(found).toEqual([]);
  expect(desk.wrong).toEqual([]);
}, 60_000);

it.each(['light', 'dark'] as const)('contacts, answers and the pages of an admin: %s', async (colorScheme) => {
  const found: string[] = [];
  const desk = await house.sit(agent, '/contacts', { colorScheme });
  const { page } = desk;
  for (const path of ['contacts', 'answers', 'unanswered', 'documents', 'test-chat', 'training', 'guardrails', 'settings/preferences', 'settings/channels', 'settings/people', 'settings/queues', 'settings/canned-replies', 'settings/labels', 'settings/tokens', 'settings/quarantine']) {
    await page.goto(`${house.server.url}/${path}`);
    await page.getByRole('heading').first().waitFor();
    found.push(...await check(desk, path));
  }
  // One channel, with the steps of its test.
  const [channel] = (await house.server.api('GET', '/channels')).as(z.object({ items: z.array(z.object({ id: z.string() })) })).items;
  await page.goto(`${house.server.url}/settings/channels/${channel?.id}`);
  await page.getByRole('button', { name: desk.w.action.test }).click();
  await page.getByRole('status').getByRole('listitem').first().waitFor();
  found.push(...await check(desk, 'a channel'));
  expect(found).toEqual([]);
  expect(desk.wrong).toEqual([]);
}, 60_000);

it.each(['light', 'dark'] as const)('a failed message, the offline banner and a phone: %s', async (colorScheme) => {
  const found: string[] = [];
  const desk = await house.sit(agent, `/inbox/${id}`, { colorScheme, viewport: { width: 390, height: 844 } });
  await bubble(desk, '正在为您查询').waitFor();
  found.push(...await check(desk, 'phone'));
  expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await desk.page.route('**/messages', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ code: 'conflict', status: 409, title: 'x', detail: 'x' }) }));
  await house.server.api('POST', `/conversations/${id}/messages`, { text: `同事先回复了 ${colorScheme}` });
  await reply(desk, '我也来回复');
  await thread(desk).getByText(desk.w.outbox.failed.split('{')[0] ?? '').or(thread(desk).getByText(desk.w.outbox.conflict)).first().waitFor();
  found.push(...await check(desk, 'failed'));
  await desk.context.setOffline(true);
  await desk.page.getByText(desk.w.banner.offline).waitFor();
  found.push(...await check(desk, 'offline'));
  expect(found).toEqual([]);
}, 60_000);

it.each(['light', 'dark'] as const)('the widget with an answer, its source and a person: %s', async (colorScheme) => {
  const { server } = house;
  const { page, chat } = await visit(await house.context('en', { colorScheme }), `${server.url}/demo?channel=${await webchat(server, `Widget ${colorScheme}`)}`);
  await server.api('POST', '/answers', { question: 'Do you ship abroad?', answer: 'We ship to 40 countries.', locale: 'en' });
  await say(chat, 'Do you ship abroad?');
  await sees(chat, '40 countries');
  await say(chat, words.en.chat.humanMessage);
  await expect.poll(() => chat.getByRole('status').first().innerText(), { timeout: 10_000 }).toMatch(/line|colleague/);
  const mine = await eventually(() => conversation(server, words.en.chat.humanMessage));
  await server.api('POST', `/conversations/${mine}/messages`, { text: `${admin.name} here` });
  await sees(chat, `${admin.name} here`);
  expect(await check({ page }, 'widget')).toEqual([]);
  await server.api('POST', `/conversations/${mine}/resolve`, {});
  await chat.locator('.closed').waitFor();
  expect(await check({ page }, 'closed')).toEqual([]);
}, 60_000);
