/** Standard Webhooks signatures on raw bytes: `v1,` + base64(HMAC-SHA256(secret, id.timestamp.body)). */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Seconds a timestamp may be off in either direction. */
export const tolerance = 5 * 60;

/** `whsec_` and the base64 of 24 to 64 random bytes. */
export const secretPattern = /^whsec_(?:[A-Za-z0-9+/]{4}){7,21}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;

/** The bytes of a secret, prepared once: the hot path only hashes. */
export const prepareKey = (secret: string): KeyObject => createSecretKey(Buffer.from(secret.slice('whsec_'.length), 'base64'));

/** Why a call is not believed; `header` is the one to look at. */
export type Refusal = { header: 'webhook-id' | 'webhook-timestamp' | 'webhook-signature'; message: string };

type Signed = { id: string | undefined; timestamp: string | undefined; signature: string | undefined };

const digest = (key: KeyObject, id: string, timestamp: string, body: Uint8Array): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');

/** Null when one of the keys signed these bytes lately; `now` is in milliseconds. */
export function verify(keys: readonly KeyObject[], body: Uint8Array, { id, timestamp, signature }: Signed, now: number): Refusal | null {
  if (!id || !/^[\x21-\x7e]{1,256}$/.test(id)) return { header: 'webhook-id', message: 'is required: 1 to 256 visible ASCII characters, the same at every retry' };
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) return { header: 'webhook-timestamp', message: 'is required: the seconds since 1970 at which this attempt was signed' };
  if (!signature) return { header: 'webhook-signature', message: 'is required: v1,<base64 of the HMAC-SHA256 of id.timestamp.body>' };
  const age = now / 1000 - Number(timestamp);
  if (age > tolerance) return { header: 'webhook-timestamp', message: 'is older than 5 minutes: sign each attempt anew and check your clock' };
  if (age < -tolerance) return { header: 'webhook-timestamp', message: 'is more than 5 minutes in the future: check your clock' };
  const offered: Buffer[] = [];
  for (const part of signature.split(' ')) {
    if (!part.startsWith('v1,')) continue;
    // Compared as base64: its decoder forgives what is no base64.
    const bytes = Buffer.from(part.slice(3));
    if (bytes.length === 44) offered.push(bytes);
  }
  for (const key of keys) {
    const expected = Buffer.from(digest(key, id, timestamp, body));
    for (const bytes of offered) if (timingSafeEqual(bytes, expected)) return null;
  }
  return { header: 'webhook-signature', message: 'does not match: sign the raw bytes of the body with the base64-decoded part of this channel\'s whsec_ secret' };
}

/** The three headers of an outgoing call; one signature a key, so the receiver can change secrets at leisure. */
export function sign(keys: readonly KeyObject[], id: string, body: Uint8Array, now: number): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${digest(key, id, timestamp, body)}`).join(' '),
  };
}
