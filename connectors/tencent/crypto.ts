/** How Tencent's callbacks are signed and encrypted; the same for Official Accounts and WeCom. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Padding goes to blocks of 32 bytes, not to the 16 of AES. */
const block = 32;

/** SHA-1 in hex of the sorted parts, joined. */
export function signature(parts: string[]): string {
  return createHash('sha1').update(parts.toSorted().join('')).digest('hex');
}

/** Compares in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function keyOf(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  if (aesKey.length !== 43 || key.length !== 32) throw new Error('The EncodingAESKey must be 43 letters and digits');
  return key;
}

/** Base64 of the encrypted text; `receiver` is the app id (Official Account) or corp id (WeCom). */
export function encrypt(aesKey: string, receiver: string, text: string, random: Uint8Array = randomBytes(16)): string {
  const key = keyOf(aesKey);
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([random, length, body, Buffer.from(receiver)]);
  const pad = block - (plain.length % block);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

/** The text inside; throws when the key or the receiver is another one. */
export function decrypt(aesKey: string, receiver: string, cipher: string): string {
  const key = keyOf(aesKey);
  const bytes = Buffer.from(cipher, 'base64');
  if (bytes.length < block || bytes.length % 16 !== 0) throw new Error('The encrypted part is cut off');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const pad = plain.at(-1) ?? 0;
  if (pad < 1 || pad > block || !plain.subarray(-pad).every((byte) => byte === pad)) throw new Error('The encrypted part does not fit the EncodingAESKey');
  const body = plain.subarray(16, plain.length - pad);
  const length = body.length >= 4 ? body.readUInt32BE(0) : Infinity;
  if (4 + length > body.length) throw new Error('The encrypted part does not fit the EncodingAESKey');
  if (body.subarray(4 + length).toString() !== receiver) throw new Error('The encrypted part is meant for another receiver');
  return body.subarray(4, 4 + length).toString();
}
