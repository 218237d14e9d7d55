/** OAuth 2: access tokens from a refresh token, one request at a time, renewed before they end. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError, type Inbox } from '../connector.ts';
import type { EmailConfig } from './manifest.ts';

/** Where a refresh token that the provider replaced is kept. */
export type TokenMemory = Pick<Inbox, 'recall' | 'remember'>;

/** Hands out access tokens. */
export type Tokens = {
  get(): Promise<string>;
  /** A server refused the token that was handed out last: the next one is fetched anew. */
  refused(): void;
  attach(memory: TokenMemory): void;
};

const Granted = z.object({ access_token: z.string().min(1).max(20_000), expires_in: z.coerce.number().positive().catch(3_600), refresh_token: z.string().min(1).max(20_000).optional().catch(undefined) });
const Refused = z.object({ error: z.string().catch(''), error_description: z.string().catch('') }).catch({ error: '', error_description: '' });
const Kept = z.object({ of: z.string(), sealed: z.string() });

/** A token is renewed this long before its end: a sign-in under way must not outlive it. */
const marginMs = 60_000;
const patienceMs = 20_000;

/** Tokens of one mailbox. */
export function tokensOf(config: EmailConfig, now: () => number = Date.now): Tokens {
  let memory: TokenMemory | null = null;
  let held: { token: string; until: number } | null = null;
  let pending: Promise<string> | null = null;
  const origin = createHash('sha256').update(config.refreshToken).digest('hex');

  /** What the provider gave last, unless a person has connected the mailbox anew since. */
  async function refreshToken(): Promise<string> {
    const kept = Kept.safeParse(await memory?.recall('oauth')).data;
    return (kept?.of === origin ? open(kept.sealed, config.tokenSecret) : null) ?? config.refreshToken;
  }

  async function refresh(): Promise<string> {
    const old = await refreshToken();
    const granted = await ask(config, old);
    if (granted.refresh_token !== undefined && granted.refresh_token !== old) await memory?.remember('oauth', { of: origin, sealed: seal(granted.refresh_token, config.tokenSecret) });
    held = { token: granted.access_token, until: now() + granted.expires_in * 1_000 - marginMs };
    return granted.access_token;
  }

  return {
    get() {
      if (held && held.until > now()) return Promise.resolve(held.token);
      pending ??= refresh().finally(() => { pending = null; });
      return pending;
    },
    refused() { held = null; },
    attach(given) { memory = given; },
  };
}

async function ask({ oauthUrl, clientId, clientSecret, oauthScope }: EmailConfig, refreshToken: string): Promise<z.infer<typeof Granted>> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, ...(clientSecret && { client_secret: clientSecret }), ...(oauthScope && { scope: oauthScope }) });
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(oauthUrl, { method: 'POST', body: form, headers: { accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
    answer = JSON.parse((await response.text()).slice(0, 100_000) || 'null');
  } catch (cause) {
    throw new ConnectorError('unreachable', 'the sign-in server (OAuth) cannot be reached, or does not answer in its language', { cause });
  }
  if (response.status === 429 || response.status >= 500) throw new ConnectorError('unreachable', `the sign-in server (OAuth) is not able to answer now: ${response.status}`);
  const { error, error_description: words } = Refused.parse(answer);
  if (!response.ok || error !== '') throw new ConnectorError('signed-out', `reconnect the mailbox: the sign-in server no longer accepts the permission it gave (${[error, words.replace(/\s+/g, ' ').slice(0, 200)].filter((part) => part !== '').join(': ') || response.status})`);
  const granted = Granted.safeParse(answer);
  if (!granted.success) throw new ConnectorError('unreachable', 'the sign-in server (OAuth) answered without an access token');
  return granted.data;
}

const keyOf = (secret: string): Buffer => createHash('sha256').update(`oauth ${secret}`).digest();

function seal(text: string, secret: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Null when it was sealed with another secret. */
function open(sealed: string, secret: string): string | null {
  try {
    const bytes = Buffer.from(sealed, 'base64');
    const cipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12));
    cipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
