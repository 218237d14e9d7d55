/** Corrects the charset a mail claims, or leaves out, where its bytes say otherwise: UTF-8 called GB2312, GBK called UTF-8, UTF-7. */
import { guess, isChinese, isForeign, isUtf8 } from './guess.ts';
import { headerEnd } from './header.ts';
import { fromSevenBit, isSevenBit } from './seven-bit.ts';

/** Larger mails are read as they are labelled. */
const mostBytes = 8 * 1024 * 1024;
/** Characters of a part that are looked at. */
const sample = 256 * 1024;
/** These have zeros in them: nothing can be told from their bytes. */
const uncheckable = /^utf-?(16|32)/i;
/** Characters in front of a field in which the header of its part begins. */
const near = 4_000;
/** Parts of one mail that are looked at. */
const mostParts = 200;
const charsetIn = /\bcharset[ \t]*=[ \t]*"?([\w.:-]{0,40})"?/i;
const encodingIn = /^content-transfer-encoding:[ \t]*([\w-]+)/im;

/** The mail with honest labels and a header in UTF-8; the same bytes when there is nothing to correct. */
export function relabel(raw: Uint8Array): Uint8Array {
  if (raw.length > mostBytes) return raw;
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const end = headerEnd(raw);
  const hint = [...text.slice(0, 100_000).matchAll(new RegExp(charsetIn, 'gi'))].map(([, charset = '']) => charset).find((charset) => !/^(|us-ascii|utf-?8)$/i.test(charset)) ?? '';
  const fixed = parts(header(Buffer.from(text.slice(0, end), 'latin1'), text.slice(end), hint) + filesNamed(fieldsRead(text.slice(end), hint)), hint);
  return fixed === text ? raw : Buffer.from(fixed, 'latin1');
}

/** Bytes, one a character, in UTF-8. */
function inUtf8(bytes: Buffer, hint: string): string {
  const label = guess(bytes, hint);
  return (label === 'utf-8' ? bytes : Buffer.from(new TextDecoder(label).decode(bytes))).toString('latin1');
}

/** File names that stand in the header of a part as bare bytes. */
const fieldsRead = (body: string, hint: string): string => body.replace(/^content-(?:type|disposition)[ \t]*:(?:[^\r\n]|\r?\n[ \t])*/gim, (field) => (/[\x80-\xFF]/.test(field) ? inUtf8(Buffer.from(field, 'latin1'), hint) : field));

function header(bytes: Buffer, body: string, hint: string): string {
  const plain = inUtf8(bytes, hint);
  const words = plain.replace(/=\?([\w.:-]{1,40})\?([bq])\?([^?\s]{1,1000})\?=/gi, (word, charset: string, encoding: string, content: string) => {
    const read = decoded(encoding.toLowerCase() === 'b' ? 'base64' : 'quoted-printable', encoding.toLowerCase() === 'b' ? content : content.replaceAll('_', ' '));
    const unpacked = fromSevenBit(charset, read.toString('latin1'));
    if (unpacked !== null) return `=?utf-8?B?${Buffer.from(unpacked).toString('base64')}?=`;
    const honest = honestLabel(charset, read, hint);
    return honest === null ? word : `=?${honest}?${encoding}?${content}?=`;
  });
  // Without a word about its type a body is plain text of some charset.
  return /^content-type[ \t]*:/im.test(words) || /^[\x00-\x7F]*$/.test(body.slice(0, sample)) ? words : `Content-Type: text/plain\r\n${words}`;
}

/** A text shown "inline" under a file name, with words above it, is a file: the parser would take its name away and its words into the mail's. */
function filesNamed(body: string): string {
  const first = body.search(/^content-type[ \t]*:[ \t]*text\/(plain|html)/im);
  let seen = 0;
  return first < 0 ? body : body.replace(/^(content-disposition[ \t]*:[ \t]*)inline(?=[ \t]*;(?:[^\r\n]|\r?\n[ \t]){0,500}filename)/gim, (field, name: string, at: number) => {
    seen += 1;
    const before = Math.max(0, at - near);
    const above = seen > mostParts ? '' : body.slice(before, at + 1);
    const begin = Math.max(above.lastIndexOf('\n\n'), above.lastIndexOf('\n\r\n'), above.lastIndexOf('\n--'));
    const end = body.slice(at, at + near).search(/\r?\n\r?\n/);
    return begin >= 0 && before + begin > first && /^content-type[ \t]*:[ \t]*text\/(plain|html)/im.test(body.slice(before + begin, end < 0 ? at + near : at + end)) ? `${name}attachment` : field;
  });
}

/** Every text part is compared with the bytes that follow, up to the next line that begins like a boundary. */
function parts(text: string, hint: string): string {
  const found = [...text.matchAll(/^content-type[ \t]*:[ \t]*text(?:\/[\w.+-]*)?(?:[^\r\n]|\r?\n[ \t])*/gim)].slice(0, mostParts);
  let result = '';
  let at = 0;
  for (const [number, { 0: field, index }] of found.entries()) {
    const blank = /\r?\n\r?\n/g;
    blank.lastIndex = index + field.length;
    const gap = blank.exec(text);
    if (!gap) break;
    if (index < at) continue;
    const start = gap.index + gap[0].length;
    const boundary = text.indexOf('\n--', start - 1);
    const body = text.slice(start, boundary < 0 ? undefined : boundary);
    const before = Math.max(at, index - near);
    const above = text.slice(before, index + 1);
    const block = text.slice(before + Math.max(0, above.lastIndexOf('\n\n'), above.lastIndexOf('\r\n\r\n')), gap.index);
    const encoding = encodingIn.exec(block)?.[1]?.toLowerCase() ?? '8bit';
    const charset = charsetIn.exec(field)?.[1] ?? '';
    const unpacked = !isSevenBit(charset) ? null : fromSevenBit(charset, decoded(encoding, body).toString('latin1'));
    // Real UTF-16 has zeros in it wherever it is not packed up.
    const wide = /^utf-?(16|32)/i.test(charset) && encoding !== 'base64' && !body.includes('\0');
    const honest = unpacked === null && !wide ? honestLabel(charset, decoded(encoding, body.slice(0, Math.min(sample, (found[number + 1]?.index ?? Infinity) - start))), hint) : 'utf-8';
    const named = labelled(field, honest);
    if (unpacked === null && named === field) continue;
    result += `${text.slice(at, index)}${named}${text.slice(index + field.length, start)}${unpacked === null ? '' : encoded(encoding, unpacked)}`;
    at = unpacked === null ? start : start + body.length;
  }
  return result + text.slice(at);
}

/** The field with that charset. A type that is only half said is plain text. */
function labelled(field: string, charset: string | null): string {
  const typed = field.replace(/^(content-type[ \t]*:[ \t]*text)\/?(?=[ \t]*(;|\r?\n|$))/i, '$1/plain');
  if (charset === null) return typed;
  return charsetIn.test(typed) ? typed.replace(charsetIn, `charset="${charset}"`) : typed.replace(/^([^;\r\n]*)/, `$1; charset="${charset}"`);
}

function decoded(encoding: string, content: string): Buffer {
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(content, 'latin1');
  return Buffer.from(content.replace(/=[ \t]*\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
}

function encoded(encoding: string, words: string): string {
  const bytes = Buffer.from(words);
  if (encoding === 'base64') return `${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
  const text = bytes.toString('latin1');
  return encoding === 'quoted-printable' ? text.replace(/[^\x09\x0A\x0D\x20-\x3C\x3E-\x7E]/g, (letter) => `=${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`) : text;
}

/** What the bytes are, when that is sure and not what is claimed, or when nothing is claimed. */
function honestLabel(claimed: string, bytes: Uint8Array, hint: string): string | null {
  if (uncheckable.test(claimed) || !isForeign(bytes)) return null;
  // Of seven bits by definition: what has eight is something else.
  if (/^iso-2022/i.test(claimed)) return guess(bytes, claimed);
  if (/^utf-?8$/i.test(claimed)) return isUtf8(bytes) ? null : guess(bytes, hint);
  if (!known(claimed)) return guess(bytes, hint);
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  if (text.includes('\uFFFD') || (text.match(/[^\p{ASCII}]/gu)?.length ?? 0) < 2) return isChinese(bytes) && /^(iso-8859-1|windows-1252)$/i.test(claimed) && dense(bytes) ? 'gb18030' : null;
  return 'utf-8';
}

/** So many Chinese letters that no other language is written so. */
const dense = (bytes: Uint8Array): boolean => bytes.filter((byte) => byte > 127).length * 2 > bytes.length;

/** A charset the MIME parser or the platform decodes; US-ASCII with other letters is none. */
function known(charset: string): boolean {
  if (/^(|us-ascii|ascii|ansi_x3.*|unknown.*|x-unknown.*|default|8bit|none|x-user-defined)$/i.test(charset)) return false;
  if (/^(x-)?(ms-|cs)?(cp|windows|ms|ibm)[-_]?\d+$|jis|^(x-)?euc|johab|uhc|tis-?620|junet/i.test(charset)) return true;
  try {
    return new TextDecoder(charset).encoding !== 'replacement';
  } catch {
    return false;
  }
}
