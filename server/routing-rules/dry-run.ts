/**
 * What other rules would have made of the conversations that came into line lately: each at the first moment in which it did, as its entries
 * tell. Attributes of contacts are today's: what they were then is not kept.
 */
import { foldOne, blank } from '../conversations/rules/fold.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { atMoment, summedUp, type Retold } from './rules/retell.ts';
import { looksAt } from './rules/match.ts';
import type { DryRun, DryRunInput } from './schema.ts';
import { customerOf, openBy } from './served.ts';

const dayMs = 86_400_000;
const atOnce = 16;
/** What did not come into line by so many entries is not looked at further. */
const opening = 300;

/** The entry that put it in line for the first time, and the heads around it; null: it never waited for a person. */
function firstInLine(id: string, entries: Entry[]): { before: Head; entry: Entry; after: Head; text: string } | null {
  let head = blank(id);
  let text: string | undefined;
  for (const entry of entries) {
    const before = head;
    head = foldOne(head, entry);
    if (entry.kind === 'message' && entry.actor.kind === 'contact') text ??= entry.content?.text ?? '';
    // Only the customer's word and the bot put a conversation in line by the rules; what a person did stays a person's.
    if (head.handler === 'queue' && before.handler !== 'queue') return entry.actor.kind === 'contact' || entry.actor.kind === 'bot' ? { before, entry, after: head, text: text ?? '' } : null;
    if (head.handler === 'agent') return null;
  }
  return null;
}

/** Runs the rules; nothing is changed. */
export async function dryRun(hub: Hub, { rules, days, limit }: DryRunInput): Promise<DryRun> {
  const from = new Date(hub.now().getTime() - days * dayMs);
  const ids = await hub.store.conversations.newestSince(from, limit + 1);
  const queues = new Set((await hub.store.queues.list()).map(({ id }) => id));
  const isOpen = openBy(hub);
  const retell = async (id: string): Promise<Retold | null> => {
    const found = firstInLine(id, await hub.store.conversations.readEntries(id, { limit: opening }));
    if (!found) return null;
    const { before, entry, after } = found;
    const customer = await customerOf(hub, rules, after.contactId, id);
    const channelKind = hub.channels.get(after.thread.channelId)?.channel.kind ?? '';
    return atMoment({ rules, before, after, entry, text: looksAt(rules, 'words') ? found.text : '', customer, channelKind, isOpen, isQueue: (queue) => queues.has(queue) });
  };
  const retold: Retold[] = [];
  const looked = ids.slice(0, limit);
  for (let at = 0; at < looked.length; at += atOnce) {
    for (const each of await Promise.all(looked.slice(at, at + atOnce).map(retell))) if (each) retold.push(each);
  }
  const sum = summedUp(rules, retold);
  const contacts = await hub.store.contacts.getMany([...new Set(sum.items.map(({ contactId }) => contactId))]);
  return { ...sum, cut: ids.length > limit, items: sum.items.map(({ contactId, ...item }) => ({ ...item, contactName: contacts.get(contactId)?.name ?? '' })) };
}
