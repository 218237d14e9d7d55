/** Who else this person may be: never joined by itself, always with the reasons. */
import type { Hub } from '../hub.ts';
import { alsoWritten } from './rules/address.ts';
import { contradictions } from './rules/person.ts';
import { cityOf, distinct, reasonName, score } from './rules/suggest.ts';
import { namesOf } from './names.ts';
import type { Evidence, Reason, Said, Suggestion } from './schema.ts';

/** A name that more people have says nothing. */
const commonName = 5;
const mostClaimants = 200;
const mostShown = 20;

type Candidate = { contactId: string; reason: Reason };
type Known = { kind: string; value: string; evidence: Evidence; said?: Said; channelId?: string };

/** The identity of whoever used a browser before without saying who they are, as its channel keeps it. */
const browserKind = (channelId: string | undefined) => `webchat:${channelId ?? ''}`;
/** A browser is said of who signs in on it, and written from by who did not: as the other would have it. */
const counterpart = ({ kind, value, channelId }: Known) => (kind === 'device' ? { kind: browserKind(channelId), value } : kind.startsWith('webchat:') ? { kind: 'device', value } : null);

/** Contacts that share something with one of these, and what. Every look-up is by an index. */
export async function candidates(hub: Hub, members: string[]): Promise<Candidate[]> {
  const { store: { contacts } } = hub;
  const [claims, identities] = await Promise.all([contacts.claimsOf(members), contacts.identitiesOf(...members)]);
  const known: Known[] = [...claims, ...identities.filter(identity => !identity.movedAt)];
  const byAddress = new Map<string, { mine: Known; kind: string; value: string }>();
  for (const one of known) {
    const other = counterpart(one);
    for (const { kind, value } of [...alsoWritten(one.kind, one.value).map(each => ({ kind: one.kind, value: each })), ...(other ? [other] : [])]) byAddress.set(`${kind}:${value}`, { mine: one, kind, value });
  }
  const wanted = [...byAddress.values()].map(({ kind, value }) => ({ kind, value }));
  const [claimants, holders, named] = await Promise.all([contacts.claimants(wanted, mostClaimants), contacts.holders(wanted, mostClaimants), sameName(hub, members, new Set(identities.map(({ value }) => value)))]);
  const found: Candidate[] = [...claimants, ...holders.filter(holder => !holder.movedAt)].flatMap((theirs: Known & { contactId: string }) => {
    const mine = byAddress.get(`${theirs.kind}:${theirs.value}`)?.mine;
    if (!mine) return [];
    const device = mine.kind === 'device' || theirs.kind === 'device';
    const said = theirs.said ?? mine.said;
    return [{ contactId: theirs.contactId, reason: { kind: device ? 'device' : theirs.kind, value: theirs.value, evidence: [mine.evidence, theirs.evidence], ...(said ? { said } : {}) } }];
  });
  return [...found, ...named].filter(({ contactId }) => !members.includes(contactId));
}

/** Who is called the same: in the same place however many there are, elsewhere only when the name is rare. */
async function sameName(hub: Hub, members: string[], addresses: Set<string>): Promise<Candidate[]> {
  const { store: { contacts } } = hub;
  const own = [...(await contacts.getMany(members)).values()].filter(({ name }) => !addresses.has(name)); // else nobody told us a name
  const most = commonName + members.length;
  const found = await Promise.all(own.map(async ({ name, attributes }): Promise<Candidate[]> => {
    const city = cityOf(attributes);
    const [namesakes, near] = await Promise.all([contacts.namesakes(name, most + 1), city ? contacts.neighbours(name, city, most + 1) : []]);
    const neighbours = near.length <= most ? near : [];
    return [
      ...neighbours.map(({ id }): Candidate => ({ contactId: id, reason: { kind: 'name-and-city', value: `${name} · ${city}` } })),
      ...(namesakes.length <= most ? namesakes : []).filter(({ id }) => !neighbours.some(each => each.id === id)).map(({ id }): Candidate => ({ contactId: id, reason: { kind: 'name', value: name } })),
    ];
  }));
  return found.flat();
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
  const names = await namesOf(hub, [...people.keys()]);
  const shown = await Promise.all([...people].map(async ([root, { first, members, reasons }]): Promise<Suggestion[]> => {
    const no = refused.filter(({ a, b }) => members.includes(a) || members.includes(b));
    const heard = new Set(no.flatMap(each => each.reasons));
    const distinctReasons = distinct(reasons);
    if (no.length && distinctReasons.every(reason => heard.has(reasonName(reason)))) return [];
    const against = contradictions(await contacts.claimsOf([...mine.members, ...members]));
    return [{ contactId: first, person: { id: root, name: names.get(root) ?? '' }, score: score(distinctReasons, against), reasons: distinctReasons, against }];
  }));
  return shown.flat().toSorted((a, b) => b.score - a.score).slice(0, mostShown);
}
