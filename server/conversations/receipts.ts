import type { Receipt } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import type { Delivery, Entry } from './schema.ts';

/** The platform says what became of a message. Receipts come twice and out of order: the ladder only goes up. */
export async function takeReceipt(hub: Hub, channelId: string, receipt: Receipt): Promise<void> {
  const delivery: Delivery = { state: receipt.state, at: hub.now(), ...(receipt.reason ? { reason: receipt.reason } : {}) };
  // A receipt may overtake the record of its own send: it waits here, before we look, for deliver() to find it after its commit.
  const name = `${channelId}:${receipt.externalId}`;
  hub.known.earlyReceipts.set(name, delivery);
  const entry = await hub.store.conversations.moveDelivery({ channelId, externalId: receipt.externalId }, delivery);
  if (!entry) return;
  hub.known.earlyReceipts.delete(name);
  tellDelivery(hub, entry, delivery);
}

/** Tells the screens how a message fares. */
export function tellDelivery(hub: Hub, entry: Entry, delivery: Delivery): void {
  hub.events.emit('delivery', { conversationId: entry.conversationId, seq: entry.seq, thread: entry.thread, delivery });
}
