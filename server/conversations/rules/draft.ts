/** Parts of which entries are made. */
import type { Actor, Changes, Content, Effect, Entry, Head, Thread } from '../schema.ts';
import type { Draft } from './apply.ts';
import { nextRing } from './clock.ts';
import { sameThread } from './thread.ts';

/** An entry of these parts; what is undefined is left out. */
export function draft(actor: Actor, kind: Entry['kind'], changes: Changes, rest: Partial<Draft> = {}): Draft {
  const entry: Draft = { actor, kind, changes, effects: [] };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) Object.assign(entry, { [name]: value });
  return entry;
}

/** Changes with the next moment at which due() must look. */
export function timed(head: Head, changes: Changes): Changes {
  const after = { ...head, ...changes };
  // Silence means something only after a word of the bot's.
  const closesAt = after.handler === 'bot' && after.status === 'open' ? after.closesAt ?? null : null;
  // An agent is waited for only while the conversation waits.
  const waitsAnew = head.returnTo && (after.handler !== 'queue' || changes.queueId !== undefined) && !changes.returnTo;
  return { ...changes, ...(waitsAnew ? { returnTo: null } : {}), ...(head.closesAt || changes.closesAt ? { closesAt } : {}), nextTimerAt: nextTimer(after) };
}

/** The next moment at which due() must look at this head. */
export function nextTimer(head: Pick<Head, 'snoozedUntil' | 'offer' | 'sla'>): Date | null {
  const times = [head.snoozedUntil, head.offer?.until ?? null, nextRing(head.sla)].filter(time => time !== null);
  return times.length ? new Date(Math.min(...times.map(time => time.getTime()))) : null;
}

/** What is due follows from what an entry changes, and rides on it: folding stays assignment. @param slaAfter undefined: as it was */
export function withDeadlines(head: Head, changes: Changes, slaAfter: (after: Head, now: Date) => Head['sla'], now: Date): Changes {
  const after: Head = { ...head, ...changes };
  const sla = slaAfter(after, now);
  return sla === undefined ? changes : { ...changes, sla, nextTimerAt: nextTimer({ ...after, sla }) };
}

/** What makes a message of ours go out. */
export const outgoing = (now: Date): Pick<Draft, 'effects' | 'due' | 'delivery'> => ({ effects: [{ kind: 'deliver', state: 'pending', attempts: 0 }], due: now, delivery: { state: 'queued', at: now } });

/** Files that the platform still holds are to be fetched. */
export const fetch: Effect = { kind: 'fetch', state: 'pending', attempts: 0 };
/** Whether some file is not here yet. */
export const awaits = (content: Content): boolean => content.attachments?.some(({ awaited }) => awaited) ?? false;

/** Whose conversation it is and where they speak. The first entry names its thread even though openHead() took it already: the fold of all entries must know it. */
export function heardFrom(head: Head, contactId: string, thread: Thread, now: Date): Changes {
  const known = head.seq > 0 && head.threads.some(each => sameThread(each, thread) && each.address === thread.address);
  return {
    ...(known ? {} : { threads: [...head.threads.filter(each => !sameThread(each, thread)), thread] }),
    ...(head.seq === 0 ? { contactId, thread, openedAt: now } : {}),
  };
}
