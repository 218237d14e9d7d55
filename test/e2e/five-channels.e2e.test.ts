/**
 * One customer on five channels, in Chinese: WeChat, mail, WhatsApp, SMS, web chat. Joined by a suggestion with its reason where there is one,
 * by hand where there is none; answered on each; parted again, and each has what is theirs (features, M5).
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startMailServers, type MailServers } from '../mail/servers.ts';
import { eventually } from '../setup/eventually.ts';
import { startTwilioSmsSimulator, type TwilioSmsSimulator } from '../simulators/twilio-sms.ts';
import { startWechatOfficialSimulator, type WechatOfficialSimulator } from '../simulators/wechat-official.ts';
import { startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../simulators/whatsapp-cloud.ts';
import { bubble, reply } from './desk.ts';
import { conversation, openHouse, webchat, type Desk, type House } from './house.ts';
import { say, sees, visit } from './visitor.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.record(z.string(), z.string()) });
const Person = z.looseObject({ id: z.string(), members: z.array(z.looseObject({ id: z.string() })), identities: z.array(z.looseObject({ kind: z.string(), value: z.string() })) });
const Timeline = z.object({ items: z.array(z.looseObject({ at: z.string(), actor: z.looseObject({ kind: z.string() }), content: z.looseObject({ text: z.string().optional() }).optional() })) });
const mailbox = 'support@hub.test';
const phone = '8613800138000';
const openid = 'oWangFang0001';
const words = { wechat: '微信：我的订单还没有到', mail: '邮件：请看附件里的订单号', whatsapp: 'WhatsApp：订单到哪里了', sms: '短信：有人在吗', web: '网页：我想问一下订单' };

let house: House;
let mail: MailServers;
let wechat: WechatOfficialSimulator;
let whatsapp: WhatsAppCloudSimulator;
let sms: TwilioSmsSimulator;
let demo = '';
beforeAll(async () => {
  [house, mail, wechat, whatsapp, sms] = await Promise.all([openHouse('five_channels'), startMailServers(), startWechatOfficialSimulator(), startWhatsAppCloudSimulator(), startTwilioSmsSimulator()]);
  const { server } = house;
  const connect = async (kind: string, name: string, config: object) => (await server.api('POST', '/channels', { kind, name, bot: false, config })).as(Made);
  const { token: _token, encodingAesKey: _key, ...official } = wechat.config();
  const oa = await connect('wechat-official', '公众号', official);
  expect(await wechat.connect({ url: oa.webhookUrl, token: oa.secrets['token'] ?? '', encodingAesKey: oa.secrets['encodingAesKey'] ?? '' })).toEqual({ verified: true });
  const wa = await connect('whatsapp-cloud', 'WhatsApp', whatsapp.config());
  await whatsapp.connect({ url: wa.webhookUrl, verifyToken: wa.secrets['verifyToken'] });
  sms.connect({ url: (await server.api('POST', '/channels', { kind: 'twilio-sms', name: '短信', bot: false, config: sms.config() })).as(z.looseObject({ webhookUrl: z.string() })).webhookUrl });
  await server.api('POST', '/channels', { kind: 'email', name: '客服邮箱', bot: false, config: {
    address: mailbox, imapHost: '127.0.0.1', imapPort: mail.ports.imaps, imapUser: mailbox, imapPassword: mail.password, smtpHost: '127.0.0.1', smtpPort: mail.ports.smtps, allowSelfSigned: true,
  } });
  demo = `${server.url}/demo?channel=${await webchat(server, '网站', { bot: false })}`;
}, 180_000);
afterAll(async () => { await Promise.all([house?.stop(), mail?.stop(), wechat?.close(), whatsapp?.close(), sms?.close()]); });
afterEach((story) => house.leave(story));

const open = async (desk: Desk, text: string): Promise<void> => {
  const id = await eventually(() => conversation(house.server, text));
  await desk.page.goto(`${house.server.url}/inbox/${id}`);
  await bubble(desk, text).first().waitFor();
};
const contactOf = async (text: string): Promise<string> => {
  const id = await eventually(() => conversation(house.server, text));
  return (await house.server.api('GET', `/conversations/${id}`)).as(z.looseObject({ contactId: z.string() })).contactId;
};
const person = async (contactId: string) => (await house.server.api('GET', `/contacts/${contactId}`)).as(Person);
const history = async (contactId: string): Promise<string[]> => (await house.server.api('GET', `/contacts/${contactId}/timeline?kinds=message&limit=100`)).as(Timeline).items.map(({ content }) => content?.text ?? '');

it('一位客户，五个渠道：合并、逐一回复、再拆分', { timeout: 180_000 }, async () => {
  const { server } = house;
  const desk = await house.sit(await house.hire({ name: '陈晨', locale: 'zh-CN' }));
  const { page, w } = desk;

  // The same person, five times a stranger.
  await wechat.say(openid, words.wechat);
  await mail.deliver(['From: =?UTF-8?B?546L6Iqz?= <wang@example.test>', `To: ${mailbox}`, 'Subject: =?UTF-8?B?6K6i5Y2V?=', 'Message-ID: <m1@example.test>', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', words.mail, ''].join('\r\n'), mailbox, 'wang@example.test');
  await whatsapp.say(phone, words.whatsapp);
  await sms.say(`+${phone}`, words.sms).taken;
  const home = await house.context('zh-CN');
  const visitor = await visit(home, demo);
  await say(visitor.chat, words.web);
  const contacts = { wechat: await contactOf(words.wechat), mail: await contactOf(words.mail), whatsapp: await contactOf(words.whatsapp), sms: await contactOf(words.sms), web: await contactOf(words.web) };

  // WhatsApp vouches for its number; the sender of an SMS can be forged: a suggestion with its reason, and the agent decides.
  await page.goto(`${server.url}/contacts/${contacts.whatsapp}`);
  const suggested = page.getByRole('list', { name: w.person.suggestions }).getByRole('listitem').filter({ hasText: phone });
  await suggested.getByRole('button', { name: w.person.same, exact: true }).click();
  const joined = await eventually(async () => { const found = await person(contacts.whatsapp); return found.members.length === 2 && found; });
  expect(joined.members.map(({ id }) => id).toSorted()).toEqual([contacts.whatsapp, contacts.sms].toSorted());

  // The agent joins the others by hand, saying why.
  for (const [who, why] of [[openid, '微信里报了同一个订单号'], ['wang@example.test', '邮件附件是同一个订单']] as const) {
    await page.getByRole('button', { name: w.person.join }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill(who);
    await dialog.getByRole('radio').first().check();
    await dialog.getByPlaceholder(w.person.reason).fill(why);
    await dialog.getByRole('button', { name: w.person.join }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  await server.api('POST', `/contacts/${contacts.whatsapp}/merge`, { into: contacts.web, reason: '在网页里留了手机号' });
  await eventually(async () => (await person(contacts.wechat)).members.length === 5);
  await page.reload();
  const everything = page.getByRole('list', { name: w.person.timeline });
  await everything.getByText(words.web, { exact: true }).waitFor();
  for (const text of Object.values(words)) await everything.getByText(text, { exact: true }).waitFor();

  // Each is answered where it was said, and gets it there.
  const answers = Object.fromEntries(Object.entries(words).map(([name, text]) => [name, `回复${text}`]));
  for (const [name, text] of Object.entries(words)) {
    await open(desk, text);
    await reply(desk, answers[name] ?? '');
    await bubble(desk, answers[name] ?? '').first().waitFor();
  }
  const got = (list: { text: string }[], text: string | undefined) => eventually(() => list.filter((one) => one.text.includes(text ?? '')).length === 1, 20_000);
  await eventually(() => wechat.history().received.filter((one) => one.text === answers['wechat']).length === 1, 20_000);
  await eventually(() => whatsapp.history().received.filter((one) => one.text === answers['whatsapp']).length === 1, 20_000);
  await eventually(() => sms.history().received.filter((one) => one.text === answers['sms']).length === 1, 20_000);
  await got(wechat.history().received, answers['wechat']);
  await eventually(async () => (await mail.read('wang@example.test')).length === 1, 20_000);
  await sees(visitor.chat, answers['web'] ?? '');

  // Parted: WeChat has its own words and the answers to them, the others have all but those.
  await page.goto(`${server.url}/contacts/${contacts.whatsapp}`);
  await server.api('POST', `/contacts/${contacts.whatsapp}/unmerge`, { contactId: contacts.wechat });
  await wechat.say(openid, '微信：谢谢');
  await eventually(async () => (await history(contacts.wechat)).includes('微信：谢谢'));
  expect(await history(contacts.wechat)).toEqual([words.wechat, answers['wechat'], '微信：谢谢']);
  const rest = await history(contacts.whatsapp);
  expect(rest).toHaveLength(8);
  expect(rest.some((text) => text.includes('微信'))).toBe(false);
  await page.reload();
  await everything.getByText(words.sms, { exact: true }).waitFor();
  expect(await everything.getByText(words.wechat, { exact: true }).count()).toBe(0);
  expect([...desk.wrong, ...visitor.wrong]).toEqual([]);
});
