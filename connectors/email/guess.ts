/** What bytes above 127 are when nobody says so, or says what cannot be. */

const decodes = (label: string, bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
};

/** Has letters above 127. */
export const isForeign = (bytes: Uint8Array): boolean => bytes.some((byte) => byte > 127);

/** UTF-8, but for a letter cut off or a damaged byte. */
export function isUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  return (text.match(/[^\p{ASCII}\uFFFD]/gu)?.length ?? 0) > (text.match(/\uFFFD/g)?.length ?? 0);
}

/** Chinese by the table in common use, GB2312 within GB18030: in other languages letters above 127 stand next to plain ones. */
export function isChinese(bytes: Uint8Array): boolean {
  // One letter cut off, or a damaged byte, does not make it another language.
  const read = new TextDecoder('gb18030').decode(bytes, { stream: true });
  if ((read.match(/\uFFFD/g)?.length ?? 0) * 50 > read.length) return false;
  let common = 0;
  let pairs = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const first = bytes[at] ?? 0;
    if (first < 0x81) continue;
    const second = bytes[at + 1] ?? 0;
    at += second >= 0x30 && second <= 0x39 ? 3 : 1;
    pairs += first >= 0xa1 && first <= 0xa9 ? 0 : 1;
    if (first >= 0xb0 && first <= 0xf7 && second >= 0xa1) common += 1;
  }
  return common >= 2 && common * 3 > pairs * 2;
}

/** Words wholly of letters above 127: Cyrillic, in one of its two tables. Small letters are the most, and stand in one row of them; `sure`: nearly all do. */
function cyrillic(bytes: Uint8Array): { label: string; sure: boolean } | null {
  const words = Buffer.from(bytes).toString('latin1').match(/[\u00C0-\u00FF]{3,}/g)?.join('') ?? '';
  const letters = bytes.filter((byte) => byte > 127).length;
  if (words.length < 6 || words.length * 3 < letters * 2) return null;
  const lower = words.match(/[\u00E0-\u00FF]/g)?.length ?? 0;
  return { label: lower * 2 >= words.length ? 'windows-1251' : 'koi8-r', sure: words.length >= 8 && Math.max(lower, words.length - lower) * 20 > letters * 17 };
}

/** The likeliest label. `hint`: what the same mail names elsewhere. */
export function guess(bytes: Uint8Array, hint = ''): string {
  if (!isForeign(bytes) || decodes('utf-8', bytes) !== null || isUtf8(bytes)) return 'utf-8';
  if (/jp|jis/i.test(hint)) return ['euc-jp', 'shift_jis'].find((label) => decodes(label, bytes) !== null) ?? 'shift_jis';
  const western = /^(us-ascii|ascii|iso-8859-1|windows-1252|utf-?8)?$/i;
  if (!western.test(hint) && decodes(hint, bytes) !== null) return hint;
  const slavic = cyrillic(bytes);
  if (slavic?.sure) return slavic.label;
  return isChinese(bytes) ? 'gb18030' : slavic?.label ?? 'windows-1252';
}
