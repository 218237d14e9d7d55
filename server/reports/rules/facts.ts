/** What a conversation's entries say of its episodes: who waited, at whom it rang, who had it, who answered. Pure: the same entries, the same facts. */
import { foldOne } from '../../conversations/rules/fold.ts';
import type { Entry, Head } from '../../conversations/schema.ts';
import type { Episode, Handling, Offer, Turn, Wait } from '../schema.ts';

/** The part of an entry that facts are read off. */
export type Seen = Pick<Entry, 'seq' | 'at' | 'kind' | 'actor' | 'changes'>;

/** One step of the timeline; `since` is when the one before happened. */
type Step = { before: Head; entry: Seen; after: Head; since: Date };

/** A new episode begins with it. */
export const begins = ({ seq, changes }: Pick<Seen, 'seq' | 'changes'>): boolean => seq === 1 || changes.episodeSeq !== undefined;

/** @param head the fold of everything before the first of these entries  @param entries in order of seq, without a gap, the first of an episode first */
export function factsOf(head: Head, entries: readonly Seen[]): Episode[] {
  const episodes: Episode[] = [];
  let before = head;
  let since = entries[0]?.at ?? new Date(0);
  for (const entry of entries) {
    const after = foldOne(before, entry);
    const last = episodes.at(-1);
    if (begins(entry) || !last) {
      if (last) last.reopenedAt = entry.at;
      episodes.push(opened(before, after, entry));
    }
    const episode = episodes.at(-1);
    if (episode) note(episode, { before, entry, after, since });
    before = after;
    since = entry.at;
  }
  return episodes;
}

const opened = (before: Head, head: Head, { seq, at }: Seen): Episode => ({
  id: `${head.id}/${seq}`, conversationId: head.id, start: seq, before, queueId: head.queueId, contactId: head.contactId, channelId: head.thread.channelId, locale: head.locale, labels: [],
  openedAt: at, firstReplyAt: null, firstReplyBy: null, resolvedAt: null, resolvedBy: null, waitedForCustomerMs: 0, reopenedAt: null, waits: [], handlings: [], turns: [],
});

function note(episode: Episode, step: Step): void {
  const { before, entry, after } = step;
  const { kind, actor, at, seq } = entry;
  noteWait(episode.waits, step);
  noteHandling(episode.handlings, step);
  noteTurn(episode.turns, step);
  if (seq > episode.start && before.status !== 'resolved' && before.waitingSince === null) episode.waitedForCustomerMs += passed(step);
  if (kind === 'message' && actor.kind === 'agent' && episode.firstReplyAt === null) Object.assign(episode, { firstReplyAt: at, firstReplyBy: actor.id });
  if (after.status === 'resolved' && before.status !== 'resolved') Object.assign(episode, { resolvedAt: at, resolvedBy: actor });
  Object.assign(episode, { contactId: after.contactId, channelId: after.thread.channelId, queueId: after.queueId, labels: after.labels, locale: after.locale });
}

const passed = ({ entry, since }: Step): number => entry.at.getTime() - since.getTime();
const inLine = ({ handler, status }: Head): boolean => handler === 'queue' && status !== 'resolved';
const isHad = ({ handler, status, assigneeId }: Head): boolean => handler === 'agent' && status !== 'resolved' && assigneeId !== null;
const isParked = ({ status }: Head): boolean => status === 'pending' || status === 'snoozed';

function noteWait(waits: Wait[], step: Step): void {
  const { before, entry: { seq, at }, after } = step;
  // A new episode always begins a new wait, even in the queue in which the one before was left.
  const sameLine = inLine(before) && inLine(after) && before.queueId === after.queueId && after.episodeSeq === before.episodeSeq;
  const wait = waits.at(-1);
  if (wait && wait.endedAt === null) {
    noteOffer(wait.offers, step);
    if (!sameLine) Object.assign(wait, { endedAt: at, end: endOf(step), agentId: isHad(after) ? after.assigneeId : null });
  }
  if (!inLine(after) || sameLine) return;
  waits.push({ seq, queueId: after.queueId, priority: after.priority, startedAt: after.queuedAt ?? at, enteredAt: at, endedAt: null, end: null, agentId: null, offers: [] });
}

function endOf({ entry, after }: Step): Wait['end'] {
  if (isHad(after)) return 'answered';
  if (inLine(after)) return 'moved';
  return after.status === 'resolved' && entry.actor.kind === 'contact' ? 'abandoned' : 'closed';
}

function noteOffer(offers: Offer[], { before, entry: { kind, seq, at, actor }, after }: Step): void {
  const ringing = offers.at(-1);
  if (ringing && ringing.endedAt === null && after.offer?.agentId !== before.offer?.agentId) {
    const end: Offer['end'] = kind === 'missed' || kind === 'declined' ? kind
      : isHad(after) && after.assigneeId === ringing.agentId ? 'accepted'
        : after.status === 'resolved' && actor.kind === 'contact' ? 'left' : 'withdrawn';
    Object.assign(ringing, { endedAt: at, end });
  }
  if (kind === 'offered' && after.offer) offers.push({ seq, agentId: after.offer.agentId, at, endedAt: null, end: null });
}

function noteHandling(handlings: Handling[], step: Step): void {
  const { before, entry: { seq, at, kind, actor }, after } = step;
  const had = handlings.at(-1);
  const stays = isHad(before) && isHad(after) && before.assigneeId === after.assigneeId && before.episodeSeq === after.episodeSeq;
  if (had && had.to === null) {
    if (isParked(before)) had.parkedMs += passed(step);
    if (!stays) Object.assign(had, { to: at, end: after.status === 'resolved' ? 'resolved' : isHad(after) ? 'to-agent' : inLine(after) ? 'to-queue' : 'let-go' });
  }
  if (isHad(after) && !stays) handlings.push({ seq, agentId: after.assigneeId ?? '', queueId: after.queueId, from: at, to: null, end: null, parkedMs: 0, replies: 0 });
  const has = handlings.at(-1);
  if (has && has.to === null && kind === 'message' && actor.kind === 'agent' && actor.id === has.agentId) has.replies += 1;
}

function noteTurn(turns: Turn[], { before, entry: { seq, at, kind, actor }, after }: Step): void {
  const turn = turns.at(-1);
  if (turn && turn.endedAt === null && after.waitingSince === null && before.waitingSince !== null) {
    const by = kind === 'message' && (actor.kind === 'agent' || actor.kind === 'bot' || actor.kind === 'program') ? actor.kind : null;
    Object.assign(turn, { endedAt: at, by, agentId: by === 'agent' ? actor.id : null, queueId: after.queueId });
  }
  if (after.waitingSince !== null && before.waitingSince === null) turns.push({ seq, at, endedAt: null, by: null, agentId: null, queueId: after.queueId });
}
