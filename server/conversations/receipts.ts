import type { Receipt } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import { linkInstead } from './link-instead.ts';
import { readPartKey, sumOf } from './rules/parts.ts';
import { movesFrom } from './rules/delivery.ts';
import type { Delivery, Entry } from './schema.ts';

/** The platform says what became of a message. Receipts come twice and out of order: the ladder only goes up. */
export async function takeReceipt(hub: Hub, channelId: string, receipt: Receipt): Promise<void> {
  // A receipt may overtake the record of its own send: it waits here, before we look, for deliver() to find it after its commit.
  const name = `${channelId}:${receipt.externalId}`;
  // Of several the furthest waits, in whatever order they come.
  const before = hub.known.earlyReceipts.get(name);
  if (!before || movesFrom(receipt.state).includes(before.state)) hub.known.earlyReceipts.set(name, receipt);
  if (await apply(hub, channelId, receipt)) hub.known.earlyReceipts.delete(name);
}

/** A receipt that came before its send was written down. True: it changed something. */
export async function takeEarly(hub: Hub, channelId: string, externalId: string): Promise<boolean> {
  const early = hub.known.earlyReceipts.get(`${channelId}:${externalId}`);
  return early !== undefined && apply(hub, channelId, early);
}

/** False: nothing was moved by it. */
async function apply(hub: Hub, channelId: string, receipt: Receipt): Promise<boolean> {
  const { conversations } = hub.store;
  const { externalId, key, state, reason } = receipt;
  const delivery: Delivery = { state, at: hub.now(), ...(reason ? { reason } : {}) };
  const several = hub.channels.get(channelId)?.connector.split !== undefined;
  if (several && state === 'failed' && receipt.because === 'file' && await asLink(hub, channelId, receipt)) return true;
  const whole = await conversations.moveDelivery({ channelId, externalId }, delivery);
  if (whole) { tellDelivery(hub, whole, delivery); return true; }
  const part = several ? await conversations.movePart(channelId, externalId, delivery) : null;
  if (part) { await tellSum(hub, part); return true; }
  return key !== undefined && byKey(hub, channelId, { key, externalId }, delivery);
}

/** The answer to our send was lost, but the platform hands our own key back: the outcome is known after all. */
async function byKey(hub: Hub, channelId: string, { key, externalId }: { key: string; externalId: string }, delivery: Delivery): Promise<boolean> {
  const place = readPartKey(key);
  const entry = place && await hub.store.conversations.getById(place.entryId);
  if (!place || entry?.thread?.channelId !== channelId) return false;
  if (entry.parts) {
    const settled = await hub.store.conversations.settlePart(entry.id, place, externalId, delivery);
    if (settled) await tellSum(hub, settled);
    return settled !== null;
  }
  const moved = entry.externalId || place.index > 0 || place.round > 0 ? null : await hub.store.conversations.moveDelivery({ id: entry.id }, delivery, externalId);
  if (moved) tellDelivery(hub, moved, delivery);
  return moved !== null;
}

async function asLink(hub: Hub, channelId: string, { externalId, key, reason = '' }: Receipt): Promise<boolean> {
  const { conversations } = hub.store;
  const place = readPartKey(key ?? '');
  const entry = await conversations.findByExternalId(channelId, externalId) ?? (place ? await conversations.getById(place.entryId) : null);
  if (!entry || entry.thread?.channelId !== channelId) return false;
  const found = entry.parts?.findIndex(part => part.externalId === externalId) ?? 0;
  const byPlace = place && entry.parts?.[place.index]?.externalId === undefined && (entry.parts?.[place.index]?.round ?? 0) === place.round ? place.index : -1;
  const index = found >= 0 ? found : byPlace;
  const linked = index >= 0 ? await linkInstead(hub, entry, index, reason) : null;
  if (linked) sendAgain(hub, linked);
  return linked !== null;
}

/** An entry of several parts stands where they stand together; what is missing and in nobody's doubt goes on. */
export async function tellSum(hub: Hub, entry: Entry): Promise<void> {
  if (!entry.parts) return;
  const sum = sumOf(entry.parts, hub.now());
  // A part's failure may have been disproved: then the whole is no failure either.
  const moved = sum.state === 'queued' ? null : await hub.store.conversations.moveDelivery({ id: entry.id }, sum, undefined, sum.state === 'sent' ? [...movesFrom('sent'), 'failed'] : undefined);
  if (moved) tellDelivery(hub, moved, sum);
  if (sum.state !== 'queued' || entry.delivery?.state !== 'unknown') return;
  const resumed = await hub.store.conversations.requeueDelivery(entry.conversationId, entry.seq, hub.now(), true);
  if (resumed) sendAgain(hub, resumed);
}

/** What was queued anew goes out, and screens are told. */
export function sendAgain(hub: Hub, entry: Entry): void {
  if (entry.delivery) tellDelivery(hub, entry, entry.delivery);
  hub.effects.schedule(entry, hub.now());
}

/** Tells the screens how a message fares. */
export function tellDelivery(hub: Hub, entry: Entry, delivery: Delivery): void {
  hub.events.emit('delivery', { conversationId: entry.conversationId, seq: entry.seq, thread: entry.thread, delivery: entry.delivery ?? delivery, ...(entry.externalId ? { externalId: entry.externalId } : {}) });
}
