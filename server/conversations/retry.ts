import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { sendAgain } from './receipts.ts';
import type { Entry } from './schema.ts';

/** Sends a failed or doubtful message again, because a person said so. */
export async function retryDelivery(hub: Hub, conversationId: string, seq: number): Promise<Entry> {
  const before = await hub.store.conversations.getEntry(conversationId, seq);
  const several = hub.channels.get(before?.thread?.channelId ?? '')?.connector.split !== undefined;
  const entry = await hub.store.conversations.requeueDelivery(conversationId, seq, hub.now(), several);
  if (!entry) throw new Problem('conflict', 'Only a message that failed, or of which nobody knows, can be sent again.');
  sendAgain(hub, entry);
  return entry;
}
