/** Who else this person may be: never joined by itself, always with the reasons. */
import type { Hub } from '../hub.ts';
import { alsoWritten } from './rules/address.ts';
import { contradictions } from './rules/person.ts';
import { distinct, reasonName, score } from './rules/suggest.ts';
import type { Evidence, Reason, Suggestion } from './schema.ts';

/** A name that more people have says nothing. */
const commonName = 5;
const mostClaimants = 200;
const mostShown = 20;

type Candidate = { contactId: string; reason: Reason };
type Known = { kind: string; value: string; evidence: Evidence };

/** Contacts that share something with one of these, and what. Every look-up is by an index. */
export async function candidates(hub: Hub, members: string[]): Promise<Candidate[]> {
  const { store: { contacts } } = hub;
  const [claims, identities, own] = await Promise.all([contacts.claimsOf(members), contacts.identitiesOf(...members), contacts.getMany(members)]);
  const known: Known[] = [...claims, ...identities.filter(identity => !identity.movedAt)];
  const byAddress = new Map<string, Known>();
  const wanted: { kind: string; value: string }[] = [];
  for (const one of known) {
    for (const value of alsoWritten(one.kind, one.value)) {
      const name = `${one.kind}:${value}`;
      if (!byAddress.has(name)) wanted.push({ kind: one.kind, value });
      byAddress.set(name, one);
    }
  }
  const [claimants, holders] = await Promise.all([contacts.claimants(wanted, mostClaimants), contacts.holders(wanted, mostClaimants)]);
  const found: Candidate[] = [...claimants, ...holders.filter(holder => !holder.movedAt)].flatMap(theirs => {
    const mine = byAddress.get(`${theirs.kind}:${theirs.value}`);
    return mine ? [{ contactId: theirs.contactId, reason: { kind: theirs.kind, value: theirs.value, evidence: [mine.evidence, theirs.evidence] } }] : [];
  });
  const addresses = new Set(identities.map(({ value }) => value));
  for (const name of new Set([...own.values()].map(contact => contact.name))) {
    if (addresses.has(name)) continue; // nobody told us a name
    const namesakes = await contacts.namesakes(name, commonName + members.length + 1);
    if (namesakes.length <= commonName + members.length) found.push(...namesakes.map(({ id }) => ({ contactId: id, reason: { kind: 'name', value: name } })));
  }
  return found.filter(({ contactId }) => !members.includes(contactId));
}

/** The people this one may be, most likely first, without those somebody said no to for the same reasons. */
export async function suggestions(hub: Hub, contactId: string): Promise<Suggestion[]> {
  const { store: { contacts } } = hub;
  const mine = await contacts.freshComponent(contactId);
  const people = new Map<string, { first: string; members: string[]; reasons: Reason[] }>();
  for (const { contactId: other, reason } of await candidates(hub, mine.members)) {
    const { root, members } = await contacts.component(other);
    const person = people.get(root) ?? { first: other, members, reasons: [] };
    person.reasons.push(reason);
    people.set(root, person);
  }
  const refused = await contacts.apartFrom(mine.members);
  const names = await contacts.getMany([...people.keys()]);
  const shown = await Promise.all([...people].map(async ([root, { first, members, reasons }]): Promise<Suggestion[]> => {
    const no = refused.filter(({ a, b }) => members.includes(a) || members.includes(b));
    const heard = new Set(no.flatMap(each => each.reasons));
    const distinctReasons = distinct(reasons);
    if (no.length && distinctReasons.every(reason => heard.has(reasonName(reason)))) return [];
    const against = contradictions(await contacts.claimsOf([...mine.members, ...members]));
    return [{ contactId: first, person: { id: root, name: names.get(root)?.name ?? '' }, score: score(distinctReasons, against), reasons: distinctReasons, against }];
  }));
  return shown.flat().toSorted((a, b) => b.score - a.score).slice(0, mostShown);
}
