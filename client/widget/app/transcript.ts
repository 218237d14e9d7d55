/** The thread as one browser holds it: lines of the hub by seq, and what is still on its way. Pure. */
import type { DeliveryState, Line, Problem, Uploaded } from '../wire.ts';

/** Said here, not yet confirmed by the hub. The id is the same at every attempt. `by`: the site's user who said it, as the page named them. */
export type Pending = { id: string; by?: string; at: string; text?: string; attachments?: Uploaded[]; state: 'sending' | 'failed'; problem?: Problem };
export type Thread = {
  lines: Line[];
  /** Up to here the hub has told us everything; an acknowledgement of our own line does not move it, or a gap could hide below. */
  cursor: number;
  outbox: Pending[];
};

/** A thread with nothing in it but what is still to be sent. */
export const emptyThread = (outbox: Pending[] = []): Thread => ({ lines: [], cursor: 0, outbox });

/** Lines from the hub, in any order, some of them known: each is kept once, and what they confirm leaves the outbox. */
export function received(thread: Thread, lines: Line[]): Thread {
  return { lines: merge(thread.lines, lines), cursor: Math.max(thread.cursor, ...lines.map((line) => line.seq)), outbox: thread.outbox.filter((one) => !lines.some((line) => isOf(line, one.id))) };
}

/** Our own line is stored as `seq`. */
export function acknowledged(thread: Thread, id: string, seq: number): Thread {
  const said = thread.outbox.find((one) => one.id === id);
  if (!said) return thread;
  const line: Line = { seq, at: said.at, from: 'contact', externalId: `:${id}`, content: { text: said.text, attachments: said.attachments } };
  return { ...thread, lines: thread.lines.some((one) => one.seq === seq) ? thread.lines : merge(thread.lines, [line]), outbox: thread.outbox.filter((one) => one.id !== id) };
}

/** Something new to say. */
export const queued = (thread: Thread, said: Pending): Thread => ({ ...thread, outbox: [...thread.outbox, said] });

/** The hub refused it, or it is tried again. */
export function marked(thread: Thread, id: string, state: Pending['state'], problem?: Problem): Thread {
  return { ...thread, outbox: thread.outbox.map((one) => (one.id === id ? { ...one, state, problem } : one)) };
}

/** It is not to be sent after all. */
export const discarded = (thread: Thread, id: string): Thread => ({ ...thread, outbox: thread.outbox.filter((one) => one.id !== id) });

/** The other side has got (or read) our lines up to this one; the ladder only goes up. */
export function advanced(thread: Thread, change: { seq?: number; externalId?: string; state: DeliveryState }): Thread {
  const upTo = change.seq ?? thread.lines.find((line) => line.externalId === change.externalId)?.seq;
  if (upTo === undefined) return thread;
  const steps: (DeliveryState | undefined)[] = ['queued', 'sent', 'delivered', 'read'];
  return {
    ...thread,
    lines: thread.lines.map((line) =>
      line.from === 'contact' && line.seq <= upTo && steps.indexOf(line.delivery) < steps.indexOf(change.state) ? { ...line, delivery: change.state } : line),
  };
}

/** Lines of ours the visitor has not seen. */
export function unread(thread: Thread, readSeq: number): number {
  return thread.lines.filter((line) => line.from !== 'contact' && line.seq > readSeq && line.delivery !== 'read').length;
}

const isOf = (line: Line, id: string): boolean => line.externalId?.endsWith(`:${id}`) ?? false;

function merge(known: Line[], incoming: Line[]): Line[] {
  const bySeq = new Map(known.map((line) => [line.seq, line]));
  for (const line of incoming) bySeq.set(line.seq, line);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
