/** XOAUTH2 against a real Dovecot and Postfix, which ask the sign-in server whose token it is. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer } from '../../test/setup/server.ts';
import { startOAuthSimulator, type OAuthSimulator } from '../../test/simulators/oauth.ts';
import { eventually, recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { steps } from './checks.ts';
import { emailConnector } from './connector.ts';
import { EmailConfig } from './manifest.ts';
import { usualPace } from './session.ts';

let platform: OAuthSimulator;
let servers: MailServers;
let inbox: RecordingInbox;
const running: { stop(): Promise<void> }[] = [];
const quick = { ...usualPace, firstWait: 50, longestWait: 300, refusedWait: 200, poll: 1_000 };
const user = 'oauth@hub.test';

beforeAll(async () => {
  platform = await startOAuthSimulator();
  servers = await startMailServers({ introspectionUrl: platform.introspectionUrl });
});
afterAll(async () => {
  await servers?.stop();
  await platform?.close();
});
beforeEach(() => { inbox = recordingInbox(); });
afterEach(async () => { for (const one of running.splice(0)) await one.stop(); });

const configOf = (change: object = {}): EmailConfig => EmailConfig.parse({
  address: user, imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapUser: user, smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps, allowSelfSigned: true, plusAddressing: 'off', tokenSecret: 'a-signing-secret-of-a-test',
  auth: 'oauth2', oauthUrl: platform.tokenUrl, clientId: platform.clientId, clientSecret: platform.clientSecret, refreshToken: platform.grant(user), ...change,
});
async function start(config = configOf()) {
  const connector = emailConnector(config, quick);
  running.push(connector);
  await connector.start(inbox);
  return connector;
}
const mail = (id: string): string => `From: Anna <anna@example.test>\r\nTo: ${user}\r\nSubject: Question ${id}\r\nMessage-ID: <${id}@example.test>\r\n\r\nwords of ${id}\r\n`;

it('reads and sends with tokens, and one is enough for both', async () => {
  const calls = platform.calls.length;
  const connector = await start();
  await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  await servers.deliver(mail('in'), user);
  await inbox.until((one) => one.stored.size === 1);
  await connector.send(outbound({ to: 'oauth-customer@example.test', content: { text: 'by token' } }));
  await eventually(async () => (await servers.read('oauth-customer@example.test')).length === 1);
  expect(platform.calls.length).toBe(calls + 1);
  expect(await connector.test?.()).toContainEqual({ name: steps.smtp, ok: true });
});

it('a token that ended early is replaced without a word', async () => {
  const connector = await start();
  await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  platform.expire(user);
  await connector.send(outbound({ to: 'oauth-early@example.test' }));
  await eventually(async () => (await servers.read('oauth-early@example.test')).length === 1);
  platform.expire(user);
  const ready = (): number => inbox.healths.filter((health) => health.state === 'ready').length;
  const before = ready();
  await servers.stopDovecot();
  await servers.startDovecot();
  await eventually(() => ready() > before, 15_000);
  expect(inbox.healths.filter((health) => JSON.stringify(health).includes('reconnect'))).toEqual([]);
});

it('a permission that was taken back makes the channel down, with the word reconnect, until somebody connects it anew', async () => {
  const config = configOf();
  const connector = await start(config);
  await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  platform.revoke(user);
  await servers.stopDovecot();
  await servers.startDovecot();
  await inbox.until((one) => JSON.stringify(one.healths.at(-1)).includes('reconnect the mailbox'), 20_000);
  expect(inbox.healths.at(-1)?.state).toBe('down');
  await expect(connector.send(outbound())).rejects.toMatchObject({ kind: 'signed-out', message: expect.stringContaining('reconnect') });
  expect(inbox.words()).not.toContain(config.refreshToken);
  await connector.stop();
  await servers.deliver(mail('meanwhile'), user);
  const again = await start();
  await inbox.until((one) => one.stored.has('<meanwhile@example.test>'), 15_000);
  expect(inbox.healths.at(-1)?.state).toBe('ready');
  await again.stop();
});

it('the whole way at a hub: a person agrees at the page, mail comes and goes, the permission is taken back, the hub asks to reconnect, a person agrees again', async () => {
  const hub = await startServer({ MONGODB_URI: testMongod('oauth_mail').uri });
  const Channel = z.looseObject({ id: z.string(), health: z.looseObject({ state: z.string(), message: z.unknown().optional() }) });
  try {
    platform.redirects.add(`${hub.url}/oauth/callback`);
    const { id } = (await hub.api('POST', '/channels', { kind: 'email', name: 'Support', config: {
      address: user, imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapUser: user, smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps, allowSelfSigned: true, plusAddressing: 'off',
      auth: 'oauth2', oauthPageUrl: platform.pageUrl, oauthUrl: platform.tokenUrl, clientId: platform.clientId, clientSecret: platform.clientSecret,
    } })).as(Channel);
    const health = async () => (await hub.api('GET', `/channels/${id}`)).as(Channel).health;
    const connect = async (): Promise<void> => {
      const { url } = (await hub.api('POST', `/channels/${id}/authorization`)).as(z.object({ url: z.string() }));
      const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
      expect((await fetch(back, { redirect: 'manual', headers: { cookie: hub.cookie } })).headers.get('location')).toBe(`/settings/channels/${id}?authorization=connected`);
      await eventually(async () => (await health()).state === 'ready', 20_000);
    };
    expect(await health()).toMatchObject({ state: 'down', message: { en: expect.stringContaining('reconnect'), 'zh-CN': expect.stringContaining('重新连接') } });
    platform.order({ rotate: true });
    await connect();
    await servers.deliver(mail('at-the-hub'), user);
    await eventually(async () => JSON.stringify((await hub.api('GET', '/conversations')).body).includes('words of at-the-hub'), 15_000);
    expect(await hub.api('POST', `/channels/${id}/test`)).toMatchObject({ status: 200 });
    platform.revoke(user);
    await servers.stopDovecot();
    await servers.startDovecot();
    await eventually(async () => JSON.stringify((await health()).message ?? '').includes('reconnect the mailbox'), 20_000);
    await servers.deliver(mail('unheard'), user);
    await connect();
    await eventually(async () => JSON.stringify((await hub.api('GET', '/conversations')).body).includes('words of unheard'), 15_000);
  } finally {
    await hub.stop();
  }
});
