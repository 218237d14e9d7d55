/** One field of several contacts: which value counts, and who said each. Pure. */
import type { Choice, Contact, Field, FieldValue, Source } from '../schema.ts';
import { vouched } from './address.ts';

/** In which two spellings of a value are one. */
export const sameValue = (value: string): string => value.normalize('NFKC').trim().toLowerCase();

/** What a contact's field is called among its sources and in choices. */
export const fieldKey = (field: string, attribute: boolean): string => (attribute ? `attributes ${field}` : field);

/** Typed by a colleague, then vouched for (the site signed it), then as the platform tells. */
function rank({ source }: FieldValue): number {
  if (source.by === 'agent' || source.by === 'program') return 3;
  return source.evidence && vouched(source.evidence) ? 2 : 1;
}

/** What a contact's field holds and held. @param key its name among the corrections  @param channelId whose word it is where nobody corrected it */
export function valuesOf(contact: Contact, key: string, value: string | undefined, channelId: string): FieldValue[] {
  const byChannel: Source = { by: 'channel', id: channelId, at: contact.createdAt };
  const { was, ...source }: Source & { was?: string } = contact.sources?.[key] ?? byChannel;
  return [
    ...(value === undefined ? [] : [{ value, contactId: contact.id, source }]),
    ...(was !== undefined && was !== value ? [{ value: was, contactId: contact.id, source: byChannel, replaced: true as const }] : []),
  ];
}

/** Does a choice speak of these contacts as one person? Parted from all others, a contact is as if nobody had chosen. */
const applies = ({ take, between }: Choice, members: string[]): boolean => (take === undefined || members.includes(take)) && between.filter(id => members.includes(id)).length > 1;

/**
 * The value that counts: the one somebody chose; else by who says it; the last correction; the word of the root's channel; the older
 * contact's. @param choices about this field, newest first
 */
export function fieldOf(values: FieldValue[], root: string, members: string[], choices: Choice[]): Field | null {
  const standing = values.filter(each => !each.replaced);
  const choice = choices.find(each => applies(each, members));
  const taken = (each: FieldValue) => Number(choice?.take === each.contactId);
  const [best] = standing.toSorted((a, b) => taken(b) - taken(a) || rank(b) - rank(a)
    || (rank(a) === 3 ? b.source.at.getTime() - a.source.at.getTime() : Number(b.contactId === root) - Number(a.contactId === root) || a.source.at.getTime() - b.source.at.getTime())
    || (a.contactId < b.contactId ? -1 : 1));
  if (!best) return null;
  const different = new Set(standing.map(each => sameValue(each.value)));
  const settled = choice && [...different].every(value => choice.values.includes(value));
  return {
    value: best.value, conflict: different.size > 1 && !settled, values,
    ...(choice && settled && different.size > 1 ? { chosen: { ...(choice.take ? { take: choice.take } : {}), by: choice.by, at: choice.at } } : {}),
  };
}
