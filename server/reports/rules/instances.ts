/** Everything that counts in an episode, one by one: what numbers are added up from, and what stands behind each of them. Pure. */
import type { Episode, Instance, Metric } from '../schema.ts';

/** A reopening so soon after the end means that the matter was not done. */
export const reopenedWithinMs = 7 * 86_400_000;

const spent = (from: Date, to: Date): number => to.getTime() - from.getTime();

/**
 * When each counts: a wait and how it ended, when it came into line; an offer when it began to ring; a handling and a resolution when they
 * ended; a response when the customer's turn began, the first one when the episode did.
 */
export function instancesOf(episode: Episode): Instance[] {
  const { conversationId, channelId, waits, handlings, turns } = episode;
  const all: Instance[] = [];
  const add = (metric: Metric, seq: number, at: Date, ms: number | null, queueId: string | null, agentId: string | null): void => { all.push({ metric, conversationId, seq, at, ms, queueId, channelId, agentId }); };
  for (const { seq, queueId, startedAt, enteredAt, endedAt, end, agentId, offers } of waits) {
    add('offered', seq, enteredAt, null, queueId, agentId);
    if (end && endedAt) add(end, seq, enteredAt, end === 'answered' || end === 'abandoned' ? spent(startedAt, endedAt) : null, queueId, agentId);
    for (const offer of offers) if (offer.end && offer.endedAt) add(offer.end, offer.seq, offer.at, offer.end === 'accepted' ? spent(offer.at, offer.endedAt) : null, queueId, offer.agentId);
  }
  for (const { seq, agentId, queueId, from, to, end, parkedMs, replies } of handlings) {
    if (!to) continue;
    add('handled', seq, to, Math.max(0, spent(from, to) - parkedMs), queueId, agentId);
    if (end === 'to-agent') add('toAgent', seq, to, null, queueId, agentId);
    if (end === 'to-queue') add('toQueue', seq, to, null, queueId, agentId);
    for (let reply = 0; reply < replies; reply += 1) add('replies', seq, to, null, queueId, agentId);
  }
  for (const { seq, at, endedAt, by, agentId, queueId } of turns) if (endedAt && by === 'agent') add('responses', seq, at, spent(at, endedAt), queueId, agentId);
  addWhole(episode, add);
  return all;
}

function addWhole(episode: Episode, add: (metric: Metric, seq: number, at: Date, ms: number | null, queueId: string | null, agentId: string | null) => void): void {
  const { start, openedAt, queueId, firstReplyAt, firstReplyBy, resolvedAt, waitedForCustomerMs, reopenedAt, waits, handlings } = episode;
  const last = handlings.at(-1)?.agentId ?? null;
  add('opened', start, openedAt, null, queueId, null);
  if (firstReplyAt) add('firstResponses', start, openedAt, spent(openedAt, firstReplyAt), queueId, firstReplyBy);
  if (!resolvedAt) return;
  add('resolved', start, resolvedAt, spent(openedAt, resolvedAt), queueId, last);
  add('resolvedNet', start, resolvedAt, Math.max(0, spent(openedAt, resolvedAt) - waitedForCustomerMs), queueId, last);
  if (reopenedAt && spent(resolvedAt, reopenedAt) <= reopenedWithinMs) add('reopened', start, resolvedAt, null, queueId, last);
  if (waits.length + handlings.length === 0 && !firstReplyAt) add('botOnly', start, resolvedAt, null, queueId, null);
}
