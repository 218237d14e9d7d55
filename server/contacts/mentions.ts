/** What a customer's message says of how to reach them is kept as a claim, with the place where it stands: others who have it are suggested. */
import type { Hub } from '../hub.ts';
import { mentionsIn } from './rules/mentions.ts';

/** Reads what is stored here from now on, beside the work. A crash loses a suggestion, nothing else. */
export function startMentions(hub: Hub): () => void {
  return hub.events.on('appended', ({ entry, head, own }) => {
    if (!own || entry.kind !== 'message' || entry.actor.kind !== 'contact' || !entry.content) return;
    const found = mentionsIn(entry.content, head.locale);
    if (!found.length) return;
    const contactId = entry.actor.id;
    const { conversationId, seq } = entry;
    void Promise.all(found.map(({ kind, value, how }) => hub.store.contacts.claim({
      contactId, kind, value, evidence: 'claimed', firstSeenAt: entry.at, lastSeenAt: entry.at, said: { conversationId, seq, how }, ...(entry.thread ? { channelId: entry.thread.channelId } : {}),
    }))).catch((error: unknown) => hub.log.warn({ err: error, contact: contactId }, 'addresses in a message could not be noted'));
  });
}
