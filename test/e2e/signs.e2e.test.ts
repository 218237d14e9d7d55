/** What WhatsApp carries beside words, as an agent sees and does it: reactions, quotes, edits, recalls, strange kinds, voice, late files, templates, failures. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { tone } from '../setup/sound.ts';
import { startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../simulators/whatsapp-cloud.ts';
import { bubble, composer, reply, thread } from './desk.ts';
import { conversation, openHouse, type Agent, type Desk, type House } from './house.ts';
import { fill, pattern } from './words.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.record(z.string(), z.string()) });
const thumb = String.fromCodePoint(0x1f44d);
const heart = String.fromCodePoint(0x2764);

let house: House;
let whatsapp: WhatsAppCloudSimulator;
let agent: Agent;
beforeAll(async () => {
  [house, whatsapp] = await Promise.all([openHouse('signs_e2e'), startWhatsAppCloudSimulator()]);
  const made = (await house.server.api('POST', '/channels', { kind: 'whatsapp-cloud', name: 'WhatsApp', bot: false, config: whatsapp.config() })).as(Made);
  await whatsapp.connect({ url: made.webhookUrl, verifyToken: made.secrets['verifyToken'] });
  whatsapp.account.templates.push({ name: 'order_sent', language: 'zh_CN', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: '{{1}}您好，订单 {{2}} 已发货。' }] });
  agent = await house.hire({ name: '陈晨', locale: 'zh-CN' });
}, 120_000);
afterAll(async () => { await Promise.all([house?.stop(), whatsapp?.close()]); });
afterEach((story) => { whatsapp.order({ failing: 0 }); return house.leave(story); });

/** The desk with the conversation of these words open. */
async function open(text: string): Promise<Desk> {
  const id = await eventually(() => conversation(house.server, text));
  const desk = await house.sit(agent, `/inbox/${id}`);
  await bubble(desk, text).first().waitFor();
  return desk;
}
/** Opens the menu of a message and chooses from it. */
async function choose(desk: Desk, text: string, item: string): Promise<void> {
  await bubble(desk, text).first().hover();
  await bubble(desk, text).first().getByRole('button', { name: desk.w.tools.label }).click();
  await desk.page.getByRole('menuitem', { name: item, exact: true }).click();
}
const got = (text: string) => eventually(() => whatsapp.account.sent.find((one) => one.text === text));

it('表情回应和引用：客户到客服，客服到客户', { timeout: 60_000 }, async () => {
  const { id: asked } = await whatsapp.say('8613900000001', '这件还有货吗');
  const desk = await open('这件还有货吗');
  const { w } = desk;
  await reply(desk, '有货，今天可以发');
  const ours = await got('有货，今天可以发');

  await whatsapp.inbound('8613900000001', { type: 'reaction', reaction: { message_id: ours.id, emoji: thumb } });
  const seen = bubble(desk, '有货，今天可以发').getByLabel(fill(w.entry.reactions, { emoji: thumb, n: 1 }));
  await seen.waitFor();
  await whatsapp.inbound('8613900000001', { type: 'reaction', reaction: { message_id: ours.id } });
  await seen.waitFor({ state: 'detached' });

  await choose(desk, '这件还有货吗', heart);
  await bubble(desk, '这件还有货吗').first().getByLabel(fill(w.entry.reactions, { emoji: heart, n: 1 })).waitFor();
  expect(await eventually(() => whatsapp.account.sent.find((one) => one.type === 'reaction'))).toMatchObject({ body: { reaction: { message_id: asked, emoji: heart } } });
  await choose(desk, '这件还有货吗', w.tools.unreact);
  await bubble(desk, '这件还有货吗').first().getByLabel(fill(w.entry.reactions, { emoji: heart, n: 1 })).waitFor({ state: 'detached' });

  await whatsapp.inbound('8613900000001', { type: 'text', text: { body: '我要这个' }, context: { from: whatsapp.account.displayNumber, id: ours.id } });
  await bubble(desk, '我要这个').getByRole('blockquote').filter({ hasText: '有货，今天可以发' }).waitFor();
  await choose(desk, '我要这个', w.tools.quote);
  await reply(desk, '好的，马上下单');
  expect((await got('好的，马上下单')).body).toMatchObject({ context: { message_id: whatsapp.history().said.find((one) => one.text === '我要这个')?.id } });
  await bubble(desk, '好的，马上下单').getByRole('blockquote').filter({ hasText: '我要这个' }).waitFor();
  expect(desk.wrong).toEqual([]);
});

it('客户改了话、收回了话：看到现在的话，原话一点就有', { timeout: 60_000 }, async () => {
  const { id } = await whatsapp.say('8613900000002', '订单 4711 写错了');
  const desk = await open('订单 4711 写错了');
  const { w } = desk;
  await whatsapp.inbound('8613900000002', { type: 'edit', edit: { original_message_id: id, message: { type: 'text', text: { body: '订单 4712' } } } });
  const changed = bubble(desk, '订单 4712');
  await changed.getByText(w.entry.edited).waitFor();
  await changed.getByRole('button', { name: w.entry.showOriginal }).click();
  await bubble(desk, '订单 4711 写错了').waitFor();
  await thread(desk).getByRole('button', { name: w.entry.hideOriginal }).click();
  await whatsapp.inbound('8613900000002', { type: 'revoke', revoke: { original_message_id: id } });
  await thread(desk).getByText(w.entry.recalled).waitFor();
  expect(await bubble(desk, '订单 4712').count()).toBe(0);
  expect(desk.wrong).toEqual([]);
});

it('没见过的消息看得见，原件在；语音能播放；晚到的文件会到', { timeout: 90_000 }, async () => {
  const from = '8613900000003';
  await whatsapp.say(from, '给您看点东西');
  const desk = await open('给您看点东西');
  const { w, page } = desk;
  await whatsapp.inbound(from, { type: 'hologram', hologram: { id: 'h1', depth: 3 } });
  const strange = bubble(desk, '原始内容见附件').filter({ hasText: 'hologram' });
  await strange.waitFor();
  expect(await strange.innerText()).not.toContain('unsupported message');
  const [raw] = await Promise.all([page.waitForEvent('download'), strange.getByRole('link').click()]);
  expect(raw.suggestedFilename()).toMatch(/\.json$/);

  await whatsapp.sendFile(from, 'audio', tone(), 'audio/wav', { voice: true });
  const player = thread(desk).locator('audio');
  await player.waitFor();
  const played = await player.evaluate(async (sound: HTMLAudioElement) => {
    sound.muted = true;
    await sound.play();
    return sound.duration;
  });
  expect(played).toBeGreaterThan(0.2);

  // Meta's side is down for a while: the message is here at once, the file when it can be.
  whatsapp.order({ failing: 1 });
  await whatsapp.sendFile(from, 'document', new TextEncoder().encode('late but whole'), 'text/plain', { filename: 'late.txt' });
  await bubble(desk, 'late.txt').getByText(w.entry.awaited).waitFor();
  whatsapp.order({ failing: 0 });
  await bubble(desk, 'late.txt').getByRole('link').waitFor({ timeout: 40_000 });
  expect(await thread(desk).getByText(w.entry.awaited).count()).toBe(0);
  expect(desk.wrong).toEqual([]);
});

it('文件太大：发送前就说明；发送失败：写明原因，一点就重发', { timeout: 90_000 }, async () => {
  const from = '8613900000004';
  await whatsapp.say(from, '请发我合同');
  const desk = await open('请发我合同');
  const { w, page } = desk;
  const folder = await mkdtemp(join(tmpdir(), 'hub-large-'));
  await writeFile(join(folder, 'contract.pdf'), '');
  await truncate(join(folder, 'contract.pdf'), 101 * 1024 * 1024);
  await page.locator('input[type=file]').setInputFiles(join(folder, 'contract.pdf'));
  await page.getByText(pattern(w.composer.fileTooLarge)).waitFor();
  expect(await page.getByRole('button', { name: w.composer.send, exact: true }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: fill(w.composer.removeFile, { name: 'contract.pdf' }) }).click();
  await rm(folder, { recursive: true });

  // The platform's own clock says that the window is over: told by a status, later.
  whatsapp.account.windowMs = 0;
  await reply(desk, '合同稍后发您');
  const failed = bubble(desk, '合同稍后发您');
  await failed.getByText(w.delivery.failed).waitFor();
  expect(await failed.innerText()).toMatch(/24/);
  whatsapp.account.windowMs = 24 * 3_600_000;
  await failed.getByRole('button', { name: w.action.retry }).click();
  await failed.getByText(w.delivery.read).waitFor({ timeout: 20_000 });
  expect(whatsapp.account.sent.filter((one) => one.text === '合同稍后发您')).toHaveLength(1);
  expect(desk.wrong).toEqual([]);
});

it('窗口已过：只能发模板，填变量时看到客户将看到的话', { timeout: 60_000 }, async () => {
  const from = '8613900000005';
  const { now } = whatsapp.account;
  whatsapp.account.now = () => Date.now() - 25 * 3_600_000;
  await whatsapp.say(from, '昨天的问题');
  whatsapp.account.now = now;
  const desk = await open('昨天的问题');
  const { w, page } = desk;
  await page.getByText(w.composer.windowClosed).waitFor();
  await reply(desk, '还在吗');
  await thread(desk).getByText(pattern(w.outbox.failed)).waitFor();
  await page.getByRole('button', { name: w.templates.choose }).click();
  const dialog = page.getByRole('dialog', { name: w.templates.title });
  await dialog.getByLabel(fill(w.templates.variable, { n: 1 })).fill('王先生');
  expect(await dialog.getByRole('button', { name: w.composer.send }).isDisabled()).toBe(true);
  await dialog.getByLabel(fill(w.templates.variable, { n: 2 })).fill('4711');
  await dialog.getByText('王先生您好，订单 4711 已发货。').waitFor();
  await dialog.getByRole('button', { name: w.composer.send }).click();
  await bubble(desk, '王先生您好，订单 4711 已发货。').waitFor();
  expect(await eventually(() => whatsapp.account.sent.find((one) => one.type === 'template'))).toMatchObject({ customer: from, body: { template: { name: 'order_sent' } } });
  // The customer writes: we may write freely again.
  await whatsapp.say(from, '收到了');
  await page.getByText(w.composer.windowClosed).waitFor({ state: 'detached' });
  expect(await composer(desk).isEnabled()).toBe(true);
  // The browser writes down the refusal that was asked for.
  expect(desk.wrong.filter((line) => !line.includes('409'))).toEqual([]);
});
