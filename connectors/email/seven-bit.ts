/** Charsets that hide other letters in plain ones, of which the decoders of today know none: UTF-7, HZ, ISO-2022-KR and -CN. */

/** UTF-16 in base64 between + and -. */
const fromUtf7 = (text: string): string => text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_whole, base64: string) =>
  (base64 === '' ? '+' : Buffer.from(base64, 'base64').subarray(0, Math.floor((base64.length * 6) / 16) * 2).swap16().toString('utf16le')));

const raised = (text: string, label: string): string => new TextDecoder(label).decode(Buffer.from(text, 'latin1').map((byte) => byte | 0x80));

const fromHz = (text: string): string => text.replace(/~(?:\{([^~\n]*)(?:~\})?|(~)|\r?\n)/g, (_whole, words: string | undefined, tilde = '') => (words === undefined ? tilde : raised(words, 'gbk')));

const fromShifts = (text: string, label: string): string => text.replace(/\u001B\$\)[A-Z]/g, '').replace(/\u000E([^\u000F\n]*)\u000F?/g, (_whole, words: string) => raised(words, label));

/** The words of a text in such a charset; null for all other charsets. */
export function fromSevenBit(charset: string, text: string): string | null {
  if (/^(x-)?(unicode-[\d-]+)?(cs)?utf-?7(-imap)?$/i.test(charset)) return fromUtf7(text);
  if (/^hz(-gb(-?2312)?)?$/i.test(charset)) return fromHz(text);
  if (/^iso-2022-(kr|cn)/i.test(charset)) return fromShifts(text, /kr/i.test(charset) ? 'euc-kr' : 'gbk');
  return null;
}

/** One of these charsets. */
export const isSevenBit = (charset: string): boolean => fromSevenBit(charset, '') !== null;
