/** Addresses as they are compared, and what makes one believable. */
import type { Evidence } from '../schema.ts';

const longest = 320;

/**
 * The form in which two spellings of one address are equal; null: not an address. Phones become E.164 digits, mails lower case. A number
 * without its country stays as it is: guessing the country would join strangers.
 */
export function normalAddress(kind: string, value: string): string | null {
  const text = value.normalize('NFC').trim();
  if (!text || text.length > longest || /\p{C}/u.test(text)) return null;
  if (kind === 'phone') {
    const digits = text.replace(/^(whatsapp|tel|sms):/i, '').replace(/^(\+|00)/, '').replace(/[\s().\-/]/g, '');
    return /^\d{5,15}$/.test(digits) ? digits : null;
  }
  if (kind === 'email') {
    const mail = text.replace(/^mailto:/i, '').toLowerCase();
    return /^[^\s@]+@[^\s@]+$/.test(mail) ? mail : null;
  }
  return text;
}

/** Does somebody other than the customer vouch for it? Only that links by itself. */
export const vouched = (evidence: Evidence): boolean => evidence === 'attested' || evidence === 'hmac' || evidence === 'otp';

/** A person may have several of these; of any other kind (a unionid, a shop's user id) they have one. */
export const mayHaveSeveral = (kind: string): boolean => kind === 'phone' || kind === 'email';

/** Can an address of this kind be forged by who writes from it? A number and a From: can; a platform's own ids cannot. */
export const forgeable = (kind: string): boolean => kind === 'phone' || kind === 'email';

/** How else an address may have been written; only for suggestions. A Chinese mobile number is often given without its country. */
export function alsoWritten(kind: string, value: string): string[] {
  if (kind !== 'phone') return [value];
  if (/^1[3-9]\d{9}$/.test(value)) return [value, `86${value}`];
  return /^861[3-9]\d{9}$/.test(value) ? [value, value.slice(2)] : [value];
}
