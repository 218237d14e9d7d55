import type { Hub } from '../hub.ts';
import { contactOf } from './link.ts';
import { personView } from './rules/view.ts';
import type { PersonView } from './schema.ts';

/** The person behind a contact: five queries, however many contacts they are. A Problem 'not-found' when there is no such contact. */
export async function person(hub: Hub, id: string): Promise<PersonView> {
  const { store: { contacts } } = hub;
  const asked = await contactOf(hub, id);
  const component = await contacts.freshComponent(id);
  const [members, identities, claims, edges, choices] = await Promise.all([contacts.getMany(component.members), contacts.identitiesOf(...component.members), contacts.claimsOf(component.members), contacts.edgeHistory(component.members), contacts.choicesOf(component.members)]);
  members.set(asked.id, asked);
  return personView(component, { contacts: [...members.values()], identities, claims, edges, choices });
}
