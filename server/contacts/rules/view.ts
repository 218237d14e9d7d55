/** Several contacts seen as one person: what counts, what disagrees, who said it. Pure. */
import { Evidence, type Claim, type Component, type Contact, type Edge, type Field, type FieldValue, type Identity, type PersonAddress, type PersonView } from '../schema.ts';
import { contradictions } from './person.ts';

const strength = (evidence: Evidence) => Evidence.options.indexOf(evidence);
const same = (value: string) => value.normalize('NFKC').trim().toLowerCase();
const byPeople = ({ source }: FieldValue) => source.by === 'agent' || source.by === 'program';

/** The field: a correction by somebody of ours counts most, the last first; then the word of the root's channel, then the older contact's. */
function fieldOf(values: FieldValue[], root: string): Field | null {
  const standing = values.filter(each => !each.replaced);
  const rank = (each: FieldValue) => (byPeople(each) ? 2 : each.contactId === root ? 1 : 0);
  const [best] = standing.toSorted((a, b) => rank(b) - rank(a) || (byPeople(a) ? b.source.at.getTime() - a.source.at.getTime() : a.source.at.getTime() - b.source.at.getTime()));
  return best ? { value: best.value, conflict: new Set(standing.map(each => same(each.value))).size > 1, values } : null;
}

/** What a contact's field holds and held. `key`: its name among the corrections. */
function valuesOf(contact: Contact, key: string, value: string | undefined, channelId: string): FieldValue[] {
  const corrected = contact.sources?.[key];
  const byChannel = { by: 'channel' as const, id: channelId, at: contact.createdAt };
  return [
    ...(value === undefined ? [] : [{ value, contactId: contact.id, source: corrected ? { by: corrected.by, id: corrected.id, at: corrected.at } : byChannel }]),
    ...(corrected?.was !== undefined && corrected.was !== value ? [{ value: corrected.was, contactId: contact.id, source: byChannel, replaced: true as const }] : []),
  ];
}

/** @param contacts of the component, and their identities and claims */
export function personView({ root, members }: Component, { contacts, identities, claims, edges }: { contacts: Contact[]; identities: Identity[]; claims: Claim[]; edges: Edge[] }): PersonView {
  const addresses = new Set(identities.map(({ value }) => value));
  const channelOf = (contactId: string) => identities.find(identity => identity.contactId === contactId)?.channelId ?? '';
  const sorted = contacts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const called = sorted.flatMap(contact => valuesOf(contact, 'name', contact.name, channelOf(contact.id)));
  const real = called.filter(each => !addresses.has(each.value)); // an address stands in where nobody told us a name
  const names = new Set(sorted.flatMap(contact => [...Object.keys(contact.attributes), ...Object.keys(contact.sources ?? {}).flatMap(key => key.startsWith('attributes ') ? key.slice(11) : [])]));
  const fields = [...names].flatMap((field): [string, Field][] => {
    const found = fieldOf(sorted.flatMap(contact => valuesOf(contact, `attributes ${field}`, contact.attributes[field], channelOf(contact.id))), root);
    return found ? [[field, found]] : [];
  });
  const standsIn = fieldOf(called, root);
  const named = fieldOf(real, root) ?? (standsIn && { ...standsIn, conflict: false });
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
    const name = `${claim.contactId} ${claim.kind}:${claim.value}`;
    const before = found.get(name);
    if (!before) found.set(name, { ...claim, claim: true });
    else if (strength(claim.evidence) > strength(before.evidence)) found.set(name, { ...before, evidence: claim.evidence });
  }
  return [...found.values()].toSorted((a, b) => a.firstSeenAt.getTime() - b.firstSeenAt.getTime());
}
