/** The only way a conversation changes: decide on the head, insert one entry, fold it in, tell. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { Duplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { apply, type Fact } from './rules/apply.ts';
import { withDeadlines } from './rules/draft.ts';
import { foldOne } from './rules/fold.ts';
import type { Entry, Head } from './schema.ts';

export type Appended = { entry: Entry; head: Head; repeated: boolean };

const mostRaces = 20;

/**
 * Appends the fact to the conversation. Resolves when it is durable.
 * Two nodes that append at once collide on (conversationId, seq): the loser reads on, decides again and retries.
 * A fact that was appended before (same externalId or key) comes back with repeated: true and changes nothing.
 * Throws Problem 'conflict' when the head forbids the fact, 'not-found' when there is no such conversation.
 */
export function append(hub: Hub, conversationId: string, fact: Fact | ((head: Head) => Fact)): Promise<Appended> {
  return hub.turns(conversationId, async () => {
    let head = await hub.heads.get(conversationId);
    for (let race = 0; race < mostRaces; race++) {
      if (!head) throw new Problem('not-found', 'There is no such conversation.');
      const at = hub.now();
      const said = typeof fact === 'function' ? fact(head) : fact;
      let entry: Entry;
      try {
        entry = { id: newId(), conversationId, seq: head.seq + 1, at, ...apply(head, said, at) };
        entry.changes = withDeadlines(head, entry.changes, hub.slaAfter, at);
      } catch (error) {
        // What was done before may be forbidden by now: a retry still gets the answer it had.
        const before = 'key' in said && said.key ? await hub.store.conversations.findByKey(said.key) : null;
        if (before?.conversationId !== conversationId) throw error;
        return { entry: before, head, repeated: true };
      }
      if (head.status === 'resolved' && entry.changes.status === 'open' && said.kind !== 'contact-said') await mayReopen(hub, head);
      try {
        await hub.store.conversations.insertEntry(entry);
      } catch (error) {
        if (!(error instanceof Duplicate)) {
          await learn(hub, conversationId).catch(() => undefined); // the outcome is unknown: believe the database
          throw error;
        }
        const before = await repeated(hub, error.index, entry);
        if (before) return { entry: before, head, repeated: true };
        head = await learn(hub, conversationId);
        continue;
      }
      head = foldOne(head, entry);
      hub.heads.changed(head);
      hub.events.emit('appended', { entry, head, own: true });
      if (entry.actor.kind === 'agent') await hub.heads.flush(conversationId); // who acts wants to see it in the next list
      return { entry, head, repeated: false };
    }
    throw new Problem('unavailable', 'Too many are writing to this conversation at once. Try again in a moment.');
  });
}

/** The customer has gone on elsewhere: two open conversations must not claim one thread. */
async function mayReopen(hub: Hub, head: Head): Promise<void> {
  if (await hub.store.conversations.openElsewhere(head.threads, head.id)) throw new Problem('conflict', 'The customer has a newer open conversation. Answer there.');
}

/** Another node, or a write of unknown outcome, is further on: reads the head again and tells our screens and router what they missed. */
async function learn(hub: Hub, conversationId: string): Promise<Head | null> {
  const known = hub.heads.peek(conversationId);
  const head = await hub.heads.refresh(conversationId);
  if (!known || !head || head.seq <= known.seq) return head;
  let folded = known;
  for (const entry of await hub.store.conversations.readEntries(conversationId, { after: known.seq })) {
    folded = foldOne(folded, entry);
    hub.events.emit('appended', { entry, head: folded, own: false });
  }
  return head;
}

/** The entry that the unique index knows already; null when it is not committed yet. */
async function repeated(hub: Hub, index: string, entry: Entry): Promise<Entry | null> {
  if (index === 'platform' && entry.thread && entry.externalId) return hub.store.conversations.findByExternalId(entry.thread.channelId, entry.externalId);
  if (index !== 'cause' || !entry.key) return null;
  const before = await hub.store.conversations.findByKey(entry.key);
  if (before && before.conversationId !== entry.conversationId) throw new Problem('conflict', 'This key was used for another message. Make a new one for each.', { 'idempotency-key': 'was used in another conversation' });
  return before;
}
