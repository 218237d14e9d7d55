/**
 * One person, two web chats: a suggestion with its evidence, joined by an agent, a conflict settled, everything in one timeline, a no to marketing
 * noted, and parted again: each has exactly their own. No machine finds fault with the page.
 */
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { startTwilioSmsSimulator } from '../simulators/twilio-sms.ts';
import { openPage, violations } from './chromium.ts';
import { bubble } from './desk.ts';
import { conversation, openHouse, webchat, type House } from './house.ts';
import { frameOf, press, say, settled, type Visitor } from './visitor.ts';
import { fill } from './words.ts';

const identitySecret = 'identity-secret-0123456789abcdef';
const Timeline = z.object({ items: z.array(z.looseObject({ type: z.string(), content: z.looseObject({ text: z.string().optional() }).optional() })) });
const words = { site: '我的订单还没有到', shop: '我的手机号是 138 0013 8000，订单到哪里了' };
const patience = { timeout: 10_000 };
const phone = '8613800138000';

let house: House;
let [site, shop] = ['', ''];
beforeAll(async () => {
  house = await openHouse('person_e2e');
  [site, shop] = [await webchat(house.server, '官网', { bot: false, config: { identitySecret } }), await webchat(house.server, '小程序商城', { bot: false })];
}, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

/** A customer on a site that says who they are. */
async function customer(channel: string, user: object): Promise<Visitor> {
  const { page, wrong } = await openPage(await house.context('zh-CN'), `${house.server.url}/demo?channel=${channel}`);
  await page.evaluate((given) => Reflect.apply(Reflect.get(Reflect.get(window, 'Hubbub'), 'setUser'), null, [given]), user);
  await press(page);
  return { page, wrong, chat: await frameOf(page) };
}
const contactOf = async (text: string): Promise<string> => {
  const id = await eventually(() => conversation(house.server, text));
  return (await house.server.api('GET', `/conversations/${id}`)).as(z.looseObject({ contactId: z.string() })).contactId;
};
const said = async (contactId: string, kinds: string) => (await house.server.api('GET', `/contacts/${contactId}/timeline?kinds=${kinds}`)).as(Timeline).items.map(({ type, content }) => content?.text ?? type);

it('合并、资料冲突、证据、时间线、许可、拆分', async () => {
  const { server } = house;
  const token = await new SignJWT({ name: '王芳', email: 'wang@example.com' }).setSubject('42').setAudience(site).setIssuedAt().setExpirationTime('1h').setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(identitySecret));
  const one = await customer(site, { token });
  await say(one.chat, words.site);
  await settled(one.chat);
  const other = await customer(shop, { name: '芳芳' });
  await say(other.chat, words.shop);
  await settled(other.chat);
  const [wang, fang] = [await contactOf(words.site), await contactOf(words.shop)];

  const desk = await house.sit(await house.hire({ name: '陈晨', locale: 'zh-CN' }), `/contacts/${wang}`);
  const { page, w } = desk;
  const heading = page.getByRole('heading', { level: 2 }).first();
  await expect.poll(() => heading.innerText(), patience).toBe('王芳');
  expect(await page.getByText('官网（网站签名）').count()).toBeGreaterThan(0);
  await page.getByText(w.person.evidence.hmac, { exact: true }).waitFor();

  // She tells her number on the phone: the agent enters it, and whoever wrote it in a message is suggested, with the place.
  await page.getByRole('button', { name: w.person.addAddress }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('+86 138 0013 8000');
  await page.getByRole('dialog').getByRole('button', { name: w.action.save }).click();
  const suggested = page.getByRole('list', { name: w.person.suggestions }).getByRole('listitem').filter({ hasText: '芳芳' }).first();
  await suggested.getByText(phone).waitFor();
  await suggested.getByRole('link', { name: w.person.said.message }).click();
  await bubble(desk, words.shop).waitFor();
  expect(page.url()).toContain('?at=');
  await page.goBack();
  await suggested.getByRole('button', { name: w.person.same, exact: true }).click();

  // The site signed one name, the shop has another: the signed one counts until somebody says otherwise.
  const name = page.getByRole('group', { name: w.field.name, exact: true });
  await name.getByText(w.person.conflict).waitFor();
  expect(await heading.innerText()).toBe('王芳');
  await expect.poll(() => page.getByRole('region', { name: w.nav.contacts }).getByRole('link').count(), patience).toBe(1); // one person, once
  for (const size of [{ width: 1440, height: 1000 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      expect({ size, colorScheme, found: await violations(page) }).toEqual({ size, colorScheme, found: [] });
    }
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
  await name.getByRole('listitem').filter({ hasText: '芳芳' }).getByRole('button', { name: w.person.take }).click();
  await expect.poll(() => heading.innerText(), patience).toBe('芳芳');
  await name.getByText(w.person.conflict).waitFor({ state: 'detached' });
  const row = (text: string) => server.api('GET', `/conversations?view=all&q=${encodeURIComponent(text)}`).then((answer) => answer.as(z.object({ items: z.array(z.looseObject({ contact: z.looseObject({ name: z.string() }) })) })).items.map(({ contact }) => contact.name));
  expect(await row('订单')).toEqual(['芳芳', '芳芳']);

  const timeline = page.getByRole('list', { name: w.person.timeline });
  await timeline.getByText(words.site).waitFor();
  await timeline.getByText(words.shop).waitFor();
  await timeline.getByText(fill(w.person.joined, { who: w.entry.you, a: '王芳', b: '芳芳' })).or(timeline.getByText(fill(w.person.joined, { who: w.entry.you, a: '芳芳', b: '王芳' }))).waitFor();
  // Something happens while the filtered lines are still under way: what the filter hides does not stay because of it.
  await page.route(/timeline\?.*kinds=person/, async (route) => { await page.waitForTimeout(1000); await route.continue(); }, { times: 1 });
  await page.getByRole('button', { name: w.person.filter.person, exact: true }).click();
  expect((await server.api('PUT', `/conversations/${await conversation(server, words.site)}/labels`, { labels: ['vip'] })).status).toBeLessThan(300);
  await timeline.getByText(words.site).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: w.person.all, exact: true }).click();
  await timeline.getByText(words.site).click();
  await bubble(desk, words.site).waitFor();
  await page.goBack();

  await page.getByRole('button', { name: w.person.note }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().click();
  await page.getByRole('option', { name: w.person.purpose.marketing }).click();
  await dialog.getByRole('textbox').fill('电话里说不要再发广告');
  expect(await violations(page, { within: '[role=dialog]' })).toEqual([]);
  await dialog.getByRole('button', { name: w.action.save }).click();
  await page.getByRole('list', { name: w.person.consents }).getByText('电话里说不要再发广告').waitFor();

  await page.getByRole('button', { name: `${w.person.part}: 芳芳` }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('是她的妹妹');
  await page.getByRole('dialog').getByRole('button', { name: w.person.part }).click();
  await expect.poll(() => heading.innerText(), patience).toBe('王芳');
  await timeline.getByText(words.shop).waitFor({ state: 'detached' });
  await timeline.getByText('是她的妹妹').waitFor();
  expect([await said(wang, 'message'), await said(fang, 'message')]).toEqual([[words.site], [words.shop]]);
  expect(await said(fang, 'person')).toEqual(['joined', 'parted']);
  await page.goto(`${server.url}/contacts/${fang}`);
  await expect.poll(() => heading.innerText(), patience).toBe('芳芳');
  expect(await page.getByText(w.person.conflict).count()).toBe(0);
  expect(desk.wrong).toEqual([]);
}, 240_000);

it('a code proves an address: sent from the page, said back by the customer, joined with who writes from it', async () => {
  const { server } = house;
  const sms = await startTwilioSmsSimulator();
  try {
    const { webhookUrl } = (await server.api('POST', '/channels', { kind: 'twilio-sms', name: '短信', bot: false, config: sms.config() })).as(z.looseObject({ webhookUrl: z.string() }));
    sms.connect({ url: webhookUrl });
    await sms.say('+8613900139000', '有人在吗').taken;
    const web = await customer(shop, {});
    await say(web.chat, '我换了手机');
    await settled(web.chat);
    const [writer, contact] = [await contactOf('有人在吗'), await contactOf('我换了手机')];
    const desk = await house.sit(await house.hire({ name: '周敏', locale: 'zh-CN' }), `/contacts/${contact}`, { viewport: { width: 390, height: 844 } });
    const { page, w } = desk;
    await page.getByRole('button', { name: w.person.code.send, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('+86 139 0013 9000');
    expect(await violations(page, { within: '[role=dialog]' })).toEqual([]);
    await dialog.getByRole('button', { name: w.person.code.submit }).click();
    const code = await eventually(() => sms.history().received.flatMap(({ text }) => /\d{6}/.exec(text)?.[0] ?? [])[0]);
    await dialog.getByRole('status').waitFor();
    await dialog.getByRole('textbox').fill(code === '111111' ? '222222' : '111111');
    await dialog.getByRole('button', { name: w.person.code.check }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox').fill(code);
    await dialog.getByRole('button', { name: w.person.code.check }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(w.person.evidence.otp, { exact: true }).first().waitFor();
    expect((await server.api('GET', `/contacts/${contact}`)).as(z.looseObject({ members: z.array(z.object({ id: z.string() }).loose()) })).members.map(({ id }) => id).toSorted()).toEqual([writer, contact].toSorted());
    expect(desk.wrong.filter((each) => !each.includes('400'))).toEqual([]);
  } finally {
    await sms.close();
  }
}, 150_000);

it.each(['light', 'dark'] as const)('the secret of a site is made, shown once, and its code is there to copy: %s', async (colorScheme) => {
  const desk = await house.sit(await house.hire({ name: `管理员 ${colorScheme}`, locale: 'zh-CN', role: 'admin' }), `/settings/channels/${shop}`, { colorScheme });
  const { page, w } = desk;
  if (colorScheme === 'light') await page.getByRole('button', { name: w.channels.identity.make }).click();
  else {
    await page.getByRole('button', { name: w.channels.identity.renew }).click();
    await page.getByRole('dialog').getByRole('button', { name: w.channels.identity.renew }).click();
  }
  await page.getByText(w.channels.identity.onceText).waitFor();
  expect(await page.getByRole('region', { name: w.channels.identity.server }).innerText()).toContain(shop);
  await page.waitForTimeout(400);
  expect(await violations(page)).toEqual([]);
  expect(desk.wrong).toEqual([]);
}, 120_000);
