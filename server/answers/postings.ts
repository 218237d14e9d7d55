/** An inverted index in memory: which wordings hold which token. Numbers only, so that a scan is cheap. */
import { KIND_WEIGHT, type TokenKind } from './rules/tokens.ts';

const KINDS = new Map<string, number>(Object.entries(KIND_WEIGHT));
// A small company's first ten answers say nothing about which words are rare: this many average wordings are assumed besides.
const ASSUMED = 200;
// Postings read for one question, 1 to 2 ms. Rare tokens are read first, so what is left out is what says least.
const MOST_READ = 50_000;
/** A list that is so short is not worth sweeping. */
const SHORT = 16;

/** A token of a question or wording: its number, or -1 for one that no wording holds, and its weight now. */
export type Term = { id: number; weight: number; kind: string };

/** Wordings by token. A removed wording is skipped at once, and swept out of a token's list when a quarter of that list is gone: never all lists in one go. */
export function postings() {
  const ids = new Map<string, number>();
  const kinds: string[] = [];
  const lists: number[][] = [];
  const live: number[] = [];
  let lengths = new Uint16Array(1_024);
  let sums = new Float32Array(1_024);
  let alive = new Uint8Array(1_024);
  let next = 0;
  let count = 0;
  let total = 0;

  const grow = (): void => {
    const size = lengths.length * 2;
    const copy = <A extends Uint16Array | Float32Array | Uint8Array>(from: A, to: A): A => (to.set(from), to);
    lengths = copy(lengths, new Uint16Array(size));
    sums = copy(sums, new Float32Array(size));
    alive = copy(alive, new Uint8Array(size));
  };
  const rarity = (frequency: number): number => {
    const all = count + ASSUMED;
    return Math.log(1 + (all - frequency + 0.5) / (frequency + 1.5)) / Math.log(1 + (all + 0.5) / 1.5);
  };
  const weigh = (id: number): number => (KINDS.get(kinds[id] ?? '') ?? 0) * rarity(live[id] ?? 0);

  return {
    /** Adds a wording and returns its number and its tokens' numbers. */
    add(tokens: string[]): { number: number; terms: Int32Array } {
      if (next === lengths.length) grow();
      const number = next++;
      const terms = Int32Array.from(tokens, (token) => {
        let id = ids.get(token);
        if (id === undefined) {
          id = lists.length;
          ids.set(token, id);
          kinds.push(token[0] ?? '');
          lists.push([]);
          live.push(0);
        }
        lists[id]?.push(number);
        live[id] = (live[id] ?? 0) + 1;
        return id;
      });
      lengths[number] = Math.min(65_535, terms.length);
      alive[number] = 1;
      count++;
      total += terms.length;
      return { number, terms };
    },

    /** Forgets a wording. */
    remove(number: number, terms: Int32Array): void {
      if (alive[number] !== 1) return;
      alive[number] = 0;
      for (const id of terms) {
        const left = (live[id] ?? 1) - 1;
        live[id] = left;
        const list = lists[id];
        if (list && list.length > SHORT && left < list.length * 0.75) lists[id] = list.filter((held) => alive[held] === 1);
      }
      count--;
      total -= terms.length;
    },

    /** Runs something as if these wordings were not there. */
    without<T>(hidden: { number: number; terms: Int32Array }[], run: () => T): T {
      const turn = (on: 1 | 0): void => {
        const by = on === 1 ? 1 : -1;
        for (const { number, terms } of hidden) {
          alive[number] = on;
          count += by;
          total += by * terms.length;
          for (const id of terms) live[id] = (live[id] ?? 0) + by;
        }
      };
      turn(0);
      try {
        return run();
      } finally {
        turn(1);
      }
    },

    /** How likely a token is in any wording. */
    chance: (id: number): number => ((live[id] ?? 0) + 0.5) / (total + 100),

    /** The weight of each token now: how rare it is among the wordings. */
    terms(tokens: string[]): Term[] {
      return tokens.map((token) => {
        const held = ids.get(token) ?? -1;
        const id = (live[held] ?? 0) > 0 ? held : -1;
        const kind = token[0] ?? '';
        return { id, kind, weight: id < 0 ? (KINDS.get(kind) ?? 0) : weigh(id) };
      });
    },

    weigh,
    kindOf: (id: number): string => kinds[id] ?? '',
    knows: (token: string): boolean => (live[ids.get(token) ?? -1] ?? 0) > 0,

    /** The wordings that share the most weight with a question, best first. */
    best(terms: Term[], most: number): number[] {
      const known = terms.filter((term) => term.id >= 0);
      const telling = known.filter((term) => term.kind !== stop && term.kind !== surface);
      const read = (telling.length > 0 ? telling : known).toSorted((a, b) => (live[a.id] ?? 0) - (live[b.id] ?? 0));
      const touched: number[] = [];
      let budget = MOST_READ;
      for (const { id, weight } of read) {
        const list = lists[id] ?? [];
        // Half a list would favour the oldest answers; better none of it, unless there is nothing else.
        if (list.length > budget && touched.length > 0) break;
        for (let i = 0; i < list.length && budget > 0; i++, budget--) {
          const number = list[i] ?? 0;
          if (alive[number] !== 1) continue;
          if (sums[number] === 0) touched.push(number);
          sums[number] = (sums[number] ?? 0) + weight;
        }
      }
      const average = count > 0 ? total / count : 1;
      const top = select(touched, most, (number) => (sums[number] ?? 0) / (1 + (0.4 * (lengths[number] ?? 0)) / average));
      for (const number of touched) sums[number] = 0;
      return top;
    },
  };
}

const stop: TokenKind = '.';
const surface: TokenKind = '~';

// The best few of many without sorting the many.
function select(numbers: number[], most: number, score: (number: number) => number): number[] {
  const top: { number: number; score: number }[] = [];
  let floor = -1;
  for (const number of numbers) {
    const value = score(number);
    if (top.length >= most && value <= floor) continue;
    let at = top.length;
    while (at > 0 && (top[at - 1]?.score ?? 0) < value) at--;
    top.splice(at, 0, { number, score: value });
    if (top.length > most) top.pop();
    floor = top.at(-1)?.score ?? -1;
  }
  return top.map((entry) => entry.number);
}
