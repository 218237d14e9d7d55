/** The channel's test against real servers and settings that are wrong: the step that fails is named, in two languages, with what to do. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import { steps, type Check } from './checks.ts';
import { emailConnector } from './connector.ts';
import { EmailConfig } from './manifest.ts';
import { usualPace } from './session.ts';

let servers: MailServers;
let silent: Server;
const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

beforeAll(async () => {
  servers = await startMailServers();
  silent = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await servers?.stop();
  silent?.close();
});

const failing = async (change: object): Promise<Check[]> => (await tested(change)).filter((one) => !one.ok);
async function tested(change: object): Promise<Check[]> {
  const address = 'settings@hub.test';
  const connector = emailConnector(EmailConfig.parse({
    address, imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password, smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps,
    plusAddressing: 'off', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-test', ...change,
  }), { ...usualPace, probe: 4_000 });
  return await connector.test?.() ?? [];
}

/** What is wrong, the settings, and for each failing step what is said in English and in Chinese. */
const cases: [string, () => object, [Check['name'], RegExp, RegExp][]][] = [
  ['wrong password', () => ({ imapPassword: 'quite-the-wrong-one' }), [[steps.imap, /user name or password.*app password/, /授权码/], [steps.smtp, /user name or password/, /授权码/]]],
  ['wrong password of SMTP only', () => ({ smtpPassword: 'quite-the-wrong-one' }), [[steps.smtp, /^127\.0\.0\.1:\d+: .*user name or password/, /授权码/]]],
  ['closed ports', () => ({ imapPort: 9, smtpPort: 9 }), [[steps.imap, /^127\.0\.0\.1:9: .*refuses connections on this port/, /端口/], [steps.smtp, /^127\.0\.0\.1:9: .*refuses connections on this port/, /端口/]]],
  ['unknown servers', () => ({ imapHost: 'imap.invalid', smtpHost: 'smtp.invalid' }), [[steps.imap, /^imap\.invalid:\d+: .*name of the server is not known/, /服务器名称/], [steps.smtp, /name of the server is not known/, /服务器名称/]]],
  ['TLS where the server speaks in the clear', () => ({ imapPort: servers.ports.imap, smtpPort: servers.ports.submission }), [[steps.imap, /993 and 465 go with TLS/, /993 和 465/], [steps.smtp, /993 and 465 go with TLS/, /993 和 465/]]],
  ['STARTTLS where the server speaks TLS', () => ({ imapTls: 'starttls', smtpTls: 'starttls' }), [[steps.imap, /143 and 587 with STARTTLS/, /STARTTLS/], [steps.smtp, /143 and 587 with STARTTLS/, /STARTTLS/]]],
  ['ports of each other', () => ({ imapPort: servers.ports.smtps, smtpPort: servers.ports.imaps }), [[steps.imap, /another service answers there/, /别的服务/], [steps.smtp, /another service answers there/, /别的服务/]]],
  ['servers that hang after the connection', () => ({ imapPort: portOf(silent), imapTls: 'none', smtpPort: portOf(silent), smtpTls: 'none' }), [[steps.imap, /another service answers there/, /端口/], [steps.smtp, /another service answers there/, /端口/]]],
  ['a self-signed certificate', () => ({ allowSelfSigned: false }), [[steps.imap, /self-signed certificate; allow it/, /自签名/], [steps.smtp, /self-signed certificate; allow it/, /自签名/]]],
  ['IMAP not switched on', () => ({ address: 'noimap@hub.test', imapUser: 'noimap@hub.test', smtpUser: 'settings@hub.test' }), [[steps.imap, /IMAP is switched off for this mailbox; switch it on/, /没有开启 IMAP/]]],
  ['a folder that is not there', () => ({ mailbox: 'Inbx' }), [[steps.folder, /"Inbx" cannot be opened; there are: .*INBOX/, /“Inbx”无法打开；现有：.*INBOX/]]],
  ['a server that does not forward for us', () => ({ address: 'me@elsewhere.test', smtpPort: servers.ports.clear, smtpTls: 'none' }), [[steps.out, /does not forward mail for this account.*Relay access denied/, /不为此账号转发/]]],
];

it('each is found at its step', { timeout: 120_000 }, async () => {
  const found = await Promise.all(cases.map(async ([what, change, expected]) => ({ what, expected, failed: await failing(change()) })));
  for (const { what, expected, failed } of found) {
    expect({ what, steps: failed.map((one) => one.name) }).toEqual({ what, steps: expected.map(([step]) => step) });
    for (const [index, [, en, zh]] of expected.entries()) expect(failed[index]?.detail, what).toEqual({ en: expect.stringMatching(en), 'zh-CN': expect.stringMatching(zh) });
    expect(JSON.stringify(failed)).not.toContain('quite-the-wrong-one');
  }
});

it('a mail that goes out and does not come back', { timeout: 120_000 }, async () => {
  expect(await failing({ address: 'another@hub.test' })).toEqual([{ name: steps.back, ok: false, detail: { en: expect.stringMatching(/a mail to another@hub\.test did not show up in "INBOX" within 4 s: is it the address of this mailbox/), 'zh-CN': expect.stringContaining('垃圾箱') } }]);
});

it('a port where nobody signs in works for ourselves, and says that it will not do for customers', async () => {
  const all = await tested({ smtpPort: servers.ports.smtp, smtpTls: 'none' });
  expect(all.filter((one) => !one.ok)).toEqual([]);
  expect(all).toContainEqual({ name: steps.smtp, ok: true, detail: { en: expect.stringMatching(/asks nobody to sign in.*465/), 'zh-CN': expect.stringContaining('不要求登录') } });
  expect((await tested({})).find((one) => one.name === steps.smtp)).toEqual({ name: steps.smtp, ok: true });
});
