/** Whether a text says another, in Chinese and English. */
import { fold } from '../../answers/rules/text.ts';

const han = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
/** Between these, a space is a matter of taste. */
const loose = new RegExp(`(?<=[${han}\\p{P}])\\s+|\\s+(?=[${han}\\p{P}])`, 'gu');

/** One way of writing it: width, case, traditional characters, quotes, and the stops of either language. */
export function normalised(text: string): string {
  return fold(text).replace(/[。．]/g, '.').replace(/[、，]/g, ',').replace(/[“”„«»「」『』]/g, '"').replace(/[‐-―−]/g, '-').replace(/\s+/g, ' ').replace(loose, '').trim();
}

const digit = /\p{N}/u;
const latin = /\p{Script=Latin}/u;

/**
 * Whether `text` says `wanted`. Numbers are compared whole: "30" is neither in "130" nor in "30.5". A word counts from its beginning:
 * "refund" is in "refunds", "fund" is not in "refund".
 */
export function says(text: string, wanted: string): boolean {
  const [within, sought] = [normalised(text), normalised(wanted).replace(/[.,!?;:]+$/, '')];
  if (sought === '') return false;
  for (let at = within.indexOf(sought); at >= 0; at = within.indexOf(sought, at + 1)) {
    const [before, after] = [within.slice(0, at), within.slice(at + sought.length)];
    const [first, last] = [sought.charAt(0), sought.charAt(sought.length - 1)];
    const cutNumber = (digit.test(first) && /\p{N}[.,]?$/u.test(before)) || (digit.test(last) && /^[.,]?\p{N}/u.test(after));
    const cutWord = latin.test(first) && latin.test(before.slice(-1));
    if (!cutNumber && !cutWord) return true;
  }
  return false;
}
