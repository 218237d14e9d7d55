/** How far what was sent is from what was suggested. */
import type { Act, Verdict } from '../schema.ts';

/** Compared at most, after what is the same at both ends: the time grows with the square. */
const most = 2_000;
/** Changed by more than this, the words are the agent's own. */
const ownWords = 0.8;

const plain = (text: string): string[] => [...text.normalize('NFC').replace(/\s+/g, ' ').trim()];

/** Characters to insert, remove or replace (Levenshtein); white space counts once. Beyond 2,000 changed characters a lower bound. */
export function distance(from: string, to: string): number {
  let [a, b] = [plain(from), plain(to)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  [a, b] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const left = Math.abs(Math.max(0, a.length - most) - Math.max(0, b.length - most));
  [a, b] = [a.slice(0, most), b.slice(0, most)];
  const row = Uint16Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const character of a) {
    let corner = row[0] ?? 0;
    row[0] = corner + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1] ?? 0;
      row[j + 1] = Math.min((row[j] ?? 0) + 1, above + 1, corner + (character === b[j] ? 0 : 1));
      corner = above;
    }
  }
  return (row.at(-1) ?? 0) + left;
}

/** What an agent made of a suggestion they had put into their message. */
export function verdictOf(suggested: string, sent: string): Required<Pick<Act, 'distance' | 'share'>> & { act: Verdict } {
  const far = distance(suggested, sent);
  const share = far / Math.max(1, plain(suggested).length, plain(sent).length);
  return { act: far === 0 ? 'accepted' : share > ownWords ? 'rejected' : 'edited', distance: far, share };
}
