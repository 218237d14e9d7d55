/** Who calls, and may they: cookie or bearer token; a cookie only counts from our own pages. */
import type { Request, Response } from 'express';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { callerOfSession, callerOfToken, type Caller } from '../people/sign-in.ts';
import type { Access, Route } from './route.ts';

const rank = { agent: 1, supervisor: 2, admin: 3 } as const;
const days14 = 14 * 86_400_000;

/** '__Host-' binds the cookie to this host and to https; plain http (a first try on one's own machine) cannot carry it. */
const cookieName = (publicUrl: string) => publicUrl.startsWith('https:') ? '__Host-hubbub' : 'hubbub';

/** Reads one cookie of a Cookie header. */
export function cookieOf(header: string | undefined, publicUrl: string): string | null {
  const name = `${cookieName(publicUrl)}=`;
  return header?.split(/;\s*/).find(part => part.startsWith(name))?.slice(name.length) ?? null;
}

/** Who calls; null when nobody we know. */
export async function callerOf(hub: Hub, headers: { authorization?: string; cookie?: string }): Promise<Caller | null> {
  const bearer = /^Bearer (\S{1,200})$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer) return callerOfToken(hub, bearer);
  const secret = cookieOf(headers.cookie, hub.publicUrl);
  return secret ? callerOfSession(hub, secret) : null;
}

/** Throws unless this caller may use a route of this access. */
export function admit(access: Access, caller: Caller | null): void {
  if (access === 'public') return;
  if (!caller) throw new Problem('not-signed-in', 'Sign in, or send a valid bearer token.');
  if (access === 'person') {
    if (caller.kind !== 'person') throw new Problem('forbidden', 'This is done in a person\'s name; a token cannot.');
    return;
  }
  if (rank[caller.role] < rank[access]) throw new Problem('forbidden', `This needs the role ${access}.`);
}

/** A page of somebody else's must not act with our cookie: changes by cookie need our own origin. */
export function refuseForeignOrigin(request: Request, route: Pick<Route, 'method'>, publicUrl: string): void {
  if (route.method === 'get' || request.headers.authorization) return;
  const origin = request.headers.origin;
  if (origin === undefined) return; // not a browser's cross-site request: those always name their origin
  const own = new URL(publicUrl).origin;
  if (origin !== own && origin !== `${request.protocol}://${request.headers.host}`) throw new Problem('forbidden', 'The request comes from another site.');
}

/** Puts the session into an httpOnly cookie. */
export function setSession(response: Response, publicUrl: string, secret: string): void {
  const secure = publicUrl.startsWith('https:');
  response.cookie(cookieName(publicUrl), secret, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: days14 });
}

/** Takes the session cookie away. */
export function clearSession(response: Response, publicUrl: string): void {
  response.clearCookie(cookieName(publicUrl), { httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:'), path: '/' });
}
