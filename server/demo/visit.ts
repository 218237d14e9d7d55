/** One scripted visit: what the customer has said and heard, and what comes next. */
import type { Inbound } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Entry, Head, Locale } from '../conversations/schema.ts';
import type { Script } from './content/scripts.ts';
import type { Guest, Received } from './schema.ts';

/** What our side said, not yet seen by the customer. */
type Spoken = { text: string; by: 'bot' | 'agent' | 'system' };
/** Somebody in the shop: the script and how far it is. `guest`: as the platform knows them; absent where the hub itself is the platform. */
export type Customer = {
  channel: Channel; key: string; name: string; locale: Locale; script: Script; guest?: Guest;
  said: number; next: number; toPeople: number; asked: boolean; thanked: boolean; shown: boolean;
  heard: 'nothing' | 'bot' | 'agent'; lastSaidAt: number; unread: string[]; spoken: Spoken[]; received?: Received;
};

/** Will want a person before leaving. */
export const wantsPeople = (script: Script) => script.person !== undefined || script.toPeople.length > 0;

/** Our side said something to this customer. On a platform it counts when it has arrived. */
export function hear(customer: Customer, entry: Entry, head: Head): void {
  if (entry.kind !== 'message' || entry.actor.kind === 'contact') return;
  const by = entry.actor.kind === 'system' ? 'system' : entry.actor.kind === 'bot' ? head.handler === 'bot' ? 'bot' : 'system' : 'agent';
  if (customer.guest) {
    customer.spoken.push({ text: entry.content?.text ?? '', by });
    return;
  }
  if (entry.actor.kind !== 'system') customer.unread.push(entry.id);
  if (by !== 'system') customer.heard = by;
}

/** A message of ours is on the customer's phone. */
export function see(customer: Customer, received: Received): void {
  const at = customer.spoken.findIndex(({ text }) => text.includes(received.text.slice(0, 20)));
  const [spoken] = at < 0 ? [] : customer.spoken.splice(0, at + 1).slice(-1);
  // Whose it was we do not know any more: somebody's.
  const by = spoken?.by ?? 'agent';
  if (by === 'system') return;
  customer.heard = by;
  customer.received = received;
}

/** What comes next in the script; null: the customer is done, or has waited long enough. */
export function nextLine(customer: Pick<Customer, 'script' | 'next' | 'toPeople' | 'asked' | 'thanked' | 'heard' | 'said'>): string | null {
  const { script } = customer;
  customer.said++;
  if (customer.heard === 'nothing' || customer.thanked) return null;
  if (customer.heard === 'agent') {
    const line = script.toPeople[customer.toPeople++];
    if (line !== undefined) return line;
  } else {
    const line = script.lines[customer.next++];
    if (line !== undefined) return line;
    if (script.person !== undefined && !customer.asked) {
      customer.asked = true;
      return script.person;
    }
  }
  customer.thanked = true;
  return script.thanks;
}

/** The customer's words as the channel would bring them, where the hub itself is the platform. */
export function message(customer: Customer, text: string): Inbound {
  return {
    externalId: `${customer.key}:${customer.said}`, thread: customer.key,
    from: { value: customer.key, name: customer.name, stable: customer.channel.kind !== 'webchat' },
    content: { text },
  };
}
