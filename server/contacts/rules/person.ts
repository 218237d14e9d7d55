/** Which contacts are one person, and when a rule may say so. Pure. */
import type { Claim, Component, Edge } from '../schema.ts';
import { mayHaveSeveral, vouched } from './address.ts';

/** More than this is no person but a switchboard: a rule adds no more to it. */
export const mostByRule = 50;
/** What one person may consist of at all. */
export const mostMembers = 200;

/** The contact that stands for the person: the one the others were merged into; the oldest when that is several, or a ring. */
export function rootOf(members: string[], edges: Pick<Edge, 'from' | 'into'>[]): string {
  const merged = new Set(edges.map(edge => edge.from));
  const heads = members.filter(member => !merged.has(member));
  return (heads.length ? heads : members).toSorted()[0] ?? '';
}

/** The component of a contact among these edges. */
export function componentOf(id: string, edges: Edge[]): Component {
  const members = new Set([id]);
  const inside: Edge[] = [];
  let rest = edges;
  for (;;) {
    const touching = rest.filter(edge => members.has(edge.from) || members.has(edge.into));
    if (!touching.length) break;
    rest = rest.filter(edge => !touching.includes(edge));
    for (const edge of touching) { inside.push(edge); members.add(edge.from); members.add(edge.into); }
  }
  const sorted = [...members].toSorted();
  return { root: rootOf(sorted, inside), members: sorted, edges: inside };
}

/** The edge by which a contact hangs on another one, directly or through others; null: it does not. */
export function edgeTowards(id: string, other: string, edges: Edge[]): Edge | null {
  const direct = edges.find(edge => (edge.from === id && edge.into === other) || (edge.into === id && edge.from === other));
  if (direct) return direct;
  for (const edge of edges) {
    const next = edge.from === id ? edge.into : edge.into === id ? edge.from : null;
    if (next && componentOf(next, edges.filter(each => each.from !== id && each.into !== id)).members.includes(other)) return edge;
  }
  return null;
}

type Vouched = Pick<Claim, 'contactId' | 'kind' | 'value' | 'evidence'>;

/** Kinds of which a person has one, and of which these contacts have nothing in common. One contact may have had several in its time. */
export function contradictions(claims: Vouched[]): string[] {
  const kinds = new Set(claims.filter(({ kind, evidence }) => vouched(evidence) && !mayHaveSeveral(kind)).map(({ kind }) => kind));
  return [...kinds].filter(kind => {
    const own = claims.filter(claim => claim.kind === kind && vouched(claim.evidence));
    // Contacts and values are joined by the claims between them: a second heap contradicts the first.
    const heap = new Set([own[0]?.contactId]);
    for (let size = 0; size < heap.size;) {
      size = heap.size;
      const values = new Set(own.filter(({ contactId }) => heap.has(contactId)).map(({ value }) => value));
      for (const { contactId, value } of own) if (values.has(value)) heap.add(contactId);
    }
    return own.some(({ contactId }) => !heap.has(contactId));
  });
}

/** Why a rule may not join these; null: it may. */
export function refusal(joined: { members: string[]; claims: Vouched[]; apart: number }): 'apart' | 'contradiction' | 'too-many' | null {
  if (joined.apart > 0) return 'apart';
  if (joined.members.length > mostByRule) return 'too-many';
  return contradictions(joined.claims).length ? 'contradiction' : null;
}
