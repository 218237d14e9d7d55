/** Addresses that stand in a message. Pure: what is found is only ever a suggestion. */
import { findPhoneNumbersInText } from 'libphonenumber-js/max';
import type { Content, Locale } from '../../conversations/schema.ts';
import { normalAddress } from './address.ts';

export type Mention = { kind: 'phone' | 'email'; value: string; how: 'message' | 'forwarded' };

/** Nobody says in a novel how to reach them. */
const longest = 5_000;
const most = 5;
/**
 * Looks like a number to dial: seven digits close together, after a plus, or as a number in China begins (mobile, area code, 400). The library
 * reads far more carefully, and slowly.
 */
const rest = String.raw`(?:[\s()./-]{0,3}\d)`;
const dialled = { en: new RegExp(`\\+${rest}{7}`, 'u'), 'zh-CN': new RegExp(`\\+${rest}{7}|(?<!\\d)(?:1[3-9]\\d|0\\d\\d|[48]00)${rest}{7}`, 'u') } satisfies Record<Locale, RegExp>;
const mail = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+){1,5}/gu;

/** Numbers as they are dialled (E.164 digits) and mail addresses. A number without its country is one of the country of the language, when that is plain. */
export function mentionsIn(content: Content, locale: Locale): Mention[] {
  const text = (content.text ?? '').slice(0, longest);
  const found: Mention[] = [];
  const add = (kind: Mention['kind'], written: string, how: Mention['how']) => {
    const value = normalAddress(kind, written);
    if (value !== null && !found.some(each => each.kind === kind && each.value === value)) found.push({ kind, value, how });
  };
  if (content.email?.forwarded) add('email', content.email.forwarded.address, 'forwarded');
  for (const [written] of text.includes('@') ? text.matchAll(mail) : []) add('email', written.replace(/[.]+$/, ''), 'message');
  // Full-width digits and signs are digits and signs; an order number is longer than a telephone number, or of another shape.
  const plain = text.normalize('NFKC');
  if (dialled[locale].test(plain)) for (const { number } of findPhoneNumbersInText(plain, locale === 'zh-CN' ? { defaultCountry: 'CN' } : {})) add('phone', number.number, 'message');
  for (const card of content.cards ?? []) for (const phone of card.phones) if (phone.trim().startsWith('+')) add('phone', phone, 'message');
  return found.slice(0, most);
}
