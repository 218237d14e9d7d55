/** The first admin: made once, with the link that the server printed on its own console. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { createPerson } from './change.ts';
import { openSession } from './sign-in.ts';
import type { Person, PersonInput } from './schema.ts';

/** The one-time token of this start; it works only while nobody is there. */
export const setupToken = randomBytes(24).toString('base64url');

const digest = (text: string) => createHash('sha256').update(text).digest();

/** True while there is nobody who could sign in. */
export const setupNeeded = async (hub: Pick<Hub, 'store'>): Promise<boolean> => await hub.store.people.count() === 0;

/** Makes the first admin and signs them in. */
export async function setUp(hub: Hub, { token, ...input }: Omit<PersonInput, 'role' | 'skills' | 'capacity'> & { token: string }): Promise<{ person: Person; secret: string }> {
  const right = timingSafeEqual(digest(token), digest(setupToken));
  if (!await setupNeeded(hub)) throw new Problem('gone', 'Hubbub is set up already. Sign in instead.');
  if (!right) throw new Problem('forbidden', 'The set-up link is not valid any more. Take the one that the running server printed.', { token: 'is not the one of this start' });
  const person = await createPerson(hub, { ...input, role: 'admin', skills: [], capacity: 5 });
  return { person, secret: await openSession(hub, person.id) };
}
