/** A sign-in server on the loopback (RFC 6749 code and refresh, 7636 PKCE, 7662 introspection, 9207 issuer): agrees, issues, rotates, revokes, and misbehaves on order. */
import { createServer, type IncomingMessage } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** A running one. */
export type OAuthSimulator = {
  url: string;
  /** The page where a person agrees; this person does so at once, as `login_hint`, unless ordered otherwise. */
  pageUrl: string;
  tokenUrl: string;
  /** Where a mail server asks whom a token belongs to. */
  introspectionUrl: string;
  clientId: string;
  clientSecret: string;
  /** Redirect addresses that are registered for the client; any other is refused without a redirect. */
  redirects: Set<string>;
  /** A person grants us access; the answer is the refresh token. */
  grant(user: string): string;
  /** The person, or the provider, takes it back: refresh tokens and access tokens of this user end. */
  revoke(user: string): void;
  /** Access tokens of this user end early; the refresh token lives. */
  expire(user: string): void;
  /** From now on: a new refresh token with every access token, the old one ends (used again, it counts as stolen and all end); seconds an access token lives; the next answers; what the person says; how long a code lives; no lasting permission. */
  order(next: { rotate?: boolean; expiresIn?: number; delayMs?: number; answers?: (number | 'cut' | 'nonsense')[]; consent?: 'agrees' | 'denies'; codeMs?: number; online?: boolean; issuer?: string }): void;
  /** Every call of the token endpoint: the grant asked with, and the status answered. */
  calls: { refreshToken: string; status: number }[];
  /** What the page was asked with, each time. */
  pages: Record<string, string>[];
  close(): Promise<void>;
};

const usual: Required<Parameters<OAuthSimulator['order']>[0]> = { rotate: false, expiresIn: 3_600, delayMs: 0, answers: [], consent: 'agrees', codeMs: 60_000, online: false, issuer: '' };

type Said = { status: number; body: object };
type Code = { user: string; redirect: string; challenge: string; until: number; used: boolean };

/** Starts it on a free port. */
export async function startOAuthSimulator(): Promise<OAuthSimulator> {
  const [clientId, clientSecret] = ['hubbub-client', 'the-secret-of-the-client'];
  const refreshTokens = new Map<string, string>();
  const spent = new Map<string, string>();
  const accessTokens = new Map<string, { user: string; until: number }>();
  const codes = new Map<string, Code>();
  const redirects = new Set<string>();
  const calls: OAuthSimulator['calls'] = [];
  const pages: OAuthSimulator['pages'] = [];
  let manner = { ...usual };
  let url = '';
  const fresh = (kind: string): string => `${kind}-${randomBytes(16).toString('hex')}`;
  const no = (error: string, error_description = 'Token has been expired or revoked.'): Said => ({ status: 400, body: { error, error_description } });

  function revoke(user: string): void {
    for (const [key, of] of refreshTokens) if (of === user) refreshTokens.delete(key);
    for (const [key, held] of accessTokens) if (held.user === user) accessTokens.delete(key);
  }
  function issue(user: string, refresh: string | null): Said {
    const access = fresh('access');
    accessTokens.set(access, { user, until: Date.now() + manner.expiresIn * 1_000 });
    return { status: 200, body: { access_token: access, token_type: 'Bearer', expires_in: manner.rotate ? String(manner.expiresIn) : manner.expiresIn, ...(refresh !== null && { refresh_token: refresh }) } };
  }
  function lasting(user: string): string {
    const made = fresh('refresh');
    refreshTokens.set(made, user);
    return made;
  }

  function token(form: URLSearchParams): Said {
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) return { status: 401, body: { error: 'invalid_client' } };
    if (form.get('grant_type') === 'authorization_code') return redeem(form);
    if (form.get('grant_type') !== 'refresh_token') return no('unsupported_grant_type');
    const refreshToken = form.get('refresh_token') ?? '';
    const thief = spent.get(refreshToken);
    if (thief !== undefined) revoke(thief);
    const user = refreshTokens.get(refreshToken);
    if (user === undefined) return no('invalid_grant');
    if (!manner.rotate) return issue(user, null);
    refreshTokens.delete(refreshToken);
    spent.set(refreshToken, user);
    return issue(user, lasting(user));
  }

  function redeem(form: URLSearchParams): Said {
    const code = codes.get(form.get('code') ?? '');
    // A code that comes twice was stolen: what it gave ends too.
    if (code?.used) revoke(code.user);
    if (!code || code.used || code.until < Date.now()) return no('invalid_grant', 'Code was already redeemed, or is too old.');
    if (code.redirect !== form.get('redirect_uri')) return no('invalid_grant', 'Another redirect_uri.');
    if (createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== code.challenge) return no('invalid_grant', 'PKCE verification failed.');
    code.used = true;
    return issue(code.user, manner.online ? null : lasting(code.user));
  }

  /** The address the browser is sent to; null: an error page, because sending it on would be dangerous. */
  function page(query: URLSearchParams): string | null {
    pages.push(Object.fromEntries(query));
    const redirect = query.get('redirect_uri') ?? '';
    if (!redirects.has(redirect) || query.get('client_id') !== clientId) return null;
    const target = new URL(redirect);
    target.searchParams.set('state', query.get('state') ?? '');
    target.searchParams.set('iss', manner.issuer || url);
    const challenge = query.get('code_challenge') ?? '';
    if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || challenge === '') target.searchParams.set('error', 'invalid_request');
    else if (manner.consent === 'denies') target.searchParams.set('error', 'access_denied');
    else {
      const code = fresh('code');
      codes.set(code, { user: query.get('login_hint') ?? 'nobody', redirect, challenge, until: Date.now() + manner.codeMs, used: false });
      target.searchParams.set('code', code);
    }
    return target.href;
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    if (pathname === '/introspect') {
      const held = accessTokens.get(/^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
      const active = held !== undefined && held.until > Date.now();
      // Dovecot looks for these attributes by name.
      answer(active ? 200 : 401, active ? { active: 'true', username: held.user, email: held.user } : { active: 'false' });
    } else if (pathname === '/authorize') {
      const target = page(searchParams);
      if (target === null) answer(400, 'This address or application is not registered.');
      else response.writeHead(302, { location: target }).end();
    } else if (pathname === '/token' && request.method === 'POST') {
      void bodyOf(request).then(async (body) => {
        if (manner.delayMs > 0) await pause(manner.delayMs);
        const form = new URLSearchParams(body);
        const fate = manner.answers.shift();
        if (fate === 'cut') return void request.socket.destroy();
        const { status, body: said } = typeof fate === 'number' ? { status: fate, body: { error: 'temporarily_unavailable' } } : token(form);
        calls.push({ refreshToken: form.get('refresh_token') ?? '', status });
        answer(status, fate === 'nonsense' ? '<html>not json' : said);
      });
    } else answer(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
  return {
    url, pageUrl: `${url}/authorize`, tokenUrl: `${url}/token`, introspectionUrl: `${url}/introspect`, clientId, clientSecret, redirects, calls, pages, revoke,
    grant: lasting,
    expire(user) { for (const [key, held] of accessTokens) if (held.user === user) accessTokens.delete(key); },
    order(next) { manner = { ...usual, answers: [], ...next }; },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
