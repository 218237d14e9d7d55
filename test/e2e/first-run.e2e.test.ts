/** The first run: from the one-time link that the server printed to the inbox, with no restart and no file. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openPage } from './chromium.ts';
import { openHouse, type House } from './house.ts';
import { bubbles, say, sees } from './visitor.ts';
import { words } from './words.ts';

let house: House;
beforeAll(async () => { house = await openHouse('first_run', {}, 'nobody'); }, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

it('makes the admin, the web chat with a working test message, and the first answers', async () => {
  const { desk: w, chat: v } = words['zh-CN'];
  const link = /https?:\S+\/setup#token=\S+/.exec(house.server.output())?.[0] ?? '';
  const { page, wrong } = await openPage(await house.context('zh-CN'), link);

  // Somebody who lost the link and comes to the door is led here too, but cannot go on without the word.
  const stranger = await openPage(await house.context('en'), house.server.url);
  await stranger.page.getByLabel(words.en.desk.setup.account.token).waitFor();

  await page.getByRole('heading', { name: w.setup.account.title }).waitFor();
  await page.getByLabel(w.field.name).fill('林悦');
  await page.getByLabel(w.field.email).fill('lin@example.com');
  await page.getByLabel(w.field.password).fill('一个足够长的好密码');
  expect(await page.getByLabel(w.setup.account.token).count()).toBe(0);
  await page.getByRole('button', { name: w.setup.account.submit }).click();
  const short = page.getByText('10');
  await short.first().waitFor();
  await page.getByLabel(w.field.password).fill('一个足够长的好密码，十个字以上');
  await page.getByRole('button', { name: w.setup.account.submit }).click();

  await page.getByRole('heading', { name: w.setup.channel.title }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await page.getByLabel(w.setup.channel.name).fill('官网客服');
  await page.getByRole('button', { name: w.setup.channel.create }).click();
  await page.getByRole('status').filter({ hasText: w.setup.channel.waiting }).waitFor();
  expect(await page.getByRole('textbox', { name: w.setup.channel.snippet }).inputValue()).toMatch(/^<script src="http:\/\/127\.0\.0\.1:\d+\/widget\.js" data-channel="[0-9a-f]{24}" async><\/script>$/);

  // The preview is the real chat: what is written there arrives.
  const frame = await (await page.waitForSelector(`iframe[title="${w.setup.channel.preview}"]`)).contentFrame();
  if (!frame) throw new Error('no preview');
  await frame.waitForSelector('textarea', { state: 'visible' });
  await say(frame, '你好，这是一条测试消息');
  await page.getByRole('status').filter({ hasText: w.setup.channel.arrived }).filter({ hasText: '测试消息' }).waitFor();
  expect(await bubbles(frame, 'mine')).toEqual(['你好，这是一条测试消息']);
  await page.getByRole('button', { name: w.action.next }).click();

  await page.getByRole('heading', { name: w.setup.answers.title }).waitFor();
  await page.getByRole('textbox', { name: w.answers.answer }).first().fill('付款后两小时内发货，次日送达。');
  await page.getByRole('checkbox').last().click();
  await page.getByRole('button', { name: w.setup.answers.teach }).click();
  await page.getByRole('status').filter({ hasText: '付款后两小时内发货，次日送达。' }).filter({ hasText: w.setup.answers.shipping.question }).waitFor();
  await page.getByRole('button', { name: w.action.next }).click();

  await page.getByRole('heading', { name: w.setup.done.title }).waitFor();
  expect(await page.getByRole('button', { name: w.setup.done.go }).count()).toBe(0);
  await page.getByRole('button', { name: w.setup.done.open }).click();
  await page.getByRole('region', { name: w.thread.messages }).getByRole('article').getByText('你好，这是一条测试消息').waitFor();

  // The bot that was just taught answers the customers of the channel that was just made.
  const shop = await house.context('zh-CN');
  const channel = (await page.context().request.get(`${house.server.url}/api/v1/channels`).then((answer) => answer.text())).match(/[0-9a-f]{24}/)?.[0];
  const { page: door, wrong: doorWrong } = await openPage(shop, `${house.server.url}/widget/?channel=${channel}`);
  await door.getByRole('textbox', { name: v.write }).waitFor();
  await say(door.mainFrame(), '多久可以发货？');
  await sees(door.mainFrame(), '付款后两小时内发货，次日送达。');

  // The link worked once.
  const late = await openPage(stranger.page.context(), link);
  await late.page.getByRole('button', { name: words.en.desk.signIn.submit }).waitFor();
  // A browser writes down that it was not signed in, and the password that was too short.
  expect([...wrong, ...doorWrong, ...stranger.wrong, ...late.wrong].filter((line) => !/status of 4(01|22)/.test(line))).toEqual([]);
}, 60_000);
