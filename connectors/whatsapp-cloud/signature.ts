/** Whether a call comes from Meta: HMAC-SHA256 of the raw body with the app secret. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header's value for a body. */
export const sign = (appSecret: string, body: Uint8Array | string): string => `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

/** Compares in constant time. */
export function isSigned(appSecret: string, body: Uint8Array, header: string | undefined): boolean {
  return same(sign(appSecret, body), (header ?? '').trim().toLowerCase());
}

/** Equal texts, in a time that does not tell where they differ. */
export function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
