import { namesOf } from '../contacts/names.ts';
import type { Hub } from '../hub.ts';
import type { Entry, Head } from './schema.ts';

/** A head with the name of the person behind its contact, as lists and screens want it. */
export type ConversationView = Head & { contact: { id: string; name: string }; place?: number; drafts?: Record<string, string> };

/** Heads for a screen: a few queries for all contacts. */
export async function viewsOf(hub: Hub, heads: Head[]): Promise<ConversationView[]> {
  const names = await namesOf(hub, [...new Set(heads.map(head => head.contactId))]);
  return heads.map(head => ({ ...head, contact: { id: head.contactId, name: names.get(head.contactId) ?? head.thread.address ?? '' } }));
}

/** An entry for a screen: without the outbox's bookkeeping. */
export function entryView({ effects: _effects, due: _due, key: _key, ...entry }: Entry) {
  return entry;
}
