import type { Entry, Head } from '../schema.ts';

const epoch = new Date(0);

/** The head of a conversation in which nothing has happened. */
export const blank = (id: string): Head => ({
  id, seq: 0, contactId: '', thread: { channelId: '', key: '' }, threads: [], subject: null, locale: 'zh-CN',
  status: 'open', handler: 'nobody', queueId: null, priority: 1, skills: [], queuedAt: null, offer: null, assigneeId: null,
  handOver: null, labels: [], unread: 0, preview: '', previewBy: 'contact', lastMessageAt: epoch, lastContactSeq: 0,
  lastReplySeq: 0, lastReplyBy: null, waitingSince: null, openedAt: epoch, firstReplyAt: null, resolvedAt: null, snoozedUntil: null,
  episodeSeq: 0, nextTimerAt: null,
});

/** The head after one more entry. An entry that is not the next one is a gap: a bug, or a stale head. */
export function foldOne(head: Head, entry: Pick<Entry, 'seq' | 'changes'>): Head {
  if (entry.seq !== head.seq + 1) throw new Error(`entry ${entry.seq} cannot follow ${head.seq} in conversation ${head.id}`);
  return { ...head, ...entry.changes, seq: entry.seq };
}

/** The head as it stands after these entries, in order of seq. */
export const fold = (head: Head, entries: Pick<Entry, 'seq' | 'changes'>[]): Head => entries.reduce(foldOne, head);
