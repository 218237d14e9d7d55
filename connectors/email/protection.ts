/** Encrypted and signed mails, recognised for what they are. Nothing is decrypted and no signature is checked here. */
import type { Attachment as Part } from 'postal-mime';
import type { EmailFacts } from '../../server/conversations/schema.ts';
import { bytesOf } from './files.ts';

type Protection = EmailFacts['protection'];

const packed = /^application\/(x-)?pkcs7-mime$/;

/** What protects this mail, by its parts and, for PGP of old, by its words. */
export function protectionOf(parts: Part[], text: string): Protection {
  const has = (pattern: RegExp): boolean => parts.some((part) => pattern.test(part.mimeType));
  if (has(/^application\/pgp-encrypted$/) || /^-----BEGIN PGP MESSAGE-----\s*$/m.test(text)) return 'pgp-encrypted';
  const cms = parts.find((part) => packed.test(part.mimeType));
  if (cms) return contentType(bytesOf(cms)) === 'signed' ? 'smime-signed' : 'smime-encrypted';
  if (has(/^application\/pgp-signature$/) || /^-----BEGIN PGP SIGNED MESSAGE-----\s*$/m.test(text)) return 'pgp-signed';
  return has(/^application\/(x-)?pkcs7-signature$/) ? 'smime-signed' : undefined;
}

/** The words of a clear-signed text without its armour. */
export const withoutArmour = (text: string): string =>
  /-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[A-Za-z-]+: .*\r?\n)*\r?\n([\s\S]*?)\r?\n-----BEGIN PGP SIGNATURE-----[\s\S]*?-----END PGP SIGNATURE-----/.exec(text)?.[1]?.replace(/^- /gm, '') ?? text;

/** The MIME entity inside an S/MIME packet that is only signed; null where there is none. */
export function signedEntity(parts: Part[]): Uint8Array | null {
  const cms = parts.find((part) => packed.test(part.mimeType));
  if (!cms) return null;
  const bytes = bytesOf(cms);
  if (contentType(bytes) !== 'signed') return null;
  // SignedData holds the content as: OID data, [0], OCTET STRING.
  const at = find(bytes, [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01], 20);
  const wrapper = at < 0 ? null : element(bytes, at + 11);
  const content = wrapper?.tag === 0xa0 ? octets(bytes, wrapper.start, wrapper.end, 0) : [];
  const length = content.reduce((sum, one) => sum + one.length, 0);
  return length > 0 ? Buffer.concat(content) : null;
}

function contentType(bytes: Uint8Array): 'signed' | 'other' {
  const at = find(bytes.subarray(0, 40), [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07], 0);
  return at >= 0 && bytes[at + 10] === 0x02 ? 'signed' : 'other';
}

function find(bytes: Uint8Array, wanted: number[], from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(Buffer.from(wanted), from);
}

type Element = { tag: number; start: number; end: number; next: number; open: boolean };

/** One DER or BER element; `open`: its length is not said, it ends with two zeros. */
function element(bytes: Uint8Array, at: number): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  if (first === 0x80) return { tag, start: at + 2, end: bytes.length, next: bytes.length, open: true };
  const extra = first > 0x80 ? first - 0x80 : 0;
  if (extra > 4) return null;
  let length = extra === 0 ? first : 0;
  for (let index = 0; index < extra; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const start = at + 2 + extra;
  const end = Math.min(bytes.length, start + length);
  return { tag, start, end, next: end, open: false };
}

/** The octet strings in order: one, or the pieces of a constructed one. */
function octets(bytes: Uint8Array, start: number, end: number, depth: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const one = element(bytes, at);
    if (!one || (one.tag === 0 && one.start === one.end)) return found;
    if (one.tag === 0x04) found.push(bytes.subarray(one.start, one.end));
    else if (one.tag === 0x24 && depth < 3) {
      found.push(...octets(bytes, one.start, one.end, depth + 1));
      if (one.open) return found;
    } else return found;
    at = one.next;
  }
  return found;
}
