import type { Head } from '../schema.ts';
import type { Draft, Fact } from './apply.ts';
import { draft, outgoing } from './draft.ts';
import { sameThread } from './thread.ts';

/** What was said already goes out on another thread. A thread of the person that is new here joins the conversation: their answer belongs to it. */
export function passedOn(head: Head, fact: Extract<Fact, { kind: 'passed-on' }>, now: Date): Draft {
  const known = head.threads.find(each => sameThread(each, fact.thread));
  return draft(fact.actor, 'message', { lastMessageAt: now, ...(known ? {} : { threads: [...head.threads, fact.thread] }) }, {
    thread: known ?? fact.thread, content: fact.content, key: fact.key, receipt: fact.receipt, ...outgoing(now),
  });
}
