/** What weights fitted on public texts say of a message: pieces of its words, counted once each, against one table. Pure; which texts, and how: test/bench/sentiment. */
import { codes, foldIn, LONGEST } from './scan.ts';
import { BIAS, SCALE, WEIGHTS } from './weights.ts';

/** Pieces share this many places; two that meet in one are taken for one. */
export const PLACES = 1 << 16;

const table = decoded(WEIGHTS);
const met = new Uint32Array(PLACES);
let reading = 0;

/** The places of the message's pieces, each once. Read it before the next message is. */
export const places = new Uint32Array(6 * LONGEST);

const isLatin = (code: number): boolean => (code >= 97 && code <= 122) || code === 39;
const isHan = (code: number): boolean => code >= 0x4E00 && code <= 0x9FFF;
const mixed = (hash: number, code: number): number => Math.imul(hash ^ code, 0x9E3779B1) ^ (hash >>> 15);

function meet(hash: number, count: number): number {
  const place = (hash ^ (hash >>> 13)) >>> 16;
  if (met[place] === reading) return count;
  met[place] = reading;
  places[count] = place;
  return count + 1;
}

/** Fills `places`: Chinese in one, two and three characters, other languages in one and two words. Returns how many there are. */
export function piecesOf(text: string): number {
  const length = foldIn(text);
  reading++;
  let count = 0;
  let word = 0;
  let before = 0;
  for (let at = 0; at <= length; at++) {
    const code = at < length ? codes[at] ?? 0 : 0;
    if (isLatin(code)) {
      word = mixed(word === 0 ? 7 : word, code);
      continue;
    }
    if (word !== 0) {
      count = meet(word, count);
      if (before !== 0) count = meet(mixed(before, word), count);
      before = word;
      word = 0;
    }
    if (code === 32 || code === 0) continue;
    before = 0;
    let hash = mixed(1, code);
    if (isHan(code) || code === 33 || code === 63) count = meet(hash, count);
    if (!isHan(code)) continue;
    for (let next = at + 1; next < Math.min(length, at + 3); next++) {
      const also = codes[next] ?? 0;
      if (!isHan(also)) break;
      hash = mixed(hash, also);
      count = meet(hash, count);
    }
  }
  return count;
}

/** How likely the message is bad and good, by the weights: 0..1 each, together at most 1. */
export const likely = { negative: 0, positive: 0 };

/** Fills `likely`. */
export function weighPieces(text: string): void {
  const count = piecesOf(text);
  let negative = 0;
  let positive = 0;
  for (let i = 0; i < count; i++) {
    const place = places[i] ?? 0;
    negative += table[place] ?? 0;
    positive += table[PLACES + place] ?? 0;
  }
  const share = SCALE / Math.sqrt(count + 1);
  const bad = Math.exp(BIAS[0] + negative * share);
  const good = Math.exp(BIAS[1] + positive * share);
  likely.negative = bad / (1 + bad + good);
  likely.positive = good / (1 + bad + good);
}

// Base64, of bytes with a sign.
function decoded(text: string): Int8Array {
  const bytes = new Int8Array(2 * PLACES);
  let to = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < text.length && to < bytes.length; at++) {
    const code = text.charCodeAt(at);
    held = (held << 6) | (code >= 97 ? code - 71 : code >= 65 ? code - 65 : code >= 48 ? code + 4 : code === 43 ? 62 : 63);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[to++] = held >> bits;
  }
  return bytes;
}
