/** What people are called: one name for a person on every screen, whichever of their contacts is asked about. */
import type { Hub } from '../hub.ts';
import { namedBy } from './rules/view.ts';
import type { Contact } from './schema.ts';

/** Contact -> the person's name; a few queries, however many they are. Contacts that are not there (yet) are left out. */
export async function namesOf(hub: Hub, contactIds: string[]): Promise<Map<string, string>> {
  const { store: { contacts } } = hub;
  const components = await contacts.components(contactIds);
  const found = await contacts.getMany([...new Set([...components.values()].flatMap(({ members }) => members))]);
  const merged = [...new Set([...components.values()].filter(({ members }) => members.length > 1).flatMap(({ members }) => members))];
  const [identities, choices] = merged.length ? await Promise.all([contacts.identitiesOf(...merged), contacts.choicesOf(merged)]) : [[], []];
  return new Map([...components].flatMap(([id, component]): [string, string][] => {
    const own = component.members.flatMap(member => found.get(member) ?? []);
    const name = component.members.length > 1 ? namedBy(component, own, identities.filter(({ contactId }) => component.members.includes(contactId)), choices)?.value : own[0]?.name;
    return name === undefined ? [] : [[id, name]];
  }));
}

/** Screens look again at everybody whom it concerns, under the name the person has now. */
export async function tell(hub: Hub, contactIds: string[]): Promise<void> {
  const [found, names] = await Promise.all([hub.store.contacts.getMany(contactIds), namesOf(hub, contactIds)]);
  for (const contact of found.values()) hub.events.emit('contact', { contact: { ...contact, name: names.get(contact.id) ?? contact.name } });
}

/** Contacts as people: each person once, by the name they have, in its order. */
export async function asPeople(hub: Hub, contacts: Contact[], limit: number): Promise<Contact[]> {
  const ids = contacts.map(({ id }) => id);
  const [components, names] = await Promise.all([hub.store.contacts.components(ids), namesOf(hub, ids)]);
  const people = new Map<string, Contact>();
  for (const contact of contacts) {
    const root = components.get(contact.id)?.root ?? contact.id;
    const before = people.get(root);
    // The root itself shows its own attributes; who was only found through another member shows that one's.
    if (!before || contact.id === root) people.set(root, { ...contact, id: root, name: names.get(contact.id) ?? contact.name });
  }
  return [...people.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).slice(0, limit);
}
