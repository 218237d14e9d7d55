/** One pass over a message: folds its characters, finds the words of the lexicon, and notes what else is worth a closer look. Pure; several microseconds were the price of every message a hub takes in. */
import { degrees, feelings, FOLD, negations, BOOSTS, BLAME, hints } from './lexicon.ts';

export const LONGEST = 2_000;

/** What a message has in it, so that only the rules that can apply are asked. */
export const HAS = { but: 1, courtesy: 2, sarcasm: 4, sign: 8, bracket: 16, face: 32, run: 64, star: 128, waited: 256, times: 512, denies: 1024, minutes: 2048, capitals: 4096, latin: 8192 } as const;

type Role = { feeling: number; degree: number; negates: boolean; boost: boolean; blame: boolean; hint: number; excess: boolean; speaks: boolean };

// The tree of all words: a node is a number; who follows it by which character stands in one open-addressed table.
const SLOTS = 1 << 15;
const keys = new Int32Array(SLOTS);
const nodes = new Uint16Array(SLOTS);
const first = new Uint16Array(1 << 16);
const roles: (Role | undefined)[] = [undefined];

const slotOf = (key: number): number => Math.imul(key ^ (key >>> 15), 0x9E3779B1) >>> 17;

function child(node: number, code: number): number {
  const key = (node << 16) | code;
  for (let slot = slotOf(key); ; slot = (slot + 1) & (SLOTS - 1)) {
    const there = keys[slot];
    if (there === key) return nodes[slot] ?? 0;
    if (there === 0) return 0;
  }
}

function grow(node: number, code: number): number {
  const found = node === 0 ? first[code] ?? 0 : child(node, code);
  if (found !== 0) return found;
  const made = roles.push(undefined) - 1;
  if (node === 0) {
    first[code] = made;
    return made;
  }
  const key = (node << 16) | code;
  let slot = slotOf(key);
  while (keys[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  keys[slot] = key;
  nodes[slot] = made;
  return made;
}

function plant(word: string, role: Partial<Role>): void {
  let node = 0;
  for (let at = 0; at < word.length; at++) node = grow(node, word.charCodeAt(at));
  roles[node] = { feeling: 0, degree: 0, negates: false, boost: false, blame: false, hint: 0, excess: false, speaks: false, ...roles[node], ...role };
}
for (const [word, feeling] of feelings) plant(word, { feeling, speaks: true });
for (const [word, degree] of degrees) plant(word, { degree, speaks: true });
for (const word of negations) plant(word, { negates: true, speaks: true });
plant('太', { excess: true });
for (const word of BOOSTS) plant(word, { boost: true });
for (const word of BLAME) plant(word, { blame: true });
for (const [hint, words] of hints) for (const word of words) plant(word, { hint: (roles[nodeOf(word)]?.hint ?? 0) | HAS[hint] });
function nodeOf(word: string): number {
  let node = first[word.charCodeAt(0)] ?? 0;
  for (let at = 1; at < word.length && node !== 0; at++) node = child(node, word.charCodeAt(at));
  return node;
}

// What each character is; a character without an entry is Chinese or anything else that stands for itself.
const LATIN = 1;
const BREAK = 2;
const REPEATS = 4;
const COUNTS = 8;
const SPAN = 16;
const BEFORE = 32;
const ODD = 64;
const kind = new Uint8Array(1 << 16);
const mark = (letters: string, what: number): void => { for (let at = 0; at < letters.length; at++) kind[letters.charCodeAt(at)] = (kind[letters.charCodeAt(at)] ?? 0) | what; };
mark("abcdefghijklmnopqrstuvwxyz0123456789'", LATIN);
mark(',.!?;:。\n~', BREAK);
mark('?!.。', REPEATS);
mark('0123456789一二两三四五六七八九十几半', COUNTS);
mark('钟时头天周期月年', SPAN);
mark('等过拖催都已', BEFORE);
// What Unicode's compatibility forms may change, other than the wide forms that are folded here.
for (let code = 0x80; code < 0x4E00; code++) if (code !== 0x3001 && code !== 0x3002 && code !== 0x3000 && (code < 0x2600 || code > 0x27BF)) kind[code] = ODD;
for (let code = 0xA000; code <= 0xFFFF; code++) if ((code < 0xFF01 || code > 0xFF5E) && code !== 0xD83D && code !== 0xFE0F && (code < 0xDC00 || code > 0xDFFF)) kind[code] = ODD;
for (const code of [0x2018, 0x2019, 0x201C, 0x201D, 0x2026]) kind[code] = 0;

const folds = new Uint16Array(1 << 16);
for (let code = 0; code < 1 << 16; code++) folds[code] = code >= 65 && code <= 90 ? code + 32 : code >= 0xFF21 && code <= 0xFF3A ? code - 0xFEE0 + 32 : code >= 0xFF01 && code <= 0xFF5E ? code - 0xFEE0 : code;
folds[0x2018] = folds[0x2019] = 39;
folds[0x3000] = 32;
for (const [from, to] of FOLD) folds[from.charCodeAt(0)] = to.charCodeAt(0);

/** The message that is being read: one at a time, so that nothing is allocated for it. */
export const read = { length: 0, has: 0, blame: 0, denies: 0, words: 0 };
/** Its characters, folded. */
export const codes = new Uint16Array(4 * LONGEST);
/** Of each word found: where it begins and ends, in which clause, and what it is. */
export const begins = new Uint16Array(LONGEST * 4);
export const ends = new Uint16Array(LONGEST * 4);
export const clauses = new Uint16Array(LONGEST * 4);
export const found: Role[] = [];

/** The folded message: simplified, small letters, narrow signs. */
export const plainOf = (): string => String.fromCharCode(...codes.subarray(0, read.length));
/** Whether a Latin letter or digit stands there. */
export const latinAt = (at: number): boolean => ((kind[codes[at] ?? 0] ?? 0) & LATIN) !== 0;

/** Whether a clause ends there. */
export const breakAt = (at: number): boolean => at >= read.length || ((kind[codes[at] ?? 0] ?? 0) & BREAK) !== 0;

function fold(text: string): boolean {
  const length = Math.min(text.length, LONGEST);
  let to = 0;
  let capitals = 0;
  let odd = false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2026) {
      codes[to++] = 46;
      codes[to++] = 46;
      codes[to++] = 46;
      continue;
    }
    if (kind[code] === ODD) odd = true;
    const folded = folds[code] ?? code;
    if (folded - code === 32 && folded < 128) capitals++;
    codes[to++] = folded;
  }
  read.length = to;
  if (capitals >= 6) read.has |= HAS.capitals;
  return odd;
}

/** Only folds a message into `codes`, without looking for words in it. Returns its length. */
export function foldIn(text: string): number {
  if (fold(text)) fold(text.slice(0, LONGEST).normalize('NFKC'));
  return read.length;
}

/** Reads a message: afterwards `read`, `begins`, `ends`, `clauses` and `found` tell of it. */
export function scan(text: string): void {
  read.has = 0;
  if (fold(text)) {
    read.has = 0;
    fold(text.slice(0, LONGEST).normalize('NFKC'));
  }
  walk();
}

/** Reads a part of a message that is folded already; what it `has` stays what the whole has. */
export function rescan(plain: string): void {
  for (let at = 0; at < plain.length; at++) codes[at] = plain.charCodeAt(at);
  read.length = plain.length;
  const { has, blame, denies } = read;
  walk();
  read.has = has;
  read.blame = blame;
  read.denies = denies;
}

function walk(): void {
  let { has } = read;
  let words = 0;
  let clause = 0;
  let before = 0;
  let beforeKind = 0;
  let wordEnd = 0;
  let blameEnd = 0;
  let blame = 0;
  let denies = 0;
  let spans = 0;
  const { length } = read;
  codes[length] = 0;
  for (let at = 0; at < length; at++) {
    const code = codes[at] ?? 0;
    const what = kind[code] ?? 0;
    if (what !== 0 || code >= 0x2600) {
      if ((what & BREAK) !== 0) clause++;
      if ((what & REPEATS) !== 0 && (beforeKind & REPEATS) !== 0) has |= HAS.run;
      spans |= what;
    }
    if (code < 128 && (what & LATIN) === 0) has |= faceAt(code, at);
    else if (code >= 0x2600 && (code <= 0x27BF || code === 0x2B50 || (code >= 0xD83D && code <= 0xD83E))) has |= HAS.sign;
    else if (code === 0x661F) has |= HAS.star;
    else if ((code === 0x6B21 || code === 0x904D || code === 0x56DE) && (beforeKind & COUNTS) !== 0) has |= HAS.times;
    const latin = (what & LATIN) !== 0;
    if (latin) {
      has |= HAS.latin;
      if (code === 114 && before === 97 && codes[at - 2] === 116 && codes[at - 3] === 115) has |= HAS.star;
      if (code === 39 && (beforeKind & LATIN) === 0) has |= HAS.sarcasm;
      if (code === 116 && before === 39 && codes[at - 2] === 110 && !latinAt(at + 1)) denies++;
    }
    if (!latin || (beforeKind & LATIN) === 0) {
      let node = first[code] ?? 0;
      let longest: Role | undefined;
      let longestEnd = 0;
      for (let end = at + 1; node !== 0; end++) {
        const role = roles[node];
        if (role !== undefined && !(latinAt(end - 1) && latinAt(end))) {
          if (role.speaks) {
            longest = role;
            longestEnd = end;
          }
          has |= role.hint;
          if (role.blame && at >= blameEnd) {
            if (latin) denies++;
            else blame++;
            blameEnd = end;
          }
        }
        node = end < length ? child(node, codes[end] ?? 0) : 0;
      }
      if (longest !== undefined && at >= wordEnd) {
        begins[words] = at;
        ends[words] = longestEnd;
        clauses[words] = clause;
        found[words] = longest;
        words++;
        wordEnd = longestEnd;
      }
    }
    before = code;
    beforeKind = what;
  }
  if ((spans & (SPAN | BEFORE | COUNTS)) === (SPAN | BEFORE | COUNTS)) has |= HAS.waited;
  read.has = has;
  read.blame = blame;
  read.denies = denies;
  read.words = words;
}

/** Faces of signs, brackets, quotes: by the first character that only they have. */
function faceAt(code: number, at: number): number {
  switch (code) {
    case 91: return HAS.bracket; // [
    case 34: return HAS.sarcasm; // "
    case 95: case 94: case 60: return HAS.face; // _ ^ <
    case 40: case 41: case 58: case 61: case 59: { // ( ) : = ;
      const next = codes[at + 1] ?? 0;
      return code > 41 && (next === 40 || next === 41 || next === 45 || next === 100 || next === 39) ? HAS.face : 0;
    }
    case 62: return HAS.face; // >
    case 45: return codes[at + 1] === 95 ? HAS.face : 0; // -_-
    case 47: return HAS.star | (codes[at + 1] === 115 ? HAS.sarcasm : 0); // 1/5, /s
    default: return 0;
  }
}

/** Whether what follows a word makes it stronger. */
export function boostedAt(at: number): boolean {
  let node = first[codes[at] ?? 0] ?? 0;
  for (let end = at + 1; node !== 0; end++) {
    if (roles[node]?.boost) return true;
    node = end < read.length ? child(node, codes[end] ?? 0) : 0;
  }
  return false;
}
