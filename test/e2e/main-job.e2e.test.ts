/** The main job in two browsers, in Chinese and in English: question, bot, hand-over, agent, files, note, resolve, and writing again. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { bubble, composer, goAvailable, reply, thread } from './desk.ts';
import { openPage } from './chromium.ts';
import { openHouse, webchat, type Agent, type House } from './house.ts';
import { bubbles, frameOf, press, say, sees, visit } from './visitor.ts';
import { fill, pattern, words } from './words.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64');
const notes = 'order 4711, line 1\n订单号 4711\n';

const stories = {
  'zh-CN': {
    agent: '陈晨', question: '退款多久到账', asks: '请问退款多久到账？', answer: '退款在 3 个工作日内原路退回。', other: '退款还没到，已经五天了', label: '退款',
    hello: '您好，我是陈晨，马上为您查询。', second: '查到了：银行还在处理。', third: '今天下午五点前到账。', note: '内部：此客户已投诉两次', again: '怎么修改收货地址',
  },
  en: {
    agent: 'Ada Lovelace', question: 'How long does a refund take?', asks: 'Hello, how long does a refund take?', answer: 'Refunds arrive within 3 working days.', other: 'It has been five days already', label: 'refund',
    hello: 'Hello, this is Ada. I am looking into it.', second: 'Found it: the bank still has it.', third: 'It arrives before five this afternoon.', note: 'Internal: has complained twice', again: 'Where do I change my address',
  },
};

let house: House;
beforeAll(async () => { house = await openHouse('main_job_e2e'); }, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

/** A web chat that one agent alone serves, so that the stories keep out of each other's way. */
async function shopOf(agent: Agent, name: string): Promise<string> {
  const queue = await house.server.api('POST', '/queues', { name, members: [agent.id] });
  return webchat(house.server, name, { queueId: queue.as(z.looseObject({ id: z.string() })).id });
}

it.each(['zh-CN', 'en'] as const)('from the first question to writing again, %s', async (locale) => {
  const { server } = house;
  const { desk: w, chat: v } = words[locale];
  const story = stories[locale];
  await server.api('POST', '/answers', { question: story.question, answer: story.answer, locale });
  await server.api('POST', '/labels', { name: story.label, color: 'primary' });
  const agent = await house.hire({ name: story.agent, locale });
  const demo = `${server.url}/demo?channel=${await shopOf(agent, `Shop ${locale}`)}`;

  // The agent signs in by hand.
  const office = await house.context(locale);
  const { page: screen, wrong: deskWrong } = await openPage(office, server.url);
  await screen.getByLabel(w.field.email).fill(agent.email);
  await screen.getByLabel(w.field.password).fill(agent.password);
  await screen.getByRole('button', { name: w.signIn.submit }).click();
  const desk = { agent, page: screen, context: office, wrong: deskWrong, w, api: server.api };
  await screen.getByText(w.list.empty.mine).waitFor();

  // The bot answers what it knows, and says from where.
  const home = await house.context(locale, { viewport: { width: 1280, height: 860 } });
  const { page, chat, wrong } = await visit(home, demo);
  await say(chat, story.asks);
  await sees(chat, story.answer);
  const line = () => chat.getByRole('status').first().innerText();
  await expect.poll(line).toBe(v.botHere);
  expect(await chat.locator('.sources').innerText()).toContain(story.question);

  // A person: the customer is told the place in line, an agent all that was said.
  await say(chat, story.other);
  await say(chat, v.humanMessage);
  await expect.poll(line, { timeout: 10_000 }).toBe(v.next);
  await goAvailable(desk);
  const offer = screen.getByRole('article', { name: pattern(w.offer.label) });
  await expect.poll(() => offer.innerText(), { timeout: 15_000 }).toContain(story.asks);
  await offer.getByRole('button', { name: w.offer.accept }).click();
  const card = thread(desk).getByRole('region', { name: w.handOver.title });
  await card.waitFor();
  const known = await card.innerText();
  for (const part of [w.handOver.reason.asked, story.asks, story.other]) expect(known).toContain(part);
  // What the bot said before is read above the card, with its source.
  expect(await bubble(desk, story.answer).innerText()).toContain(story.question);

  // A reply is there at once, and the agent has a name.
  await reply(desk, story.hello);
  await sees(chat, story.hello);
  await chat.getByText(fill(v.joined, { name: story.agent })).waitFor();
  expect(await line()).toBe(fill(v.withAgent, { name: story.agent }));

  // Each sees the other write.
  await chat.locator('textarea').pressSequentially('…', { delay: 20 });
  await screen.getByText(pattern(w.thread.typing)).waitFor();
  await chat.fill('textarea', '');
  await composer(desk).pressSequentially('abc', { delay: 20 });
  await chat.waitForSelector('.dots');
  await composer(desk).fill('');

  // Delivered while the chat is closed, read when it is opened.
  await page.keyboard.press('Escape');
  await chat.waitForFunction(() => document.visibilityState === 'visible');
  await page.waitForTimeout(300);
  await reply(desk, story.second);
  await bubble(desk, story.second).getByText(w.delivery.delivered, { exact: true }).waitFor();
  await press(page);
  await bubble(desk, story.second).getByText(w.delivery.read, { exact: true }).waitFor();

  // Files both ways, and each really arrives.
  const [picker] = await Promise.all([screen.waitForEvent('filechooser'), screen.getByRole('button', { name: w.composer.attach }).click()]);
  await picker.setFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: png });
  await screen.getByRole('button', { name: fill(w.composer.removeFile, { name: 'receipt.png' }) }).waitFor();
  await screen.getByRole('button', { name: w.composer.send, exact: true }).click();
  const picture = chat.locator('.picture img');
  await picture.waitFor();
  await eventually(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth === 10));
  const fetched = await home.request.get(new URL(await chat.locator('a.picture').getAttribute('href') ?? '', server.url).href);
  expect([fetched.status(), fetched.headers()['content-type'], (await fetched.body()).equals(png)]).toEqual([200, 'image/png', true]);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), chat.getByRole('button', { name: v.attach }).click()]);
  await chooser.setFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from(notes) });
  await chat.getByRole('button', { name: v.send }).click();
  const [download] = await Promise.all([screen.waitForEvent('download'), thread(desk).getByRole('link', { name: 'notes.txt' }).click()]);
  expect([download.suggestedFilename(), await readFile(await download.path(), 'utf8')]).toEqual(['notes.txt', notes]);

  // A note stays in the house.
  await screen.getByRole('tab', { name: w.composer.note }).click();
  await screen.getByRole('combobox', { name: w.composer.note }).fill(story.note);
  await screen.getByRole('button', { name: w.composer.addNote }).click();
  await thread(desk).getByRole('article', { name: fill(w.entry.noteBy, { name: w.entry.me }) }).getByText(story.note).waitFor();
  await screen.getByRole('tab', { name: w.composer.reply }).click();
  await reply(desk, story.third);
  await sees(chat, story.third);
  expect(await chat.locator('body').innerText()).not.toContain(story.note);

  // Labelled and done; the customer is told.
  await screen.getByRole('button', { name: w.context.addLabel }).click();
  await screen.getByRole('menuitemcheckbox', { name: story.label }).click();
  await screen.keyboard.press('Escape');
  await screen.getByRole('button', { name: fill(w.context.removeLabel, { name: story.label }) }).waitFor();
  const bound = screen.url();
  await screen.getByRole('button', { name: w.action.resolve }).click();
  await chat.locator('.closed').getByText(v.resolved).waitFor();
  await screen.getByText(w.list.empty.mine).waitFor();

  // Writing again opens it again: the bot first, and people when it does not know.
  const path = new URL(bound).pathname;
  await chat.getByRole('button', { name: v.startAgain }).click();
  await say(chat, story.again);
  await offer.getByRole('button', { name: w.offer.accept }).click();
  await bubble(desk, story.again).waitFor();
  expect(new URL(screen.url()).pathname).toBe(path);
  await bubble(desk, story.third).waitFor();
  await screen.getByRole('button', { name: w.action.resolve }).waitFor();

  // The thread is found again after a reload and on a second tab.
  const [mine, theirs] = [await bubbles(chat, 'mine'), await bubbles(chat, 'agent')];
  expect([mine.at(-1), theirs.at(-1)]).toEqual([story.again, story.third]);
  await page.reload();
  await press(page);
  const again = await frameOf(page);
  const second = await visit(home, demo);
  for (const one of [again, second.chat]) {
    await sees(one, story.again);
    expect([await bubbles(one, 'mine'), await bubbles(one, 'agent')]).toEqual([mine, theirs]);
    expect(await one.locator('body').innerText()).not.toContain(story.note);
  }

  // The browser writes down that nobody was signed in at first.
  expect([...deskWrong.filter((entry) => !/401/.test(entry)), ...wrong, ...second.wrong]).toEqual([]);
  await server.api('POST', `/conversations/${new URL(screen.url()).pathname.split('/').at(-1)}/resolve`, {});
  await screen.getByRole('button', { name: w.state.button.split('{')[0] }).click();
  await screen.getByRole('menuitem', { name: w.signIn.out }).click();
  await screen.getByRole('button', { name: w.signIn.submit }).waitFor();
}, 60_000);

it('what the bot tried before it gave up is on the card', async () => {
  const { server } = house;
  const grace = await house.hire({ name: 'Grace', locale: 'en' });
  const channel = await shopOf(grace, 'Shop of gifts');
  await server.api('POST', '/answers', { question: 'Do you wrap gifts?', answer: 'Yes, gift wrapping is free.', locale: 'en' });
  const desk = await house.sit(grace);
  const { chat } = await visit(await house.context(), `${server.url}/demo?channel=${channel}`);
  await say(chat, 'gifts for teachers on a budget');
  await chat.getByRole('button', { name: 'Do you wrap gifts?' }).waitFor();
  await say(chat, 'no, which pens are good gifts');
  await expect.poll(() => chat.getByRole('status').first().innerText(), { timeout: 10_000 }).toBe(words.en.chat.next);
  await goAvailable(desk);
  await desk.page.getByRole('button', { name: desk.w.offer.accept }).click();
  const card = thread(desk).getByRole('region', { name: desk.w.handOver.title });
  await card.getByText(desk.w.handOver.tried).waitFor();
  const known = await card.innerText();
  for (const part of [desk.w.handOver.reason['low-confidence'], 'which pens', 'Do you wrap gifts?']) expect(known).toContain(part);
  expect(known).toMatch(/\d+%/);
  expect(desk.wrong).toEqual([]);
}, 40_000);
