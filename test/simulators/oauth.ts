/** A sign-in server (RFC 6749 refresh, RFC 7662 introspection) on the loopback: issues, rotates, revokes, and misbehaves on order. */
import { createServer, type IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** A running one. */
export type OAuthSimulator = {
  url: string;
  tokenUrl: string;
  /** Where a mail server asks whom a token belongs to. */
  introspectionUrl: string;
  clientId: string;
  clientSecret: string;
  /** A person grants us access; the answer is the refresh token. */
  grant(user: string): string;
  /** The person, or the provider, takes it back: refresh tokens and access tokens of this user end. */
  revoke(user: string): void;
  /** Access tokens of this user end early; the refresh token lives. */
  expire(user: string): void;
  /** From now on: a new refresh token with every access token, the old one ends; seconds an access token lives; the next answers. */
  order(next: { rotate?: boolean; expiresIn?: number; delayMs?: number; answers?: (number | 'cut' | 'nonsense')[] }): void;
  /** Every call of the token endpoint: the grant asked with, and the status answered. */
  calls: { refreshToken: string; status: number }[];
  close(): Promise<void>;
};

/** Starts it on a free port. */
export async function startOAuthSimulator(): Promise<OAuthSimulator> {
  const [clientId, clientSecret] = ['hubbub-client', 'the-secret-of-the-client'];
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Map<string, { user: string; until: number }>();
  const calls: OAuthSimulator['calls'] = [];
  let manner: { rotate: boolean; expiresIn: number; delayMs: number; answers: (number | 'cut' | 'nonsense')[] } = { rotate: false, expiresIn: 3_600, delayMs: 0, answers: [] };
  const fresh = (kind: string): string => `${kind}-${randomBytes(16).toString('hex')}`;

  function token(form: URLSearchParams): { status: number; body: object } {
    const refreshToken = form.get('refresh_token') ?? '';
    if (form.get('grant_type') !== 'refresh_token') return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) return { status: 401, body: { error: 'invalid_client' } };
    const user = refreshTokens.get(refreshToken);
    if (user === undefined) return { status: 400, body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } };
    const access = fresh('access');
    accessTokens.set(access, { user, until: Date.now() + manner.expiresIn * 1_000 });
    if (!manner.rotate) return { status: 200, body: { access_token: access, token_type: 'Bearer', expires_in: manner.expiresIn } };
    const next = fresh('refresh');
    refreshTokens.delete(refreshToken);
    refreshTokens.set(next, user);
    return { status: 200, body: { access_token: access, token_type: 'Bearer', expires_in: String(manner.expiresIn), refresh_token: next } };
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
    const path = request.url?.split('?')[0];
    if (path === '/introspect') {
      const held = accessTokens.get(/^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
      const active = held !== undefined && held.until > Date.now();
      // Dovecot looks for these attributes by name.
      answer(active ? 200 : 401, active ? { active: 'true', username: held.user, email: held.user } : { active: 'false' });
    } else if (path === '/token' && request.method === 'POST') {
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
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const url = `http://127.0.0.1:${port}`;
  return {
    url, tokenUrl: `${url}/token`, introspectionUrl: `${url}/introspect`, clientId, clientSecret, calls,
    grant(user) {
      const made = fresh('refresh');
      refreshTokens.set(made, user);
      return made;
    },
    revoke(user) {
      for (const [key, of] of refreshTokens) if (of === user) refreshTokens.delete(key);
      for (const [key, held] of accessTokens) if (held.user === user) accessTokens.delete(key);
    },
    expire(user) { for (const [key, held] of accessTokens) if (held.user === user) accessTokens.delete(key); },
    order(next) { manner = { rotate: false, expiresIn: 3_600, delayMs: 0, answers: [], ...next }; },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
