/** What the thread shows, row by row: days, the first unread mark, entries, and what is still on its way. */
import type { TimelineEntry } from '../wire.ts';
import type { OutboxItem } from './use-outbox.ts';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'entry'; key: string; entry: TimelineEntry; grouped: boolean }
  | { kind: 'outgoing'; key: string; item: OutboxItem };

/** Says nothing a person needs to read: it is told by the entry beside it. */
const silent = (entry: TimelineEntry): boolean => entry.kind === 'offered' || entry.kind === 'read' || entry.about !== undefined || (entry.kind === 'message' && entry.content === undefined);

/**
 * True when an entry is the stored form of something in the outbox: the event may come before the answer to our request.
 * The server keeps client ids to itself, so it is known by speaker, words and place.
 */
export function isStored(item: OutboxItem, entries: readonly TimelineEntry[], me: string): boolean {
  return item.state === 'sending' && entries.some((entry) => entry.seq > item.afterSeq && entry.actor.id === me
    && entry.kind === (item.mode === 'note' ? 'note' : 'message') && (entry.content?.text ?? '') === item.text);
}

/** Rows of a timeline. `unreadFrom` is the seq of the first message the agent has not seen when the thread was opened. */
export function timelineRows(entries: readonly TimelineEntry[], outgoing: readonly OutboxItem[], unreadFrom: number | null, me: string): Row[] {
  const rows: Row[] = [];
  let day = '';
  let before: TimelineEntry | null = null;
  for (const entry of entries) {
    if (silent(entry)) continue;
    const today = new Date(entry.at).toDateString();
    // No heading above what goes on further up: an older page would slip in below it, and the view would jump.
    const goesOn = day === '' && entry.seq > 1 && entries[0] === entry;
    if (today !== day && goesOn) before = null;
    else if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}`, at: entry.at });
      before = null;
    }
    day = today;
    if (entry.seq === unreadFrom) rows.push({ kind: 'unread', key: 'unread' });
    rows.push({ kind: 'entry', key: `e${entry.seq}`, entry, grouped: before !== null && follows(before, entry) });
    before = entry;
  }
  for (const item of outgoing) if (!isStored(item, entries, me)) rows.push({ kind: 'outgoing', key: item.clientId, item });
  return rows;
}

function follows(before: TimelineEntry, entry: TimelineEntry): boolean {
  return entry.kind === before.kind && (entry.kind === 'message' || entry.kind === 'note') && entry.actor.id === before.actor.id
    && Date.parse(entry.at) - Date.parse(before.at) < 120_000;
}
