/** Everything that happened with a person, over all channels, in one order: what was said and noted, who had it, who joined and parted whom, what was allowed. */
import { membersOf } from '../contacts/link.ts';
import type { Consent, Edge } from '../contacts/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { historyOrderOf, type Family, type Place } from './history-store.ts';
import type { Entry } from './schema.ts';
import { entryView } from './view.ts';

export const timelineKinds = ['message', 'note', 'change', 'person'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

type EntryView = ReturnType<typeof entryView>;
type Joined = Pick<Edge, 'id' | 'from' | 'into' | 'by' | 'reason' | 'at' | 'evidence'>;
export type TimelineItem =
  | ({ type: 'entry'; told: EntryView[] } & EntryView)
  | ({ type: 'joined' | 'parted' } & Joined)
  | ({ type: 'consent' } & Consent);
type Placed = { place: Place; item: TimelineItem };

const families: Record<Exclude<TimelineKind, 'person'>, Family> = { message: 'message', note: 'note', change: 'change' };

/** One page, oldest first; `next` goes further back. A filter by channel leaves out what belongs to the person and to no channel. */
export async function timelineOf(hub: Hub, id: string, { kinds, channelId, before, limit }: { kinds: readonly TimelineKind[]; channelId?: string | undefined; before?: string | undefined; limit: number }): Promise<{ items: TimelineItem[]; next?: string }> {
  const members = await membersOf(hub, id);
  const from = before ? openPlace(before) : undefined;
  const [entries, facts] = await Promise.all([
    hub.store.conversations.historyOf(members, from, limit + 1, { families: kinds.flatMap(kind => kind === 'person' ? [] : families[kind]), channelId }),
    kinds.includes('person') ? personFacts(hub, members, channelId) : [],
  ]);
  const told = await hub.store.conversations.toldOf(entries);
  const all: Placed[] = [...entries.map(entry => ({ place: entry, item: withTold(entry, told) })), ...facts.filter(({ place }) => !from || historyOrderOf(from, place) < 0)]
    .toSorted((a, b) => historyOrderOf(a.place, b.place));
  const page = all.slice(0, limit);
  const last = page.at(-1);
  return { items: page.toReversed().map(({ item }) => item), ...(all.length > limit && last ? { next: placeOf(last.place) } : {}) };
}

function withTold(entry: Entry, told: Entry[]): TimelineItem {
  const own = told.filter(each => each.about === entry.externalId && each.conversationId === entry.conversationId);
  return { type: 'entry', ...entryView(entry), told: own.map(entryView) };
}

/** Few, and read whole: who joined and parted them, and their word on what we may send. */
async function personFacts(hub: Hub, members: string[], channelId?: string): Promise<Placed[]> {
  const [edges, consents] = await Promise.all([channelId ? [] : hub.store.contacts.edgeHistory(members), hub.store.contacts.consentsOf(members)]);
  const place = (at: Date, seq: number, conversationId: string): Place => ({ at, seq, conversationId });
  return [
    ...edges.flatMap(({ id, from, into, by, reason, at, evidence, ended }): Placed[] => [
      { place: place(at, -1, id), item: { type: 'joined', id, from, into, by, reason, at, ...(evidence ? { evidence } : {}) } },
      ...(ended ? [{ place: place(ended.at, 0, id), item: { type: 'parted' as const, id, from, into, ...ended } }] : []),
    ]),
    ...consents.filter(each => !channelId || each.channelId === channelId).map((each): Placed => ({ place: place(each.at, 0, each.id), item: { type: 'consent', ...each } })),
  ];
}

const placeOf = ({ at, seq, conversationId }: Place) => Buffer.from(`${at.getTime()}.${seq}.${conversationId}`).toString('base64url');

function openPlace(cursor: string): Place {
  const [, time, seq, conversationId] = /^(\d{1,15})\.(-1|\d{1,9})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!time || !seq || !conversationId) throw new Problem('invalid', 'The cursor is not one of ours.', { 'query.before': 'take it from `next` of the page before' });
  return { at: new Date(Number(time)), seq: Number(seq), conversationId };
}
