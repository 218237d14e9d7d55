/** Taking people on and changing them. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { hashPassword } from './password.ts';
import type { OwnChange, Person, PersonChange, PersonInput } from './schema.ts';

type Reach = Pick<Hub, 'store' | 'now'>;

/** A new colleague; offline until they say otherwise. */
export async function createPerson(hub: Reach, { password, ...input }: PersonInput): Promise<Person> {
  const now = hub.now();
  return hub.store.people.create({ ...input, state: 'offline', stateReason: null, stateSince: now, preferences: {}, disabled: false, createdAt: now }, await hashPassword(password));
}

/** Changes a colleague. A new password or a lock-out ends their sessions. */
export async function changePerson(hub: Pick<Hub, 'store' | 'events'>, id: string, { password, ...change }: PersonChange): Promise<Person> {
  const person = await hub.store.people.change(id, change, password ? await hashPassword(password) : undefined);
  if (!person) throw new Problem('not-found', 'There is no such person.');
  if (password || change.disabled || change.role) {
    await hub.store.people.closeSessionsOf(id);
    hub.events.emit('signed-out', { personId: id });
  }
  hub.events.emit('person', { person });
  return person;
}

/** What people change of themselves. */
export async function changeOwn(hub: Hub, id: string, change: OwnChange): Promise<Person> {
  const person = await hub.store.people.change(id, change);
  if (!person) throw new Problem('not-found', 'There is no such person.');
  hub.events.emit('person', { person });
  return person;
}
