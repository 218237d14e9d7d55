/** A mail as it is: invitations, forwards, protection, and everybody it was sent to; an answer to all of them, by real Postfix and Dovecot. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startMailServers, type MailServers } from '../mail/servers.ts';
import { eventually } from '../setup/eventually.ts';
import { violations } from './chromium.ts';
import { bubble, composer, reply } from './desk.ts';
import { conversation, openHouse, type Desk, type House } from './house.ts';
import { fill } from './words.ts';

const mailbox = 'support@hub.test';
const fixtures = join(import.meta.dirname, '..', '..', 'connectors', 'email', 'fixtures');

let house: House;
let mail: MailServers;
beforeAll(async () => {
  [house, mail] = await Promise.all([openHouse('mails_e2e'), startMailServers()]);
  await house.server.api('POST', '/channels', { kind: 'email', name: '客服邮箱', bot: false, config: {
    address: mailbox, imapHost: '127.0.0.1', imapPort: mail.ports.imaps, imapUser: mailbox, imapPassword: mail.password, smtpHost: '127.0.0.1', smtpPort: mail.ports.smtps, allowSelfSigned: true,
  } });
}, 120_000);
afterAll(async () => { await Promise.all([house?.stop(), mail?.stop()]); });
afterEach((story) => house.leave(story));

const letter = (head: string[], body: string) => [...head, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', body, ''].join('\r\n');
async function open(desk: Desk, text: string): Promise<void> {
  await desk.page.goto(`${house.server.url}/inbox/${await eventually(() => conversation(house.server, text), 30_000)}`);
  await bubble(desk, text).first().waitFor();
}
const inbox = async (who: string): Promise<string[]> => (await mail.read(who)).map(String);

it('回复全部：抄送已填好，可改可查错；密送谁也看不到', { timeout: 90_000 }, async () => {
  await mail.deliver(letter(['From: Wang <wang@example.test>', `To: ${mailbox}, Li Wei <li@example.test>`, 'Cc: zhao@example.test', 'Subject: 发票', 'Message-ID: <cc@example.test>'], '请把发票发给我们三个人。'), mailbox, 'wang@example.test');
  const desk = await house.sit(await house.hire({ name: '陈晨', locale: 'zh-CN' }));
  const { page, w } = desk;
  await open(desk, '请把发票发给我们三个人');
  const to = page.getByRole('group', { name: w.mail.recipients });
  await to.getByText('wang@example.test').waitFor();
  const cc = to.getByRole('textbox', { name: w.mail.cc });
  await expect.poll(() => cc.inputValue()).toBe('li@example.test, zhao@example.test');
  const send = page.getByRole('button', { name: w.composer.send, exact: true });
  await composer(desk).fill('发票在附件里');
  await cc.fill('li@example.test, zhao');
  await to.getByText(fill(w.mail.wrong, { addresses: 'zhao' })).waitFor();
  expect(await send.isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await cc.fill('li@example.test');
  await to.getByRole('button', { name: w.mail.bcc }).click();
  await to.getByRole('textbox', { name: w.mail.bcc }).fill('boss@example.test');
  await send.click();

  const sent = bubble(desk, '发票在附件里');
  await sent.getByText(fill(w.entry.cc, { names: 'li@example.test' })).waitFor();
  await sent.getByText(fill(w.entry.bcc, { names: 'boss@example.test' })).waitFor();
  for (const who of ['wang@example.test', 'li@example.test', 'boss@example.test']) await eventually(async () => (await inbox(who)).length === 1, 20_000);
  const [theirs = ''] = await inbox('wang@example.test');
  expect(theirs).toMatch(/^Cc: .*li@example\.test/im);
  expect(theirs).not.toContain('boss@example.test');
  expect(await inbox('zhao@example.test')).toEqual([]);
  // The next answer begins with everybody again.
  await expect.poll(() => cc.inputValue()).toBe('li@example.test, zhao@example.test');
  await cc.fill('');
  await reply(desk, '只给您一人');
  await eventually(async () => (await inbox('wang@example.test')).length === 2, 20_000);
  expect(await inbox('li@example.test')).toHaveLength(1);
  expect(desk.wrong).toEqual([]);
});

it('an invitation with its time, who wrote what was forwarded, and what is signed or encrypted', { timeout: 90_000 }, async () => {
  for (const name of ['calendar', 'forward', 'pgp-signed', 'pgp-encrypted']) await mail.deliver(await readFile(join(fixtures, `${name}.eml`)), mailbox);
  const desk = await house.sit(await house.hire({ name: 'Nora', locale: 'en' }), '/inbox', { timezoneId: 'Asia/Shanghai' });
  const { page, w } = desk;
  await open(desk, 'You are invited to a call');
  const card = page.getByRole('region', { name: w.mail.invitation.REQUEST });
  await card.getByText('Call about the contract').waitFor();
  expect(await card.innerText()).toMatch(/Nov 23, 2026.*16:00/);
  await open(desk, 'Can you help with this?');
  await page.getByText(w.mail.forwarded.split('{')[0] ?? '').waitFor();
  await open(desk, 'Is this signed?');
  await page.getByText(w.mail.protection['pgp-signed']).waitFor();
  const locked = await eventually(() => conversation(house.server, 'pgp-encrypted'), 30_000);
  await page.goto(`${house.server.url}/inbox/${locked}`);
  await page.getByText(w.mail.protection['pgp-encrypted']).waitFor();
  expect(desk.wrong).toEqual([]);
});
