/** Who a browser is: signed visitor tokens, verified users of the site, proofs of uploaded files. */
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Attachment } from '../../server/conversations/schema.ts';
import { Config } from './manifest.ts';
import { proveUser, SaidUser, type ProofProblem, type SiteUser } from './proof.ts';
import { same } from './same.ts';

/**
 * A visitor who may read and write `thread`. `keep`: the browser may store the token; a verified user's lives in memory only. `user`: who
 * the site proved them to be; `problem`: why it did not. `device`: the anonymous visitor this browser was before.
 */
export type Visitor = { visitorId: string; thread: string; token: string; keep: boolean; user?: SiteUser; problem?: ProofProblem; device?: string };
/** Why there is none, in the hub's words for a problem. */
export type Refusal = { error: { code: 'not-signed-in' | 'invalid' | 'proof-required'; detail: string } };

/** A verified user's token ends by itself: after a sign-out of the site nobody may go on with it. */
const userSeconds = 12 * 3600;
const VisitorId = /^(?:v[A-Za-z0-9_-]{22}|u[A-Za-z0-9_-]{1,800})$/;

const Auth = z.object({
  channelId: z.string().max(100).catch(''),
  token: z.string().max(1_000).optional().catch(undefined),
  user: SaidUser.optional().catch(undefined),
});

/**
 * Opens a socket's visitor: a verified user, the bearer of a valid token, or a new anonymous visitor.
 * A user id without a right proof counts for nothing, so nobody reaches an account's history by naming it.
 */
export async function openVisitor(config: unknown, auth: unknown, now = Date.now()): Promise<Visitor | Refusal> {
  const { tokenSecret, identitySecret, requireProof } = Config.parse(config);
  const asked = Auth.safeParse(auth ?? {});
  if (!asked.success) return { error: { code: 'invalid', detail: 'auth is an object with an optional token' } };
  const { channelId, token, user: said } = asked.data;
  const known = token === undefined ? null : verifyToken(tokenSecret, token, now);
  const proved = said ? await proveUser(identitySecret, channelId, said, now) : null;
  // A page that stays open longer than its proof lives: whoever was let in with it goes on until our own token ends, as nobody else.
  const goesOn = proved && 'problem' in proved && proved.expiredFor && known === visitorIdOf(proved.expiredFor.id) ? { ...proved.expiredFor, signed: false } : null;
  const user = proved && 'user' in proved ? proved.user : goesOn;
  if (user) {
    const visitorId = visitorIdOf(user.id);
    return {
      visitorId, thread: visitorId, token: goesOn && token ? token : makeToken(tokenSecret, visitorId, Math.floor(now / 1000) + userSeconds), keep: false, user, ...(known?.startsWith('v') ? { device: known } : {}),
    };
  }
  const problem = proved && 'problem' in proved ? { problem: proved.problem } : {};
  if (requireProof) return { error: { code: 'proof-required', detail: problem.problem?.detail ?? 'Only users whom the site has signed in may chat here.' } };
  // A kept token is anonymous; a user's own token does not open a socket, the site has to vouch for the user again.
  if (token !== undefined && known?.startsWith('v')) return { visitorId: known, thread: known, token, keep: true, ...problem };
  const visitorId = `v${randomBytes(16).toString('base64url')}`;
  return { visitorId, thread: visitorId, token: makeToken(tokenSecret, visitorId), keep: true, ...problem };
}

const visitorIdOf = (userId: string): string => `u${Buffer.from(userId).toString('base64url')}`;

/** The visitor of an HTTP request that bears a token (uploads and downloads): never a new one. */
export function bearerVisitor(config: unknown, token: unknown, now = Date.now()): Visitor | Refusal {
  const { tokenSecret, requireProof } = Config.parse(config);
  const visitorId = typeof token === 'string' ? verifyToken(tokenSecret, token, now) : null;
  if (visitorId === null || typeof token !== 'string' || (requireProof && visitorId.startsWith('v'))) {
    return { error: { code: 'not-signed-in', detail: 'The visitor token is missing, expired or not of this channel; open the chat again.' } };
  }
  return { visitorId, thread: visitorId, token, keep: visitorId.startsWith('v') };
}

/** `v1.<visitorId>.<expiry in seconds, or empty>.<hmac>` */
export function makeToken(secret: string, visitorId: string, expires?: number): string {
  const body = `v1.${visitorId}.${expires ?? ''}`;
  return `${body}.${sign(secret, body)}`;
}

/** The visitor id of a token that is ours and not over; null otherwise. */
export function verifyToken(secret: string, token: string, now: number): string | null {
  const [version, visitorId, expires, mac, more] = token.split('.');
  if (version !== 'v1' || visitorId === undefined || expires === undefined || mac === undefined || more !== undefined) return null;
  if (!VisitorId.test(visitorId) || !same(mac, sign(secret, `v1.${visitorId}.${expires}`))) return null;
  return expires === '' || Number(expires) * 1000 > now ? visitorId : null;
}

/** The upload's answer carries it; `send` asks for it, so nobody attaches a file somebody else uploaded. */
export function attachmentProof(tokenSecret: string, thread: string, file: Attachment): string {
  return sign(tokenSecret, JSON.stringify(['file', thread, file.id, file.name, file.type, file.size]));
}

/** A verified user's own id, or null for an anonymous visitor. */
export function userIdOf(visitorId: string): string | null {
  return visitorId.startsWith('u') ? Buffer.from(visitorId.slice(1), 'base64url').toString() : null;
}

const sign = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
