/** Vectors by number in a few large arrays: a byte a dimension and four for the length, and nothing for the collector to walk over. */
import { product, scaleOf } from './rules/quantise.ts';

const ROWS = 4_096;

/** An empty one; the first vector says of how many dimensions all are. */
export function arena() {
  let dimensions = 0;
  let taken = 0;
  const free: number[] = [];
  const blocks: Int8Array[] = [];
  /** 0 where there is no vector. */
  const scales: Float32Array[] = [];

  const blockOf = (number: number): number => Math.floor(number / ROWS);
  const scale = (number: number): number => scales[blockOf(number)]?.[number % ROWS] ?? 0;

  return {
    dimensions: () => dimensions,
    /** Forgets all vectors and of how many dimensions they are; the numbers stay taken. */
    clear(): void {
      dimensions = blocks.length = scales.length = 0;
    },
    take: (): number => free.shift() ?? taken++,
    free(number: number): void {
      const block = scales[blockOf(number)];
      if (block) block[number % ROWS] = 0;
      free.push(number);
    },
    /** Whether it has the dimensions that all have. */
    put(number: number, vector: Int8Array): boolean {
      dimensions ||= vector.length;
      if (vector.length !== dimensions) return false;
      const block = blockOf(number);
      (blocks[block] ??= new Int8Array(ROWS * dimensions)).set(vector, (number % ROWS) * dimensions);
      (scales[block] ??= new Float32Array(ROWS))[number % ROWS] = scaleOf(vector);
      return true;
    },
    has: (number: number): boolean => scale(number) > 0,
    cosine(number: number, to: Int8Array, toScale: number): number {
      const block = blocks[blockOf(number)];
      return block ? product(block, (number % ROWS) * dimensions, to) * scale(number) * toScale : 0;
    },
    direction(number: number): { vector: Int8Array; scale: number } {
      const from = (number % ROWS) * dimensions;
      return { vector: blocks[blockOf(number)]?.subarray(from, from + dimensions) ?? new Int8Array(dimensions), scale: scale(number) };
    },
  };
}
