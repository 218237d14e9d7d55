/** One person or two: edges between contacts, made and ended. No contact, conversation or entry is touched by it. */
import type { Actor } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { tell } from './names.ts';
import { edgeTowards, mostMembers, refusal } from './rules/person.ts';
import type { Component, Contact, Edge } from './schema.ts';
import { reasonName } from './rules/suggest.ts';
import { candidates } from './suggestions.ts';

/** All changes of edges in this process, one after another: what one decides on, the next one sees. */
const inTurn = <T>(hub: Hub, work: () => Promise<T>) => hub.turns('people', work);

/** The contact that stands for the person behind a contact: itself, unless it was merged. */
export const personOf = async (hub: Hub, contactId: string): Promise<string> => (await hub.store.contacts.component(contactId)).root;

/** All contacts of the person behind a contact, at least itself. */
export const membersOf = async (hub: Hub, contactId: string): Promise<string[]> => (await hub.store.contacts.component(contactId)).members;

/** A contact, or a Problem 'not-found'. */
export async function contactOf(hub: Hub, id: string): Promise<Contact> {
  const contact = await hub.store.contacts.get(id);
  if (!contact) throw new Problem('not-found', 'There is no such contact.');
  return contact;
}

/**
 * Joins two contacts because a rule says so; false: it may not. A pair that a person keeps apart stays apart, also through others:
 * the look after the write finds what another node did at the same moment.
 */
export function joinByRule(hub: Hub, one: string, other: string, rule: string, evidence: NonNullable<Edge['evidence']>): Promise<boolean> {
  return inTurn(hub, async () => {
    const { store: { contacts } } = hub;
    const both = [await contacts.freshComponent(one), await contacts.freshComponent(other)];
    if (both[0]?.members.includes(other)) return true;
    if (await refusedFor(hub, both.flatMap(({ members }) => members))) return false;
    const by: Actor = { kind: 'system', id: rule };
    const [into = other, from = one] = [one, other].toSorted(); // ids begin with the time: the younger goes to the older
    const edge = await contacts.addEdge({ from, into, by, reason: rule, evidence, at: hub.now() });
    const joined = await contacts.freshComponent(one);
    if (edge && await refusedFor(hub, joined.members)) {
      await contacts.endEdge(edge, { by, reason: 'kept-apart', at: hub.now() });
      return false;
    }
    await tell(hub, joined.members);
    return true;
  });
}

/** Why no rule may make one person of these; null: it may. */
export async function refusedFor(hub: Hub, members: string[]) {
  const [claims, apart] = await Promise.all([hub.store.contacts.claimsOf(members), hub.store.contacts.apartWithin(members)]);
  return refusal({ members, claims, apart: apart.length });
}

/** A person of ours, or a program, says that two contacts are one person. It outweighs what was said before. */
export function merge(hub: Hub, id: string, into: string, by: Actor, reason: string): Promise<void> {
  return inTurn(hub, async () => {
    const { store: { contacts } } = hub;
    await contactOf(hub, id);
    if (!await contacts.get(into)) throw new Problem('invalid', 'There is no such contact to merge into.', { into: 'is no contact' });
    const [mine, theirs] = [await contacts.freshComponent(id), await contacts.freshComponent(into)];
    if (mine.members.includes(into)) throw new Problem('conflict', 'These are one person already.');
    const members = [...mine.members, ...theirs.members];
    if (members.length > mostMembers) throw new Problem('conflict', `One person cannot be more than ${mostMembers} contacts.`);
    const at = hub.now();
    await contacts.lift(await contacts.apartWithin(members), { by, at });
    await contacts.addEdge({ from: id, into, by, reason, at });
    await tell(hub, (await contacts.freshComponent(id)).members);
  });
}

/**
 * Takes a contact out of the person of another one, with what hangs on it. Both are as they were before they were joined, and no rule
 * joins them again.
 */
export function unmerge(hub: Hub, id: string, contactId: string, by: Actor, reason: string): Promise<void> {
  return inTurn(hub, async () => {
    const { store: { contacts } } = hub;
    await contactOf(hub, id);
    const before = await contacts.freshComponent(id);
    const other = contactId === id ? elseThan(before, id) : id;
    if (!before.members.includes(contactId)) throw new Problem('conflict', 'These are two people already.');
    const at = hub.now();
    const reasons = await reasonsFor(hub, [contactId], before.members.filter(member => member !== contactId));
    const keepApart = (one: string, two: string) => contacts.setApart(one, two, { by, reason, at, reasons });
    await keepApart(contactId, other); // first, so that a rule at work on another node finds it
    for (let left = before; left.members.includes(contactId) && left.members.includes(other); left = await contacts.freshComponent(other)) {
      const edge = edgeTowards(contactId, other, left.edges);
      if (!edge) break;
      const next = edge.from === contactId ? edge.into : edge.from;
      if (next !== other) await keepApart(contactId, next);
      await contacts.endEdge(edge, { by, reason, at });
    }
    await tell(hub, before.members);
  });
}

function elseThan({ root, members }: Component, id: string): string {
  const others = members.filter(member => member !== id);
  const other = id === root ? others[0] : root;
  if (!other) throw new Problem('conflict', 'This contact is merged with nobody.');
  if (id === root && others.length > 1) throw new Problem('conflict', 'The others hang on this contact. Say which of them is to go.', { contactId: 'name the one to take out' });
  return other;
}

/** Somebody looked at a suggestion and says no. It comes again only with new reasons. */
export async function dismiss(hub: Hub, id: string, contactId: string, by: Actor, reason: string): Promise<void> {
  await contactOf(hub, id);
  if (!await hub.store.contacts.get(contactId)) throw new Problem('invalid', 'There is no such contact.', { contactId: 'is no contact' });
  const [mine, theirs] = [await hub.store.contacts.freshComponent(id), await hub.store.contacts.freshComponent(contactId)];
  if (mine.members.includes(contactId)) throw new Problem('conflict', 'These are one person: unmerge them instead.');
  await hub.store.contacts.setApart(id, contactId, { by, reason, at: hub.now(), reasons: await reasonsFor(hub, mine.members, theirs.members) });
}

/** All that speaks for them today: what is known now is no news later. */
async function reasonsFor(hub: Hub, some: string[], others: string[]): Promise<string[]> {
  const found = await candidates(hub, some);
  return [...new Set(found.filter(({ contactId }) => others.includes(contactId)).map(({ reason }) => reasonName(reason)))];
}
