/** Whether we know for certain who a contact is. */
import type { Hub } from '../hub.ts';
import { vouched } from './rules/address.ts';

/** An address of theirs is vouched for by the platform, signed by the site's server, or proved by a code. People a colleague joined them with do not count: nothing proves who writes here. */
export async function isIdentified(hub: Hub, contactId: string): Promise<boolean> {
  const [identities, claims] = await Promise.all([hub.store.contacts.identitiesOf(contactId), hub.store.contacts.claimsOf([contactId])]);
  return [...identities, ...claims].some(({ evidence }) => vouched(evidence));
}
