/** An agent at work with the copilot, in Chinese: a suggestion with its source is inserted, changed and sent; another is not wanted. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { bubble, composer, goAvailable, thread } from './desk.ts';
import { openHouse, webchat, type House } from './house.ts';
import { say, sees, visit } from './visitor.ts';
import { pattern, words } from './words.ts';

const { desk: w, chat: v } = words['zh-CN'];
const answer = '退款在 3 个工作日内原路退回。';
const Record = z.object({ items: z.array(z.object({ suggestion: z.looseObject({ text: z.string() }), acts: z.array(z.looseObject({ act: z.string(), sent: z.string().optional(), distance: z.number().optional() })) })) });

let house: House;
beforeAll(async () => { house = await openHouse('copilot_e2e'); }, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

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
