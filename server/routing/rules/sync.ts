/** The state follows the conversation: whatever the head says now, this makes the router's memory say the same. */
import type { EntryKind, Head } from '../../conversations/schema.ts';
import type { z } from 'zod';
import type { WorkItem } from '../schema.ts';
import { accepted, acquaint, declined, dequeue, enqueue, missed, offered } from './items.ts';
import type { RoutingState } from './state.ts';

/** The part of a head that routing reads. */
export type RoutedHead = Pick<
  Head,
  'id' | 'seq' | 'status' | 'handler' | 'queueId' | 'priority' | 'skills' | 'queuedAt' | 'lineSince' | 'returnTo' | 'mood' | 'sla' | 'offer' | 'assigneeId' | 'lastMessageAt'
>;

/** Who asks, as far as routing cares. */
export type CustomerFacts = { value?: number; vip?: boolean; /** The agent who knows them. */ preferred?: string | null };

/** A head with what its channel kind costs an agent, and who asks. */
export type Fed = { head: RoutedHead; units: number; channelKind: string; customer?: CustomerFacts };

export type Cause = z.infer<typeof EntryKind>;

/**
 * Takes a head in; `cause` is the kind of its newest entry when known: it tells a decline from a miss from a transfer. Only an open
 * conversation costs its agent units: parked (pending, snoozed) frees them. Returns an agent who just became 'missed'.
 */
export function sync(state: RoutingState, fed: Fed, cause: Cause | null, now: number): { nowMissed: string | null } {
  const { head } = fed;
  const routed = head.status === 'open' && (head.handler === 'queue' || (head.handler === 'agent' && head.assigneeId !== null));
  if (!routed) dequeue(state, head.id, now);
  else if (head.handler === 'agent' && head.assigneeId !== null) {
    acquaint(state, workOf(state, fed));
    accepted(state, head.id, head.assigneeId, now);
  } else if (head.offer) {
    acquaint(state, workOf(state, fed));
    offered(state, head.id, head.offer.agentId, head.offer.until.getTime(), now);
  } else return waits(state, workOf(state, fed), cause, now);
  return { nowMissed: null };
}

function waits(state: RoutingState, work: WorkItem, cause: Cause | null, now: number): { nowMissed: string | null } {
  if (cause === 'declined') declined(state, work.conversationId, now);
  const nowMissed = cause === 'missed' ? missed(state, work.conversationId, now) : null;
  const item = state.items.get(work.conversationId);
  if (item?.place !== 'waiting' || !same(item, work)) enqueue(state, work);
  return { nowMissed };
}

/** A head without a start of the wait keeps the one we know, or every message would send it to the end of the line. */
function workOf(state: RoutingState, { head, units, channelKind, customer }: Fed): WorkItem {
  const { id: conversationId, queueId, priority, skills, lineSince, returnTo, mood, sla } = head;
  const queuedAt = head.queuedAt?.getTime() ?? state.items.get(conversationId)?.queuedAt ?? head.lastMessageAt.getTime();
  return {
    conversationId, queueId, priority, skills, queuedAt, units, channelKind, declinedBy: [],
    lineSince: lineSince?.getTime() ?? queuedAt,
    preferred: returnTo?.agentId ?? customer?.preferred ?? null,
    heldUntil: returnTo?.until.getTime() ?? null,
    dueAt: sla?.dueAt?.getTime() ?? null,
    value: customer?.value ?? 0,
    vip: customer?.vip ?? false,
    mood: mood?.score ?? 0,
  };
}

/** A customer's next message changes nothing here, and must not cost a place in line. */
function same(item: WorkItem, work: WorkItem): boolean {
  return (
    item.queueId === work.queueId && item.priority === work.priority && item.queuedAt === work.queuedAt &&
    item.units === work.units && item.channelKind === work.channelKind && item.skills.length === work.skills.length &&
    item.skills.every(({ name, level }, index) => name === work.skills[index]?.name && level === work.skills[index]?.level) &&
    item.preferred === work.preferred && item.heldUntil === work.heldUntil && item.dueAt === work.dueAt &&
    item.value === work.value && item.vip === work.vip && item.mood === work.mood
  );
}
