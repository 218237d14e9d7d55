import type { Hub } from '../hub.ts';
import type { Entry, Head } from './schema.ts';

/** A head with its contact's name, as lists and screens want it. */
export type ConversationView = Head & { contact: { id: string; name: string }; place?: number; drafts?: Record<string, string> };

/** Heads for a screen: one query for all contacts. */
export async function viewsOf(hub: Hub, heads: Head[]): Promise<ConversationView[]> {
  const contacts = await hub.store.contacts.getMany([...new Set(heads.map(head => head.contactId))]);
  return heads.map(head => ({ ...head, contact: { id: head.contactId, name: contacts.get(head.contactId)?.name ?? head.thread.address ?? '' } }));
}

/** An entry for a screen: without the outbox's bookkeeping. */
export function entryView({ effects: _effects, due: _due, key: _key, ...entry }: Entry) {
  return entry;
}
