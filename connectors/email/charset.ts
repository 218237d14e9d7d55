/** Repairs what senders get wrong about encodings, before the MIME parser sees it. */

/** Windows has letters where Latin-1 has control characters, and decoders confuse the two: quotation marks, dashes and the euro. */
const letters = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';
const windows = (control: string): string => letters[control.charCodeAt(0) - 0x80] ?? '';

/** Text that every later stage can take: no NUL, no lone surrogates, no control characters but tab and newline. */
export const clean = (text: string): string => text.replace(/[\u0080-\u009F]/g, windows).replace(/[^\P{Cc}\t\r\n]/gu, '').toWellFormed();

/** One line of it: what goes into subjects and names. */
export const oneLine = (text: string): string => clean(text.replace(/[\r\n\t]+/g, ' ')).replace(/\s{2,}/g, ' ').trim();

/** Index of the empty line after the header; the length when there is none. */
export function headerEnd(raw: Uint8Array): number {
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] !== 10) continue;
    if (raw[at + 1] === 10) return at + 1;
    if (raw[at + 1] === 13 && raw[at + 2] === 10) return at + 1;
  }
  return raw.length;
}

/**
 * Bytes above 127 without a declared charset are UTF-8 or, from older Chinese programs, GB18030.
 * The header is repaired always, the body where it is one undeclared 8-bit part.
 */
export function repairCharset(raw: Uint8Array): Uint8Array {
  const end = headerEnd(raw);
  const header = raw.subarray(0, end);
  const head = recode(header);
  const declared = /charset\s*=|content-type:\s*multipart|content-transfer-encoding:\s*(base64|quoted-printable)/i.test(new TextDecoder('latin1').decode(header));
  const body = declared ? raw.subarray(end) : recode(raw.subarray(end));
  if (head === header && body.length === raw.length - end) return raw;
  const repaired = new Uint8Array(head.length + body.length);
  repaired.set(head);
  repaired.set(body, head.length);
  return repaired;
}

function recode(bytes: Uint8Array): Uint8Array {
  if (decodes('utf-8', bytes) !== null) return bytes;
  const chinese = decodes('gb18030', bytes);
  return chinese === null ? bytes : new TextEncoder().encode(chinese);
}

function decodes(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
