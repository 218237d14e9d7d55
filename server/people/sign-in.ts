/** Who is asking: sessions for people, tokens for programs. Random 256 bits, stored hashed. */
import { createHash, randomBytes } from 'node:crypto';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { checkPassword, hashPassword } from './password.ts';
import type { Person, Role } from './schema.ts';

/** Whoever asks. A token has a role but is nobody's inbox. */
export type Caller = { kind: 'person'; id: string; name: string; role: Role; person: Person; session: string } | { kind: 'token'; id: string; name: string; role: Role };

const sessionDays = 14;
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Checks e-mail and password and opens a session; the message does not tell which of the two was wrong. */
export async function signIn(hub: Hub, input: { email: string; password: string }): Promise<{ person: Person; secret: string }> {
  const found = await hub.store.people.findByEmail(input.email);
  const right = await checkPassword(input.password, found?.passwordHash ?? null);
  if (!right || !found || found.person.disabled) throw new Problem('not-signed-in', 'The e-mail address or the password is not right.');
  return { person: found.person, secret: await openSession(hub, found.person.id) };
}

/** A new session's secret, for the cookie. */
export async function openSession(hub: Hub, personId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await hub.store.people.openSession(hashSecret(secret), personId, new Date(hub.now().getTime() + sessionDays * 86_400_000));
  return secret;
}

/** The person of a session cookie; null when it is unknown, expired or theirs no more. */
export async function callerOfSession(hub: Hub, secret: string): Promise<Caller | null> {
  const session = hashSecret(secret);
  const person = await hub.store.people.sessionPerson(session, hub.now());
  return person && !person.disabled ? { kind: 'person', id: person.id, name: person.name, role: person.role, person, session } : null;
}

/** Makes an API token; the secret is shown this once. */
export async function createToken(hub: Pick<Hub, 'store' | 'now'>, name: string, role: Role) {
  const secret = `hub_${randomBytes(32).toString('base64url')}`;
  return { ...await hub.store.people.addToken(hashSecret(secret), name, role, hub.now()), token: secret };
}

/** The program of a bearer token; null when it is unknown. */
export async function callerOfToken(hub: Hub, secret: string): Promise<Caller | null> {
  if (!secret.startsWith('hub_')) return null;
  const token = await hub.store.people.findToken(hashSecret(secret), hub.now());
  return token ? { kind: 'token', id: token.id, name: token.name, role: token.role } : null;
}

/** Changes one's own password, knowing the old one; every other session of theirs ends. */
export async function changePassword(hub: Hub, caller: Extract<Caller, { kind: 'person' }>, { current, password }: { current: string; password: string }): Promise<void> {
  const found = await hub.store.people.findByEmail(caller.person.email);
  if (!await checkPassword(current, found?.passwordHash ?? null)) throw new Problem('forbidden', 'The present password is not right.', { current: 'is not your password' });
  await hub.store.people.change(caller.id, {}, await hashPassword(password));
  await hub.store.people.closeSessionsOf(caller.id, caller.session);
}
