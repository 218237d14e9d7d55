/** How many parts an SMS has, as networks count them: 7-bit letters, or 16-bit ones as soon as one letter needs it. */

/** Letters of the GSM alphabet (3GPP TS 23.038); those of the second line count twice. */
const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const twice = new Set('\f^{}\\[~]|€');

/** Segments of a text and how many letters are left in the last of them. */
export function segmentsOf(text: string): { count: number; left: number } {
  const letters = [...text];
  const plain = letters.every((letter) => basic.has(letter) || twice.has(letter));
  const length = plain ? letters.reduce((sum, letter) => sum + (twice.has(letter) ? 2 : 1), 0) : text.length;
  const [alone, each] = plain ? [160, 153] : [70, 67];
  if (length <= alone) return { count: length === 0 ? 0 : 1, left: alone - length };
  const count = Math.ceil(length / each);
  return { count, left: count * each - length };
}
