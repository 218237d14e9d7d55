/** Several contacts seen as one person: what counts, what disagrees, who said it. Pure. */
import { Evidence, type Choice, type Claim, type Component, type Contact, type Edge, type Field, type Identity, type PersonAddress, type PersonView } from '../schema.ts';
import { fieldKey, fieldOf, valuesOf } from './field.ts';
import { contradictions } from './person.ts';

const strength = (evidence: Evidence) => Evidence.options.indexOf(evidence);
const inOrder = (contacts: Contact[]) => contacts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
type Whose = Pick<Identity, 'contactId' | 'value' | 'channelId'>;
const channelOf = (identities: Whose[], contactId: string) => identities.find(identity => identity.contactId === contactId)?.channelId ?? '';

/** What a person is called: as a field is chosen; an address stands in where nobody told us a name. */
export function namedBy({ root, members }: Pick<Component, 'root' | 'members'>, contacts: Contact[], identities: Whose[], choices: Choice[]): Field | null {
  const addresses = new Set(identities.map(({ value }) => value));
  const called = inOrder(contacts).flatMap(contact => valuesOf(contact, 'name', contact.name, channelOf(identities, contact.id)));
  const about = choices.filter(({ field }) => field === 'name');
  const named = fieldOf(called.filter(each => !addresses.has(each.value)), root, members, about);
  if (named) return named;
  const standsIn = fieldOf(called, root, members, about);
  return standsIn && { ...standsIn, conflict: false };
}

/** @param contacts of the component, and their identities, claims and choices */
export function personView(component: Component, { contacts, identities, claims, edges, choices }: { contacts: Contact[]; identities: Identity[]; claims: Claim[]; edges: Edge[]; choices: Choice[] }): PersonView {
  const { root, members } = component;
  const sorted = inOrder(contacts);
  const names = new Set(sorted.flatMap(contact => [...Object.keys(contact.attributes), ...Object.keys(contact.sources ?? {}).flatMap(key => key.startsWith('attributes ') ? key.slice(11) : [])]));
  const fields = [...names].flatMap((field): [string, Field][] => {
    const key = fieldKey(field, true);
    const found = fieldOf(sorted.flatMap(contact => valuesOf(contact, key, contact.attributes[field], channelOf(identities, contact.id))), root, members, choices.filter(choice => choice.field === key));
    return found ? [[field, found]] : [];
  });
  const named = namedBy(component, sorted, identities, choices);
  return {
    id: root, name: named?.value ?? '', named, attributes: Object.fromEntries(fields.map(([field, { value }]) => [field, value])), fields: Object.fromEntries(fields), edges,
    conflicts: [...(named?.conflict ? ['name'] : []), ...fields.flatMap(([field, { conflict }]) => conflict ? [field] : []), ...contradictions(claims)],
    identities: addressesOf(identities, claims),
    members: sorted.filter(({ id }) => members.includes(id)).map(({ id, name: own, attributes: theirs, createdAt }) => ({ id, name: own, attributes: theirs, createdAt })),
    createdAt: sorted.reduce((first, contact) => (contact.createdAt < first ? contact.createdAt : first), sorted[0]?.createdAt ?? new Date(0)),
  };
}

/** What they write from and what is said of them, each address of a contact once, with the strongest evidence. */
function addressesOf(identities: Identity[], claims: Claim[]): PersonAddress[] {
  const found = new Map<string, PersonAddress>();
  for (const { id: _id, ...identity } of identities) found.set(`${identity.contactId} ${identity.kind}:${identity.value}`, { ...identity, claim: false });
  for (const { id: _id, ...claim } of claims) {
    if (claim.kind === 'device') continue; // no address: which browser it was
    const name = `${claim.contactId} ${claim.kind}:${claim.value}`;
    const before = found.get(name);
    if (!before) found.set(name, { ...claim, claim: true });
    else if (strength(claim.evidence) > strength(before.evidence)) found.set(name, { ...before, evidence: claim.evidence });
  }
  return [...found.values()].toSorted((a, b) => a.firstSeenAt.getTime() - b.firstSeenAt.getTime());
}
