/** OAuth 2: access tokens from a refresh token, one request at a time over all nodes, renewed before they end. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Inbox } from '../connector.ts';
import type { EmailConfig } from './manifest.ts';
import { askForToken, providerOf } from './oauth-provider.ts';

/** Where what the provider gave last is kept, for every node. */
export type TokenMemory = Pick<Inbox, 'recall' | 'remember' | 'alone'>;

/** Hands out access tokens. */
export type Tokens = {
  get(): Promise<string>;
  /** A server refused the token that was handed out last: the next one is fetched anew. */
  refused(): void;
  attach(memory: TokenMemory): void;
};

/** `of`: the refresh token a person connected with; another one makes what is kept worthless. */
const Kept = z.object({ of: z.string(), sealed: z.string() });
const Held = z.object({ refresh: z.string(), access: z.string(), until: z.number() });
type Held = z.infer<typeof Held>;

/** A token is renewed this long before its end: a sign-in under way must not outlive it. */
const marginMs = 60_000;

/** Tokens of one mailbox. */
export function tokensOf(config: EmailConfig, now: () => number = Date.now): Tokens {
  let memory: TokenMemory | null = null;
  let held: Held | null = null;
  let stale = '';
  let pending: Promise<string> | null = null;
  const origin = createHash('sha256').update(config.refreshToken).digest('hex');
  const good = (one: Held): boolean => one.until > now() && one.access !== stale;

  async function recall(): Promise<Held | null> {
    const kept = Kept.safeParse(await memory?.recall('oauth')).data;
    const text = kept?.of === origin ? open(kept.sealed, config.tokenSecret) : null;
    return text === null ? null : Held.safeParse(JSON.parse(text)).data ?? null;
  }

  async function renew(): Promise<string> {
    const kept = await recall();
    // Another node was first. A refresh token that is used twice counts as stolen with many providers.
    if (kept && good(kept)) held = kept;
    else {
      // What could not be kept is known here only.
      const refresh = (held && held.until > (kept?.until ?? 0) ? held : kept)?.refresh ?? config.refreshToken;
      const { scope } = providerOf(config);
      const granted = await askForToken(config, { grant_type: 'refresh_token', refresh_token: refresh, ...(scope && { scope }) });
      held = { refresh: granted.refresh_token ?? refresh, access: granted.access_token, until: now() + granted.expires_in * 1_000 - marginMs };
      await memory?.remember('oauth', { of: origin, sealed: seal(JSON.stringify(held), config.tokenSecret) });
    }
    return held.access;
  }

  return {
    get() {
      if (held && good(held)) return Promise.resolve(held.access);
      pending ??= (memory?.alone ? memory.alone('oauth', renew) : renew()).finally(() => { pending = null; });
      return pending;
    },
    refused() { stale = held?.access ?? stale; },
    attach(given) { memory = given; },
  };
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
