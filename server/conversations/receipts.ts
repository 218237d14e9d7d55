import type { Receipt } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import { Id, type Delivery, type Entry } from './schema.ts';

/** The platform says what became of a message. Receipts come twice and out of order: the ladder only goes up. */
export async function takeReceipt(hub: Hub, channelId: string, receipt: Receipt): Promise<void> {
  const delivery: Delivery = { state: receipt.state, at: hub.now(), ...(receipt.reason ? { reason: receipt.reason } : {}) };
  // A receipt may overtake the record of its own send: it waits here, before we look, for deliver() to find it after its commit.
  const name = `${channelId}:${receipt.externalId}`;
  hub.known.earlyReceipts.set(name, delivery);
  const entry = await hub.store.conversations.moveDelivery({ channelId, externalId: receipt.externalId }, delivery) ?? await byKey(hub, channelId, receipt, delivery);
  if (!entry) return;
  hub.known.earlyReceipts.delete(name);
  tellDelivery(hub, entry, delivery);
}

/** The answer to our send was lost, but the platform hands our own key back: the outcome is known after all. */
async function byKey(hub: Hub, channelId: string, { key, externalId }: Receipt, delivery: Delivery): Promise<Entry | null> {
  if (!Id.safeParse(key).success || key === undefined) return null;
  const entry = await hub.store.conversations.getById(key);
  return entry?.thread?.channelId === channelId && !entry.externalId ? hub.store.conversations.moveDelivery({ id: key }, delivery, externalId) : null;
}

/** Tells the screens how a message fares. */
export function tellDelivery(hub: Hub, entry: Entry, delivery: Delivery): void {
  hub.events.emit('delivery', { conversationId: entry.conversationId, seq: entry.seq, thread: entry.thread, delivery });
}
