/** A phone behind a channel: WeChat's code to scan, told before it ends and renewed; words taken back on both sides; SMS with its parts and its STOP. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { startTwilioSmsSimulator, type TwilioSmsSimulator } from '../simulators/twilio-sms.ts';
import { kinds, startWechatPersonalSimulator, type WechatPersonalSimulator } from '../simulators/wechat-personal.ts';
import { bubble, composer, reply, thread } from './desk.ts';
import { conversation, openHouse, type House } from './house.ts';
import { fill, pattern } from './words.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string().optional() });
const customer = '+8613800138000';

let house: House;
let wechat: WechatPersonalSimulator;
let sms: TwilioSmsSimulator;
let wechatId = '';
beforeAll(async () => {
  [house, wechat, sms] = await Promise.all([openHouse('phones_e2e'), startWechatPersonalSimulator(), startTwilioSmsSimulator()]);
  const connect = async (kind: string, name: string, config: object) => (await house.server.api('POST', '/channels', { kind, name, bot: false, config })).as(Made);
  wechatId = (await connect('wechat-personal', '个人微信', wechat.connect())).id;
  sms.connect({ url: (await connect('twilio-sms', '短信', sms.config())).webhookUrl ?? '' });
}, 120_000);
afterAll(async () => { await Promise.all([house?.stop(), wechat?.close(), sms?.close()]); });
afterEach((story) => house.leave(story));

it('个人微信：二维码带倒计时，过期换新，扫码后即连接；双方撤回', { timeout: 120_000 }, async () => {
  const desk = await house.sit(await house.hire({ name: '周敏', locale: 'zh-CN', role: 'admin' }), `/settings/channels/${wechatId}`);
  const { page, w } = desk;
  // The service may still be starting: the code comes with the next push.
  const panel = page.getByRole('region', { name: w.channels.signIn });
  await eventually(async () => { wechat.scan('https://login.weixin.test/first'); return panel.isVisible(); }, 30_000);
  const code = panel.getByRole('img', { name: w.channels.scan });
  await code.waitFor();
  const first = await code.innerHTML();
  const timer = panel.getByRole('timer');
  const left = await timer.innerText();
  expect(left).toMatch(/\d:\d\d/);
  await expect.poll(() => timer.innerText(), { timeout: 5_000 }).not.toBe(left);
  wechat.scan('https://login.weixin.test/second');
  await expect.poll(() => code.innerHTML(), { timeout: 10_000 }).not.toBe(first);
  // An agent's page shows that somebody must sign in, not the code itself.
  const other = await house.sit(await house.hire({ name: '陈晨', locale: 'zh-CN' }), '/inbox');
  expect(JSON.stringify((await other.api('GET', '/channels')).as(z.unknown()))).not.toContain('login.weixin.test');
  wechat.signIn();
  await page.getByText(w.channels.health.ready, { exact: true }).waitFor({ timeout: 20_000 });
  expect(await panel.count()).toBe(0);

  const { id } = wechat.say('王芳', '我发错了');
  const conversationId = await eventually(() => conversation(house.server, '我发错了'), 20_000);
  await page.goto(`${house.server.url}/inbox/${conversationId}`);
  await bubble(desk, '我发错了').waitFor();
  await reply(desk, '价格是 999');
  await eventually(() => wechat.history().received.some((one) => one.text === '价格是 999'), 20_000);
  wechat.recall('王芳', id);
  await thread(desk).getByText(w.entry.recalled).first().waitFor();
  await thread(desk).getByRole('button', { name: w.entry.showOriginal }).click();
  await bubble(desk, '我发错了').waitFor();
  const ours = bubble(desk, '价格是 999');
  await ours.getByText(w.delivery.sent).or(ours.getByText(w.delivery.delivered)).first().waitFor({ timeout: 20_000 });
  await ours.hover();
  await ours.getByRole('button', { name: w.tools.label }).click();
  await page.getByRole('menuitem', { name: w.tools.recall }).click();
  await expect.poll(() => thread(desk).getByText(w.entry.recalled).count()).toBe(2);
  expect(wechat.shown().some((one) => one.ours && one.kind === kinds.recalled)).toBe(true);
  expect(desk.wrong).toEqual([]);
});

it('SMS in English: parts are counted, STOP shuts the composer in words, START opens it', { timeout: 60_000 }, async () => {
  await sms.say(customer, 'Where is my parcel?').taken;
  const id = await eventually(() => conversation(house.server, 'Where is my parcel?'));
  const desk = await house.sit(await house.hire({ name: 'Nora', locale: 'en' }), `/inbox/${id}`);
  const { page, w } = desk;
  await bubble(desk, 'Where is my parcel?').waitFor();
  const counter = (count: number, left: number) => page.getByText(fill(w.composer.segments.split(' | ')[count > 1 ? 1 : 0] ?? '', { count, left }));
  await composer(desk).fill('a'.repeat(160));
  await counter(1, 0).waitFor();
  await composer(desk).fill('a'.repeat(161));
  await counter(2, 145).waitFor();
  await composer(desk).fill('好'.repeat(71));
  await counter(2, 63).waitFor();
  await composer(desk).fill('');

  await sms.say(customer, 'STOP').taken;
  await page.getByText(pattern(w.activity.optedOut)).first().waitFor();
  const refusal = page.getByRole('status').filter({ hasText: 'STOP' });
  await refusal.waitFor();
  await composer(desk).fill('One more thing');
  expect(await page.getByRole('button', { name: w.composer.send, exact: true }).isDisabled()).toBe(true);
  await sms.say(customer, 'START').taken;
  await refusal.waitFor({ state: 'detached' });
  await composer(desk).press('Enter');
  await eventually(() => sms.history().received.some((one) => one.text === 'One more thing'), 20_000);
  expect(sms.history().received).toHaveLength(1);
  expect(desk.wrong).toEqual([]);
});
