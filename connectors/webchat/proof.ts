/** Who the site says its visitor is, and how it proves it: an HMAC made on its server, or a short-lived JWT (HS256). */
import { createHmac } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { same } from './same.ts';

/** A user of the site. `signed`: the site's server vouches for name, mail and phone too, not for the id alone. */
export type SiteUser = { id: string; name?: string; email?: string; phone?: string; signed: boolean };
/** Why a user was not believed, in a word and a sentence for whoever builds the site. */
export type ProofProblem = { code: 'no-secret' | 'proof-missing' | 'wrong-signature' | 'proof-expired' | 'wrong-audience' | 'wrong-proof'; detail: string };
/** `expiredFor`: rightly signed for this channel, but too old. */
export type Proved = { user: SiteUser } | { problem: ProofProblem; expiredFor?: SiteUser };

/** No control characters: a line break would make one signed text read as another. */
const line = (longest: number) => z.string().trim().min(1).max(longest).regex(/^\P{Cc}+$/u);
const Fields = { name: line(80).optional().catch(undefined), email: z.email().max(254).optional().catch(undefined), phone: line(40).optional().catch(undefined) };
/** As the site's server wrote it: two ids that only look alike are two users. */
const UserId = z.string().min(1).max(200).regex(/^\P{Cc}+$/u).refine((text) => text.isWellFormed());
/** What a page may say of its user. A part that is malformed counts for nothing. */
export const SaidUser = z.object({ id: UserId.optional().catch(undefined), hash: z.string().max(200).optional().catch(undefined), token: z.string().max(8_000).optional().catch(undefined), ...Fields });
type SaidUser = z.output<typeof SaidUser>;

const Claims = z.looseObject({ sub: UserId, ...Fields, phone_number: Fields.phone, email_verified: z.boolean().optional().catch(undefined), phone_number_verified: z.boolean().optional().catch(undefined) });
const clockSeconds = 60;
const oldest = '24h';

/** What the site's server computes, as lower-case hex: over the id, or over id, mail, phone and name, each on a line of its own, to vouch for all. */
export function identityHash(secret: string, user: string | { id: string; email?: string; phone?: string; name?: string }): string {
  const text = typeof user === 'string' ? user : [user.id, user.email ?? '', user.phone ?? '', user.name ?? ''].join('\n');
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Checks the proof a page gives; null: it names nobody. A user who is not proved is nobody: naming an account opens nothing. */
export async function proveUser(secret: string | undefined, channelId: string, said: SaidUser, now: number): Promise<Proved | null> {
  if (said.token === undefined && said.id === undefined && said.hash === undefined) return null;
  if (!secret) return { problem: { code: 'no-secret', detail: 'This chat has no identity secret yet: set one in the settings of the channel.' } };
  if (said.token !== undefined) return byToken(secret, channelId, said.token, now);
  if (said.id === undefined) return { problem: { code: 'wrong-proof', detail: 'The user id is a text of 1 to 200 characters on one line.' } };
  if (said.hash === undefined) return { problem: { code: 'proof-missing', detail: 'The user comes without hash or token, so they stay an anonymous visitor.' } };
  const { id, name, email, phone } = said;
  const facts = { id, ...(name ? { name } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
  const hash = said.hash.toLowerCase();
  if (same(hash, identityHash(secret, facts))) return { user: { ...facts, signed: true } };
  if (same(hash, identityHash(secret, id))) return { user: { ...facts, signed: false } };
  return { problem: { code: 'wrong-signature', detail: 'The hash is not HMAC-SHA256 of this user id with the identity secret of this channel, in hex.' } };
}

async function byToken(secret: string, channelId: string, token: string, now: number): Promise<Proved> {
  const userOf = (payload: unknown): SiteUser | null => {
    const claims = Claims.safeParse(payload);
    if (!claims.success) return null;
    const { sub, name, email, email_verified: mailIs, phone_number_verified: phoneIs } = claims.data;
    const phone = claims.data.phone ?? claims.data.phone_number;
    return { id: sub, ...(name ? { name } : {}), ...(email && mailIs !== false ? { email } : {}), ...(phone && phoneIs !== false ? { phone } : {}), signed: true };
  };
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'], audience: channelId, requiredClaims: ['sub', 'aud', 'iat', 'exp'], clockTolerance: clockSeconds, maxTokenAge: oldest, currentDate: new Date(now),
    });
    const user = userOf(payload);
    return user ? { user } : { problem: { code: 'wrong-proof', detail: 'The token\'s sub is not a user id of 1 to 200 characters.' } };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const expiredFor = userOf(error.payload);
      return { problem: { code: 'proof-expired', detail: 'The token has expired (exp), or was made more than 24 hours ago (iat). Give a fresh one with setUser.' }, ...(expiredFor ? { expiredFor } : {}) };
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) return { problem: { code: 'wrong-signature', detail: 'The token is not signed with the identity secret of this channel.' } };
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return { problem: { code: 'wrong-audience', detail: `The token is for another audience: aud must be ${channelId}, the id of this channel.` } };
    return { problem: { code: 'wrong-proof', detail: `The token is no valid JWT of HS256 with sub, aud, iat and exp${error instanceof errors.JOSEError ? `: ${error.message}` : ''}.` } };
  }
}
