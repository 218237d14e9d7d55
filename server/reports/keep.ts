/** Keeps the facts beside the work. */
import { follow } from '../conversations/follow.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Changing } from '../conversations/served-store.ts';
import type { Hub } from '../hub.ts';
import { refresh } from './refresh.ts';

/** Numbers of what is over may come a little later; many entries of one conversation cost one reading. */
const gatherMs = 5_000;
const kinds: ReadonlySet<Entry['kind']> = new Set(['queued', 'offered', 'declined', 'missed', 'assigned', 'resolved', 'reopened', 'pending', 'snoozed', 'woken', 'labelled']);

/** Whether it changes a fact: not every word of a customer who waits already does. */
export const concerns = ({ kind, actor, at, changes }: Changing): boolean =>
  kinds.has(kind) || changes.handler !== undefined || changes.episodeSeq !== undefined || changes.status !== undefined
  || (kind === 'message' && actor.kind !== 'contact' && actor.kind !== 'system') || changes.waitingSince?.getTime() === at.getTime();

/** Starts. `ready` resolves when everything that happened before has been read. */
export function startReporting(hub: Hub): { ready: Promise<void>; stop(): Promise<void> } {
  const { store: { conversations, reports } } = hub;
  return follow(hub, {
    what: 'the facts of reports', gatherMs,
    of: entry => (concerns(entry) ? { conversationId: entry.conversationId, seq: entry.seq } : null),
    async *since(id) {
      for await (const entry of conversations.changesSince(id)) if (concerns(entry)) yield { _id: entry._id, conversationId: entry.conversationId, seq: entry.seq };
    },
    // A new beginning says something of the episode before it.
    take: some => refresh(hub, [...Map.groupBy(some, ({ conversationId }) => conversationId)].map(([conversationId, entries]) => ({ conversationId, seq: Math.min(...entries.map(({ seq }) => seq - 1)) }))),
    mark: { read: () => reports.readTo(), write: mark => reports.setReadTo(mark) },
  });
}
