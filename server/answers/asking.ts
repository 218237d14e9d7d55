import { isIdentified } from '../contacts/identified.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Asking } from './schema.ts';

/** In whose name knowledge is looked for in a conversation: what its customer may hear, where they speak now. */
export async function askingOf(hub: Hub, head: Pick<Head, 'id' | 'contactId' | 'thread'>): Promise<Asking> {
  const kind = hub.channels.get(head.thread.channelId)?.channel.kind;
  return { conversationId: head.id, channelId: head.thread.channelId, ...(kind ? { channelKind: kind } : {}), identified: await isIdentified(hub, head.contactId), at: hub.now() };
}
