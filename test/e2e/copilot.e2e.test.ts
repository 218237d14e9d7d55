/** An agent at work with the copilot, in Chinese: a suggestion with its source is inserted, changed and sent; another is not wanted. With a model: words as they come, other words, and two languages. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { startLlm, textOf, type Llm } from '../simulators/llm.ts';
import { violations } from './chromium.ts';
import { bubble, composer, goAvailable, reply, thread } from './desk.ts';
import { conversation, openHouse, webchat, type House } from './house.ts';
import { say, sees, visit } from './visitor.ts';
import { pattern, words } from './words.ts';

const { desk: w, chat: v } = words['zh-CN'];
const answer = '退款在 3 个工作日内原路退回。';
const Record = z.object({ items: z.array(z.object({ suggestion: z.looseObject({ text: z.string() }), acts: z.array(z.looseObject({ act: z.string(), sent: z.string().optional(), distance: z.number().optional() })) })) });

let house: House;
let written: House;
let llm: Llm;
beforeAll(async () => {
  llm = await startLlm();
  [house, written] = await Promise.all([openHouse('copilot_e2e'), openHouse('copilot_model_e2e', { HUB_LLM_URL: llm.url, HUB_LLM_MODEL: 'simulated' })]);
}, 120_000);
afterAll(() => Promise.all([house.stop(), written.stop(), llm.stop()]));
afterEach(async (story) => {
  await house.leave(story);
  await written.leave(story);
});

it('an agent takes one suggestion, changes and sends it, and rejects another', async () => {
  const { server } = house;
  await server.api('POST', '/answers', { answers: [
    { question: '退款多久到账', variants: ['退款什么时候到'], answer, locale: 'zh-CN' },
    { question: '怎么开发票', answer: '在订单页点击“申请发票”。', locale: 'zh-CN' },
    { question: '怎么修改收货地址', answer: '发货前可联系客服修改。', locale: 'zh-CN' },
  ] });
  const agent = await house.hire({ name: '陈晨', locale: 'zh-CN' });
  const desk = await house.sit(agent);
  const { page } = desk;
  const { chat, wrong } = await visit(await house.context('zh-CN'), `${server.url}/demo?channel=${await webchat(server, '官网')}`);
  await say(chat, '请问退款多久到账？');
  await sees(chat, answer);
  await say(chat, v.humanMessage);
  await goAvailable(desk);
  await page.getByRole('article', { name: pattern(w.offer.label) }).getByRole('button', { name: w.offer.accept }).click();

  // The hand-over says what was tried, though the customer just asked for a person.
  const card = thread(desk).getByRole('region', { name: w.handOver.title });
  await card.getByText(w.handOver.tried).waitFor();
  for (const part of [w.handOver.reason.asked, '退款多久到账', w.context.priority]) expect(await card.innerText()).toContain(part);

  // What the customer has read already is not suggested; it is found and said to be told.
  const copilot = page.getByRole('region', { name: w.copilot.title });
  await say(chat, '退款什么时候到');
  await copilot.getByText(w.copilot.state.none).first().waitFor();
  const find = copilot.getByRole('button', { name: w.copilot.find });
  const place = await find.boundingBox();
  await say(chat, '那发票怎么开？');
  await copilot.getByRole('button', { name: '申请发票' }).waitFor();
  expect(await find.boundingBox()).toEqual(place);

  // Read at length, with the source; inserted by the keyboard, changed and sent.
  await copilot.getByRole('button', { name: w.copilot.suggestion }).click();
  const panel = page.getByRole('region', { name: w.copilot.suggestion });
  await panel.getByRole('article').getByText('怎么开发票', { exact: true }).waitFor();
  await panel.getByText('退款多久到账', { exact: true }).waitFor();
  // Once only: the line below does not say it again.
  expect(await copilot.getByText('在订单页点击“申请发票”。').count()).toBe(1);
  expect(await composer(desk).inputValue()).toBe('');
  await composer(desk).press('Alt+u');
  await expect.poll(() => composer(desk).inputValue()).toBe('在订单页点击“申请发票”。');
  await copilot.getByText(w.copilot.state.used).first().waitFor();
  await composer(desk).press('Home');
  await page.keyboard.type('您好，');
  await composer(desk).press('Enter');
  await sees(chat, '您好，在订单页点击“申请发票”。');

  // Another is not wanted.
  await say(chat, '怎么修改收货地址');
  await copilot.getByRole('button', { name: '联系客服修改' }).waitFor();
  await copilot.getByRole('button', { name: w.copilot.reject }).click();
  await copilot.getByText(w.copilot.state.rejected).first().waitFor();

  // Looked for by hand, and the whole matter in short.
  await copilot.getByRole('button', { name: w.copilot.find }).click();
  await copilot.getByRole('textbox', { name: w.copilot.findHint }).fill('退款');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: w.copilot.find }).getByText('退款多久到账', { exact: true }).waitFor();
  await copilot.getByRole('button', { name: w.copilot.summary }).click();
  const summary = page.getByRole('region', { name: w.copilot.summary });
  await summary.getByText(w.copilot.facts.open).waitFor();
  expect(await summary.innerText()).toContain('怎么修改收货地址');
  await page.keyboard.press('Escape');

  // Without a model the menu says so, and nothing is sent by itself.
  await page.getByRole('button', { name: w.copilot.reword }).click();
  await page.getByText(w.copilot.noModel).waitFor();
  await page.keyboard.press('Escape');
  expect(await bubble(desk, '申请发票”').count()).toBe(1);

  const id = new URL(page.url()).pathname.split('/').at(-1);
  const items = await eventually(async () => {
    const record = (await server.api('GET', `/conversations/${id}/copilot/record`)).as(Record).items;
    return record.filter(({ acts }) => acts.some(({ act }) => act !== 'inserted')).length === 2 ? record : undefined;
  });
  expect(items).toMatchObject([
    { suggestion: { text: '在订单页点击“申请发票”。' }, acts: [{ act: 'inserted' }, { act: 'edited', sent: '您好，在订单页点击“申请发票”。', distance: 3 }] },
    { suggestion: { text: '发货前可联系客服修改。' }, acts: [{ act: 'rejected' }] },
  ]);
  expect([...desk.wrong, ...wrong]).toEqual([]);
}, 40_000);

const wish = (text: string) => (body: Parameters<Parameters<Llm['say']>[0]>[0]) => textOf(body.messages[0]).includes(text);
const [suggests, translatesToChinese, translatesToEnglish, rewords, sums] = ['draft a reply', 'into Simplified Chinese', 'Translate the text into English', 'friendlier', 'summarise'].map(wish);

it('with a model: a suggestion as it is written, a customer read and answered in their language, other words', async () => {
  const { server } = written;
  const question = 'How do I get an invoice?';
  const meant = '请在 3 天内到订单页申请。';
  const english = 'Please ask for it on the order page within 3 days.';
  await server.api('POST', '/answers', { answers: [{ question: 'How do I get an invoice', answer: 'On the order page, choose Invoice.', locale: 'en' }] });
  llm.say((body) => {
    if (suggests?.(body)) return { content: 'You find it on the order page [1]. Choose Invoice there, please [1].', paceMs: 300 };
    if (translatesToChinese?.(body)) return { content: '我怎样才能拿到发票？', paceMs: 60 };
    if (translatesToEnglish?.(body)) return { content: english, paceMs: 60 };
    if (rewords?.(body)) return { content: `您好！${meant}`, paceMs: 400 };
    return { content: sums?.(body) ? '客户想要发票，还没有人答复。' : 'HANDOVER', paceMs: 30 };
  });
  const agent = await written.hire({ name: '陈晨', locale: 'zh-CN' });
  const desk = await written.sit(agent);
  const { page } = desk;
  const { chat, wrong } = await visit(await written.context('en'), `${server.url}/demo?channel=${await webchat(server, '官网', { bot: false })}`);
  await say(chat, question);
  // The first wish of all loads LangChain, which takes its seconds on a busy machine.
  const id = await eventually(() => conversation(server, question));
  await server.api('POST', `/conversations/${id}/copilot/summary`);
  await server.api('POST', `/conversations/${id}/copilot/summary`);
  await goAvailable(desk);
  await page.getByRole('article', { name: pattern(w.offer.label) }).getByRole('button', { name: w.offer.accept }).click();

  // The suggestion comes sentence by sentence; nothing can be taken before it is whole.
  const copilot = page.getByRole('region', { name: w.copilot.title });
  await copilot.getByText('You find it on the order page.', { exact: true }).waitFor({ timeout: 25_000 });
  expect(await copilot.getByRole('button', { name: w.copilot.insert, exact: true }).count()).toBe(0);
  await copilot.getByRole('button', { name: 'Choose Invoice there' }).waitFor();
  await copilot.getByRole('button', { name: w.copilot.insert, exact: true }).waitFor();

  // The question in Chinese below its own words; the next one by itself.
  const asked = bubble(desk, question);
  await asked.hover();
  await asked.getByRole('button', { name: w.tools.label }).click();
  await page.getByRole('menuitem', { name: w.copilot.translate }).click();
  const below = asked.getByRole('region', { name: w.copilot.translation });
  await below.getByText('我怎样才能拿到发票？').waitFor();
  await below.getByRole('button', { name: w.copilot.always }).click();
  await say(chat, 'And where is my invoice then?');
  await bubble(desk, 'And where is my invoice then?').getByRole('region', { name: w.copilot.translation }).getByText('我怎样才能拿到发票？').waitFor();
  const calls = llm.heard.length;
  await page.reload();
  await below.getByText('我怎样才能拿到发票？').waitFor();
  expect(llm.heard.slice(calls).filter(({ body }) => body && translatesToChinese?.(body))).toEqual([]);

  // Friendlier, taken back, and then translated: what was meant stays above the draft.
  const choose = async (name: string) => {
    await page.getByRole('button', { name: w.copilot.reword }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await composer(desk).fill(meant);
  await choose(w.copilot.wording.friendly);
  await copilot.getByText(w.copilot.writing).waitFor();
  expect(await composer(desk).inputValue()).toBe(meant);
  await expect.poll(() => composer(desk).inputValue()).toBe(`您好！${meant}`);
  await page.getByRole('button', { name: w.action.undo }).click();
  expect(await composer(desk).inputValue()).toBe(meant);
  await choose(w.copilot.translateTo.replace('{language}', w.copilot.language.en));
  await expect.poll(() => composer(desk).inputValue()).toBe(english);
  const kept = page.getByRole('group', { name: w.copilot.meant });
  expect(await kept.innerText()).toContain(meant);
  expect(await violations(page, { within: 'form' })).toEqual([]);
  await reply(desk, english);
  await sees(chat, english);
  expect(await chat.getByText('请在 3 天内').count()).toBe(0);

  // A colleague sees what was meant; nothing was sent but what the agent sent.
  await bubble(desk, english).getByRole('button', { name: pattern(w.copilot.translatedFrom) }).click();
  await bubble(desk, english).getByText(meant).waitFor();

  // On a phone: the summary as it was written, all of it within reach.
  await page.setViewportSize({ width: 390, height: 844 });
  await copilot.getByRole('button', { name: w.copilot.summary }).click();
  const summary = page.getByRole('region', { name: w.copilot.summary });
  await summary.getByText('客户想要发票，还没有人答复。').waitFor();
  await summary.getByText(w.copilot.facts.open).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  // The guards of a toast's focus are no finding of ours.
  expect(await violations(page, { but: ['aria-hidden-focus'] })).toEqual([]);
  expect([...desk.wrong, ...wrong]).toEqual([]);
}, 120_000);
