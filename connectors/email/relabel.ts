/** Corrects the charset a mail claims where its bytes say otherwise: UTF-8 called GB2312, GBK called UTF-8, UTF-7. */
import { headerEnd } from './charset.ts';

/** Larger mails are read as they are labelled. */
const mostBytes = 8 * 1024 * 1024;
/** Characters of a part that are looked at. */
const sample = 256 * 1024;
/** These are all ASCII on the wire, or have zeros in them: nothing can be told from their bytes. */
const uncheckable = /^(iso-2022|hz-|utf-?(7|16|32))/i;

/** The mail with honest labels; the same bytes when there is nothing to correct. */
export function relabel(raw: Uint8Array): Uint8Array {
  if (raw.length > mostBytes) return raw;
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const end = headerEnd(raw);
  const header = text.slice(0, end).replace(/=\?([\w.:-]{1,40})\?([bq])\?([^?\s]{1,1000})\?=/gi, (word, charset: string, encoding: string, content: string) => {
    const honest = honestLabel(charset, decoded(encoding.toLowerCase() === 'b' ? 'base64' : 'quoted-printable', encoding.toLowerCase() === 'b' ? content : content.replaceAll('_', ' ')));
    return honest === null ? word : `=?${honest}?${encoding}?${content}?=`;
  });
  const body = parts(header + text.slice(end));
  return body === text ? raw : Buffer.from(body, 'latin1');
}

/** Every charset of a text part is compared with the bytes that follow, up to the next line that begins like a boundary. */
function parts(text: string): string {
  const found = [...text.matchAll(/(\bcharset[ \t]*=[ \t]*"?)([\w.:-]{0,40})("?)/gi)].slice(0, 200);
  let result = '';
  let at = 0;
  for (const match of found) {
    const [whole, before = '', charset = '', after = ''] = match;
    const labelEnd = match.index + whole.length;
    const blank = /\r?\n\r?\n/g;
    blank.lastIndex = labelEnd;
    const gap = blank.exec(text);
    if (match.index < at || !gap) continue;
    const start = gap.index + gap[0].length;
    const boundary = text.indexOf('\n--', start - 1);
    const body = text.slice(start, boundary < 0 ? undefined : boundary);
    const block = text.slice(Math.max(at, match.index - 2_000, text.lastIndexOf('\n\n', match.index), text.lastIndexOf('\r\n\r\n', match.index)), gap.index);
    const encoding = /^content-transfer-encoding:[ \t]*([\w-]+)/im.exec(block)?.[1]?.toLowerCase() ?? '8bit';
    if (/^(x-)?(unicode-1-1-)?utf-?7$/i.test(charset) && !/base64|quoted/.test(encoding)) {
      result += `${text.slice(at, match.index)}${before}utf-8${after}${text.slice(labelEnd, start)}${Buffer.from(fromUtf7(body)).toString('latin1')}`;
      at = start + body.length;
      continue;
    }
    const honest = honestLabel(charset, decoded(encoding, body.slice(0, sample)));
    if (honest === null) continue;
    result += `${text.slice(at, match.index)}${before}${honest}${after}`;
    at = labelEnd;
  }
  return result + text.slice(at);
}

function decoded(encoding: string, content: string): Buffer {
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(content, 'latin1');
  return Buffer.from(content.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
}

/** What the bytes are, when that is sure and not what is claimed. */
function honestLabel(claimed: string, bytes: Uint8Array): string | null {
  if (uncheckable.test(claimed) || !bytes.some((byte) => byte > 127)) return null;
  const utf8 = new TextDecoder('utf-8').decode(bytes, { stream: true });
  const wrong = utf8.match(/\uFFFD/g)?.length ?? 0;
  const right = utf8.match(/[^\p{ASCII}\uFFFD]/gu)?.length ?? 0;
  const claimsUtf8 = /^utf-?8$/i.test(claimed);
  // A cut in the middle of a letter, or one damaged byte, is no other charset.
  if (claimsUtf8) return wrong > right && chinese(bytes) ? 'gb18030' : null;
  if (wrong > 0 || right < 2) return known(claimed) ? null : (chinese(bytes) ? 'gb18030' : null);
  return 'utf-8';
}

function chinese(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('gb18030', { fatal: true }).decode(bytes, { stream: true });
    // Common characters stand in the first plane of the code; by chance one hits the rare ones.
    const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
    return han >= 2 && han >= (text.match(/[^\p{ASCII}\p{Script=Han}\p{P}]/gu)?.length ?? 0);
  } catch {
    return false;
  }
}

function known(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== '';
  } catch {
    return false;
  }
}

const fromUtf7 = (text: string): string => text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_whole, base64: string) =>
  (base64 === '' ? '+' : (Buffer.from(base64, 'base64').subarray(0, Math.floor((base64.length * 6) / 16) * 2).swap16().toString('utf16le'))));
