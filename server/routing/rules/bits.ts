/** A set of small numbers as 32-bit words: whole sets are compared and joined in a few instructions. */

export type Bits = Int32Array<ArrayBuffer>;

/** An empty set that can hold numbers below `words` x 32. */
export function bits(words: number): Bits {
  return new Int32Array(words);
}

export function word(of: Bits, index: number): number {
  return of[index] ?? 0;
}

export function has(of: Bits, n: number): boolean {
  return (word(of, n >> 5) & (1 << (n & 31))) !== 0;
}

export function put(into: Bits, n: number, present: boolean): void {
  const at = n >> 5;
  into[at] = present ? word(into, at) | (1 << (n & 31)) : word(into, at) & ~(1 << (n & 31));
}

/** The lowest number in a word that is not 0. */
export function lowest(of: number): number {
  return 31 - Math.clz32(of & -of);
}

/** The same numbers in more words. */
export function widened(of: Bits, words: number): Bits {
  const wider = bits(words);
  wider.set(of);
  return wider;
}
