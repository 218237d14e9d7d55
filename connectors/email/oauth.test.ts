/** Tokens against a sign-in server that rotates, revokes and fails. */
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOAuthSimulator, type OAuthSimulator } from '../../test/simulators/oauth.ts';
import { recordingInbox } from '../testing/recording-inbox.ts';
import { accountOf } from './account.ts';
import { EmailConfig } from './manifest.ts';
import { tokensOf } from './oauth.ts';

let platform: OAuthSimulator;
beforeEach(async () => { platform = await startOAuthSimulator(); });
afterEach(async () => platform.close());

const user = 'support@hub.test';
const configOf = (change: object = {}): EmailConfig => EmailConfig.parse({
  address: user, imapHost: 'h', imapUser: user, smtpHost: 'h', auth: 'oauth2', oauthUrl: platform.tokenUrl, clientId: platform.clientId, clientSecret: platform.clientSecret, refreshToken: platform.grant(user), tokenSecret: 'a-signing-secret-of-a-test', ...change,
});

describe('access tokens', () => {
  it('are asked for once, however many want one, and again before they end', async () => {
    let now = Date.now();
    platform.order({ delayMs: 30, expiresIn: 600 });
    const tokens = tokensOf(configOf(), () => now);
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
    expect(new Set(all).size).toBe(1);
    expect(platform.calls).toHaveLength(1);
    now += 530_000;
    expect(await tokens.get()).toBe(all[0]);
    now += 20_000;
    expect(await tokens.get()).not.toBe(all[0]);
    tokens.refused();
    await tokens.get();
    expect(platform.calls).toHaveLength(3);
  });

  it('go on over rotation and restarts, and the rotated permission is not kept in the clear', async () => {
    platform.order({ rotate: true });
    const config = configOf();
    const inbox = recordingInbox();
    const tokens = tokensOf(config);
    tokens.attach(inbox);
    await tokens.get();
    tokens.refused();
    const last = await tokens.get();
    const restarted = tokensOf(config);
    restarted.attach(recordingInbox(inbox.memory));
    // What is still good is used; then the permission that was given last.
    expect(await restarted.get()).toBe(last);
    restarted.refused();
    await restarted.get();
    expect(platform.calls.map((call) => call.status)).toEqual([200, 200, 200]);
    expect(new Set(platform.calls.map((call) => call.refreshToken)).size).toBe(3);
    expect(JSON.stringify([...inbox.memory])).not.toContain(last);
    for (const { refreshToken } of platform.calls) expect(JSON.stringify([...inbox.memory])).not.toContain(refreshToken);
  });

  it('are renewed by one of several nodes: nobody uses a permission twice, which would end it', async () => {
    platform.order({ rotate: true, delayMs: 20 });
    const config = configOf();
    const { memory } = recordingInbox();
    let turn: Promise<unknown> = Promise.resolve();
    const alone = <T>(_name: string, run: () => Promise<T>): Promise<T> => {
      const mine = turn.then(run, run);
      turn = mine;
      return mine;
    };
    const nodes = Array.from({ length: 4 }, () => {
      const tokens = tokensOf(config);
      tokens.attach({ ...recordingInbox(memory), alone });
      return tokens;
    });
    for (let round = 0; round < 3; round += 1) {
      const all = await Promise.all(nodes.map((tokens) => tokens.get()));
      expect(new Set(all).size).toBe(1);
      for (const tokens of nodes) tokens.refused();
    }
    expect(platform.calls.map((call) => call.status)).toEqual([200, 200, 200]);
  });

  it('go on with a replaced permission that could not be kept', async () => {
    platform.order({ rotate: true });
    const tokens = tokensOf(configOf());
    let away = true;
    const inbox = recordingInbox();
    tokens.attach({ ...inbox, remember: async (name, value) => { if (away) throw new Error('the store is away'); await inbox.remember(name, value); } });
    await expect(tokens.get()).rejects.toThrow('away');
    away = false;
    tokens.refused();
    await tokens.get();
    expect(platform.calls.map((call) => call.status)).toEqual([200, 200]);
  });

  it('come from the new permission after a person connected the mailbox anew', async () => {
    platform.order({ rotate: true });
    const inbox = recordingInbox();
    const old = tokensOf(configOf());
    old.attach(inbox);
    await old.get();
    const config = configOf();
    const anew = tokensOf(config);
    anew.attach(inbox);
    await anew.get();
    expect(platform.calls.at(-1)?.refreshToken).toBe(config.refreshToken);
  });
});

describe('a sign-in server that says no', () => {
  it('means reconnect when the permission was taken back', async () => {
    const config = configOf();
    platform.revoke(user);
    const error = await tokensOf(config).get().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ kind: 'signed-out', message: expect.stringMatching(/^reconnect the mailbox.*invalid_grant: Token has been expired or revoked/) });
    expect(JSON.stringify(error)).not.toContain(config.refreshToken);
  });
  it('means reconnect when the client is not known', async () => {
    await expect(tokensOf(configOf({ clientSecret: 'wrong' })).get()).rejects.toMatchObject({ kind: 'signed-out', message: expect.stringContaining('invalid_client') });
  });
  it.each([[500], [503], [429], ['cut' as const], ['nonsense' as const]])('means later for %s, and works then', async (answer) => {
    platform.order({ answers: [answer] });
    const tokens = tokensOf(configOf());
    await expect(tokens.get()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(tokens.get()).resolves.toMatch(/^access-/);
  });
});

it('an address that answers without an end is no sign-in server, and is not listened to', async () => {
  let sent = 0;
  const endless = createServer((_request, response) => {
    const more = (): void => { if (!response.destroyed && sent < 64 * 1024 * 1024) { sent += 65_536; response.write(' '.repeat(65_536), more); } else response.end('null'); };
    more();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const address = endless.address();
  try {
    await expect(tokensOf(configOf({ oauthUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/token` })).get()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  } finally {
    endless.closeAllConnections();
    await new Promise((resolve) => endless.close(resolve));
  }
});

it('an account says what is missing', () => {
  expect(() => accountOf(configOf({ clientId: '' }))).toThrow('reconnect the mailbox: OAuth needs clientId');
  expect(() => accountOf(configOf({ auth: 'password' }))).toThrow('password of the mailbox is missing');
});
