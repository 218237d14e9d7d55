/** What happens beside what the customer and we say here. */
import type { Actor, Changes, Head, Thread } from '../schema.ts';
import { sameThread } from './thread.ts';
import type { Draft, Fact } from './apply.ts';
import { awaits, draft, fetch, heardFrom, timed } from './draft.ts';
import { previewOf } from './preview.ts';

/** Ours, but not through us: the phone app, the Sent folder. */
const outside: Actor = { kind: 'program', id: 'outside' };

/** A word about a message, or about the person: it wakes nobody. What is told before anybody wrote makes a conversation that is closed. */
export function happened(head: Head, fact: Extract<Fact, { kind: 'happened' }>, now: Date): Draft {
  const changes: Changes = head.seq === 0 ? { ...heardFrom(head, fact.contactId, fact.thread, now), lastMessageAt: now, status: 'resolved', handler: 'nobody', resolvedAt: now } : {};
  const newest = fact.aboutSeq !== undefined && fact.aboutSeq === Math.max(head.lastContactSeq, head.lastReplySeq);
  if (newest && fact.happening === 'edited') changes.preview = previewOf(fact.content ?? {}, head.locale);
  if (newest && fact.happening === 'recalled') changes.preview = '';
  if (fact.movedTo) Object.assign(changes, movedTo({ ...head, ...changes }, fact.thread, fact.movedTo));
  return draft(fact.actor, fact.happening, changes, { thread: fact.thread, externalId: fact.externalId, about: fact.about, emoji: fact.emoji, content: fact.content, receipt: fact.receipt, saidAt: fact.saidAt });
}

/** Replies go to the new address; the thread that its words will come on leads here as well. */
function movedTo(head: Head, thread: Thread, { address, also }: { address: string; also?: Thread }): Changes {
  const moved = (each: Thread): Thread => sameThread(each, thread) ? { ...each, address } : each;
  return { thread: moved(head.thread), threads: [...head.threads.map(moved), ...(also && !head.threads.some(each => sameThread(each, also)) ? [also] : [])] };
}

/** Somebody of ours answered elsewhere: bot and queue let go, an agent who holds the conversation keeps it. */
export function echoed(head: Head, fact: Extract<Fact, { kind: 'echoed' }>, now: Date): Draft {
  const held = head.handler === 'agent' && head.status !== 'resolved';
  const changes: Changes = {
    ...heardFrom(head, fact.contactId, fact.thread, now), lastMessageAt: now, preview: previewOf(fact.content, head.locale), previewBy: 'program',
    lastReplySeq: head.seq + 1, lastReplyBy: outside.id, waitingSince: null, unread: 0,
    ...(head.status === 'resolved' && head.seq > 0 ? {} : { firstReplyAt: head.firstReplyAt ?? now, ...(held ? {} : timed(head, { status: 'pending', handler: 'nobody', offer: null, queuedAt: null })) }),
  };
  return draft(outside, 'message', changes, {
    thread: fact.thread, externalId: fact.externalId, content: fact.content, delivery: { state: 'sent', at: now }, ...(awaits(fact.content) ? { effects: [fetch], due: now } : {}),
  });
}
