/** Pieces of words: what is left in common when a word is bent, joined, split or misspelt. */
import { fold } from './text.ts';

/** Pieces are counted by a number, not by their letters; that two share one now and then costs nothing that can be measured. */
export const BUCKETS = 2 ** 17;

const MOST = 400;
const CHARACTERS = 600;
const RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+|[\p{L}\p{N}]+/gu;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function hash(text: string, from: number, to: number): number {
  let state = 0x811c9dc5;
  for (let at = from; at < to; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state ^ (state >>> 15)) & (BUCKETS - 1);
}

/** Three and four letters in a row, the gap between words being one; of Chinese, two characters. Each once. */
export function gramsOf(text: string): Int32Array {
  const found = new Set<number>();
  let spaced = ' ';
  const cut = (run: string, sizes: readonly number[]): void => {
    for (const size of sizes) for (let at = 0; at + size <= run.length && found.size < MOST; at++) found.add(hash(run, at, at + size));
  };
  for (const [run] of fold(text.slice(0, CHARACTERS)).matchAll(RUNS)) {
    if (!UNSPACED.test(run)) {
      spaced += `${run} `;
      continue;
    }
    cut(run, [2]);
  }
  if (spaced.length > 1) cut(spaced, [3, 4]);
  return Int32Array.from(found);
}
