/** Spelling: a word nobody has used is taken for the one that is a single slip away. */

/** One letter more, less, other, or two swapped. */
export function oneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const left = a.length - start - end;
  const right = b.length - start - end;
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}

/** Shorter words are one slip away from too many others. */
export const SHORTEST_CORRECTED = 5;
const MOST_COMPARED = 4_000;

/** Words that are known, found again by a misspelling of them; the first letter is taken to be right. */
export function vocabulary(): { add(word: string): void; correct(word: string): string } {
  const words = new Set<string>();
  const drawers = new Map<string, string[]>();
  return {
    add(word) {
      if (word.length < SHORTEST_CORRECTED - 1 || words.has(word)) return;
      words.add(word);
      const drawer = `${word[0]}${word.length}`;
      const list = drawers.get(drawer);
      if (list) list.push(word);
      else drawers.set(drawer, [word]);
    },
    correct(word) {
      if (word.length < SHORTEST_CORRECTED || words.has(word) || !/^[a-z]+$/.test(word)) return word;
      for (const length of [word.length, word.length + 1, word.length - 1]) {
        const near = drawers.get(`${word[0]}${length}`)?.slice(0, MOST_COMPARED).find((known) => oneSlipApart(word, known));
        if (near !== undefined) return near;
      }
      return word;
    },
  };
}
