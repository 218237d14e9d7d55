/** WhatsApp goes down: supervisors see it above every page, the agent is offered another way and takes it, and it all goes away by itself. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { gate, type Gate } from '../setup/gate.ts';
import { startTwilioSmsSimulator, type TwilioSmsSimulator } from '../simulators/twilio-sms.ts';
import { startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../simulators/whatsapp-cloud.ts';
import { bubble, reply } from './desk.ts';
import { conversation, openHouse, type Desk, type House } from './house.ts';
import { pattern } from './words.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.record(z.string(), z.string()) });
const Report = z.looseObject({ canary: z.looseObject({ proven: z.boolean() }).nullable() });
const phone = '14155550137';
const shots = join(import.meta.dirname, '..', '..', '.cache', 'screenshots');

let house: House;
let whatsapp: WhatsAppCloudSimulator;
let sms: TwilioSmsSimulator;
let door: Gate;
let whatsappId = '';
beforeAll(async () => {
  [house, whatsapp, sms] = await Promise.all([openHouse('fail_over_story', { HUB_PROBE_SECONDS: '4' }), startWhatsAppCloudSimulator(), startTwilioSmsSimulator()]);
  door = await gate(whatsapp.url);
  const { server } = house;
  const { verifyToken: _token, ...config } = whatsapp.config();
  const made = (await server.api('POST', '/channels', { kind: 'whatsapp-cloud', name: 'WhatsApp', bot: false, config: { ...config, apiBase: door.url } })).as(Made);
  whatsappId = made.id;
  await whatsapp.connect({ url: made.webhookUrl, verifyToken: made.secrets['verifyToken'] ?? '' });
  sms.connect({ url: (await server.api('POST', '/channels', { kind: 'twilio-sms', name: '短信', bot: false, config: sms.config() })).as(z.looseObject({ webhookUrl: z.string() })).webhookUrl });
}, 120_000);
afterAll(async () => { await door?.shut(); await Promise.all([house?.stop(), whatsapp?.close(), sms?.close()]); });
afterEach((story) => house.leave(story));

const contactOf = async (id: string): Promise<string> => (await house.server.api('GET', `/conversations/${id}`)).as(z.looseObject({ contactId: z.string() })).contactId;
/** Pictures for a designer's eye, with SHOTS=1. */
const shoot = async (desk: Desk, name: string): Promise<void> => {
  if (!process.env['SHOTS']) return;
  for (const colorScheme of ['light', 'dark'] as const) for (const width of [390, 768, 1440]) {
    await desk.page.emulateMedia({ colorScheme });
    await desk.page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await desk.page.waitForTimeout(400);
    await desk.page.screenshot({ path: join(shots, `fail-over-${name}-${width}-${colorScheme}.png`), animations: 'disabled' });
  }
  await desk.page.setViewportSize({ width: 1440, height: 900 });
  await desk.page.emulateMedia({ colorScheme: 'light' });
};

it('渠道中断：主管看到提示，客服改用短信，恢复后提示自行消失', { timeout: 180_000 }, async () => {
  const { server } = house;
  await sms.say(`+${phone}`, '短信：你好').taken;
  await whatsapp.say(phone, 'WhatsApp：我的订单呢');
  const bySms = await eventually(() => conversation(server, '短信：你好'));
  const id = await eventually(() => conversation(server, 'WhatsApp：我的订单呢'));
  const [one, other] = [await contactOf(id), await contactOf(bySms)];
  if (one !== other) await server.api('POST', `/contacts/${one}/merge`, { into: other, reason: '同一个号码' });
  await eventually(async () => (await server.api('GET', `/channels/${whatsappId}/health`)).as(Report).canary?.proven, 20_000);

  const agent = await house.sit(await house.hire({ name: '陈晨', locale: 'zh-CN' }), `/inbox/${id}`);
  const supervisor = await house.sit(await house.hire({ name: 'Nora', locale: 'en', role: 'supervisor' }), '/inbox');
  await bubble(agent, 'WhatsApp：我的订单呢').waitFor();
  await door.shut();
  await reply(agent, '您的订单今天发出');
  await reply(agent, '单号稍后发给您');

  // Whoever is responsible is told, on whatever page; an agent is told where it matters.
  const alert = supervisor.page.getByText(pattern(supervisor.w.channels.alert.down));
  await alert.waitFor({ timeout: 15_000 });
  const offer = agent.page.getByRole('region', { name: agent.w.failOver.title });
  await offer.waitFor();
  expect(await agent.page.getByRole('status', { name: agent.w.channels.alert.title }).count()).toBe(0);
  await eventually(async () => (await supervisor.page.getByRole('status', { name: supervisor.w.channels.alert.title }).innerText()).includes('2 replies wait'), 20_000);
  expect(await offer.innerText()).toContain('2 条回复');
  await shoot(agent, 'offer-zh');
  await shoot(supervisor, 'alert-en');

  // Nothing went another way by itself.
  expect(sms.history().received).toEqual([]);
  await offer.getByRole('button', { name: pattern(agent.w.failOver.send) }).click();
  await eventually(() => sms.history().received.length === 2);
  expect(sms.history().received.map(({ text, customer }) => ({ text, customer }))).toEqual(['您的订单今天发出', '单号稍后发给您'].map((text) => ({ text, customer: `+${phone}` })));
  await offer.waitFor({ state: 'detached' });
  await bubble(agent, '您的订单今天发出').first().getByText(pattern(agent.w.failOver.instead)).waitFor();
  await shoot(agent, 'done-zh');

  await door.open();
  await alert.waitFor({ state: 'detached', timeout: 20_000 });
  await reply(agent, '请留意短信');
  await eventually(() => whatsapp.history().received.some(({ text }) => text === '请留意短信'), 20_000);
  expect(whatsapp.history().received.map(({ text }) => text)).toEqual(['请留意短信']);

  // The page of the channel says in words what it cannot know, and of SMS until when nothing is missing.
  const admin = await house.sit(await house.hire({ name: '林管理', locale: 'zh-CN', role: 'admin' }), `/settings/channels/${whatsappId}`);
  await admin.page.getByText(admin.w.channels.report.cannotAsk).waitFor();
  await shoot(admin, 'report-zh');
  expect([...agent.wrong, ...supervisor.wrong, ...admin.wrong]).toEqual([]);
});
