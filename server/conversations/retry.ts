import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { tellDelivery } from './receipts.ts';
import type { Entry } from './schema.ts';

/** Sends a failed or doubtful message again, because a person said so. */
export async function retryDelivery(hub: Hub, conversationId: string, seq: number): Promise<Entry> {
  const entry = await hub.store.conversations.requeueDelivery(conversationId, seq, hub.now());
  if (!entry?.delivery) throw new Problem('conflict', 'Only a message that failed, or of which nobody knows, can be sent again.');
  tellDelivery(hub, entry, entry.delivery);
  hub.effects.schedule(entry, hub.now());
  return entry;
}
