/** Chinese typing: the Enter that chooses a candidate is not the agent's Enter. With the browser's own composition, and with the keys that input methods send around it. */
import type { CDPSession, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.ts';
import { bubble, composer } from './desk.ts';
import { conversation, openHouse, said, webchat, type Desk, type House } from './house.ts';
import { say, settled, visit } from './visitor.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse('ime_e2e');
  await house.server.api('POST', '/canned-replies', { shortcut: '物流', title: '物流查询', text: '您的包裹已发出。' });
}, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

/** Pinyin in the making: underlined in the field, not yet a word. */
const compose = (typist: CDPSession, text: string) => typist.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
/** The candidate is chosen: the composition ends with these words. */
const choose = (typist: CDPSession, text: string) => typist.send('Input.insertText', { text });
/** The Enter of a candidate as the page gets it: some say "composing", some only the old key code 229, macOS after the composition has ended. */
const candidateEnter = (field: Locator) => field.evaluate((area) => {
  for (const init of [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, keyCode: 229 }]) {
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...init }));
  }
});

async function atDesk(first: string): Promise<{ desk: Desk; id: string; typist: CDPSession; kept(): Promise<string[]> }> {
  const { server } = house;
  const agent = await house.hire({ name: '王芳', locale: 'zh-CN' });
  const { chat } = await visit(await house.context('zh-CN'), `${server.url}/demo?channel=${await webchat(server, first, { bot: false })}`);
  await say(chat, first);
  await settled(chat);
  const id = await eventually(() => conversation(server, first));
  await server.api('POST', `/conversations/${id}/assign`, { agentId: agent.id });
  const desk = await house.sit(agent, `/inbox/${id}`);
  await bubble(desk, first).waitFor();
  return { desk, id, typist: await desk.context.newCDPSession(desk.page), kept: () => said(server, id) };
}

it('in the composer: never while choosing, Enter sends, Shift+Enter is a new line', async () => {
  const { desk, typist, kept } = await atDesk('第一个问题');
  const area = composer(desk);
  await area.click();
  await compose(typist, "ni'hao");
  await candidateEnter(area);
  expect(await area.inputValue()).toBe("ni'hao");
  await choose(typist, '你好');
  await candidateEnter(area);
  await desk.page.waitForTimeout(300);
  expect([await area.inputValue(), await kept()]).toEqual(['你好', ['第一个问题']]);
  await desk.page.keyboard.press('Shift+Enter');
  await compose(typist, 'zai');
  await choose(typist, '在的');
  expect(await area.inputValue()).toBe('你好\n在的');
  await desk.page.keyboard.press('Enter');
  await expect.poll(kept).toEqual(['第一个问题', '你好\n在的']);
  expect(await area.inputValue()).toBe('');
  expect(desk.wrong).toEqual([]);
}, 40_000);

it('in the list of canned replies: composing filters, the candidate inserts nothing, Enter inserts, Enter sends', async () => {
  const { desk, typist, kept } = await atDesk('第二个问题');
  const { page, w } = desk;
  const area = composer(desk);
  await area.click();
  await page.keyboard.type('/');
  const option = page.getByRole('listbox', { name: w.composer.popup.canned }).getByRole('option', { name: /物流查询/ });
  await option.waitFor();
  await compose(typist, 'wu');
  await candidateEnter(area);
  expect(await area.inputValue()).toBe('/wu');
  await choose(typist, '物流');
  await candidateEnter(area);
  expect(await area.inputValue()).toBe('/物流');
  await option.waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => area.inputValue()).toBe('您的包裹已发出。');
  expect(await kept()).toEqual(['第二个问题']);
  await page.keyboard.press('Enter');
  await expect.poll(kept).toEqual(['第二个问题', '您的包裹已发出。']);
  expect(desk.wrong).toEqual([]);
}, 40_000);

it('in the search: pinyin in the making finds and loses nothing, the word does', async () => {
  const { desk, typist } = await atDesk('第三个问题：发票抬头');
  const { page, w } = desk;
  const list = page.getByRole('region', { name: w.list.region });
  const row = list.getByRole('button').filter({ hasText: '第三个问题' });
  const search = page.getByRole('searchbox', { name: w.list.search });
  await row.waitFor();
  await search.click();
  await compose(typist, "fa'piao");
  await candidateEnter(search);
  await page.waitForTimeout(600);
  expect(await row.count()).toBe(1);
  // Escape gives the candidates up, not the search.
  await choose(typist, '发票');
  await search.evaluate((field) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', code: 'Escape', isComposing: true, bubbles: true, cancelable: true })));
  expect(await search.inputValue()).toBe('发票');
  await page.waitForTimeout(600);
  await row.waitFor();
  await search.fill('退货');
  await page.getByText(w.list.noMatch).waitFor();
  await page.keyboard.press('Escape');
  await row.waitFor();
  expect(desk.wrong).toEqual([]);
}, 40_000);
