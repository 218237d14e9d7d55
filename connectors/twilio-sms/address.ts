/** Addresses of Twilio's channels: +14155550100 is SMS, whatsapp:+14155550100 is WhatsApp. */
import type { Sender } from '../connector.ts';

/** The plus of an unescaped form value arrives as a blank. */
export const repaired = (address: string): string => address.replace(/^([a-z]+:)?\s+(?=\d{5})/i, '$1+').trim();

/** Chats have windows, templates and pictures; the rest is SMS. */
export const isChat = (address: string): boolean => /^[a-z]+:/i.test(address);

/** The E.164 number of an address, when it is one. */
export function phoneOf(address: string): string | undefined {
  return /^(?:[a-z]+:)?(\+[1-9]\d{6,14})$/i.exec(address)?.[1];
}

/**
 * Who wrote. The address is what replies go to; the number of a WhatsApp address is named beside it, as Meta had it confirmed by a code.
 * A sender without a number (a short code, a name) is nobody in particular. `ids`: WhatsApp's own ids of the person, as addresses: from
 * people who hide their number they are all that comes.
 */
export function senderOf(address: string, facts: { name?: string; attributes?: Record<string, string>; ids?: string[] } = {}): Sender {
  const phone = phoneOf(address);
  const also = [
    ...(phone && isChat(address) ? [{ kind: 'phone', value: phone, attested: /^whatsapp:/i.test(address) }] : []),
    ...(facts.ids ?? []).map((value) => ({ kind: 'phone', value, attested: true })),
  ];
  return {
    value: address, stable: phone !== undefined || isChat(address),
    ...(facts.name ? { name: facts.name } : {}),
    ...(facts.attributes && Object.keys(facts.attributes).length > 0 ? { attributes: facts.attributes } : {}),
    ...(also.length > 0 ? { also } : {}),
  };
}
