/** Chance that can be repeated: the same seed tells the same story. */
export type Chance = {
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  happens(share: number): boolean;
  /** 16 hex digits. */
  hex(): string;
};

/** mulberry32: small, and good enough for stories. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const word = (): string => Math.floor(next() * 2 ** 32).toString(16).padStart(8, '0');
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick(from) {
      const found = from[Math.floor(next() * from.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    happens: share => next() < share,
    hex: () => word() + word(),
  };
}
