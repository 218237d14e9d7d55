/** One scripted visit: what the customer has said and heard, and what comes next. */
import type { Inbound } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Entry, Head, Locale } from '../conversations/schema.ts';
import type { Script } from './content/scripts.ts';

/** Somebody in the shop: the script and how far it is. */
export type Customer = {
  channel: Channel; key: string; name: string; locale: Locale; script: Script;
  said: number; next: number; toPeople: number; asked: boolean; thanked: boolean;
  heard: 'nothing' | 'bot' | 'agent'; lastSaidAt: number; unread: string[];
};

/** Will want a person before leaving. */
export const wantsPeople = (script: Script) => script.person !== undefined || script.toPeople.length > 0;

/** Our side said something to this customer. */
export function hear(customer: Customer, entry: Entry, head: Head): void {
  if (entry.kind !== 'message' || entry.actor.kind === 'contact') return;
  if (entry.actor.kind !== 'system') customer.unread.push(entry.id);
  if (entry.actor.kind === 'agent' || entry.actor.kind === 'program') customer.heard = 'agent';
  else if (entry.actor.kind === 'bot' && head.handler === 'bot') customer.heard = 'bot';
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

/** The customer's words as the channel would bring them. */
export function message(customer: Customer, text: string): Inbound {
  return {
    externalId: `${customer.key}:${customer.said}`, thread: customer.key,
    from: { value: customer.key, name: customer.name, stable: customer.channel.kind !== 'webchat' },
    content: { text },
  };
}
