import fc from 'fast-check';
import { expect, test } from 'vitest';
import { product, quantised, scaleOf } from './quantise.ts';

const cosine = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b));

test('a byte a dimension keeps a cosine to the second decimal', () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true });
  const vector = fc.array(value, { minLength: 61, maxLength: 61 }).filter((values) => Math.hypot(...values) > 0.5);
  fc.assert(fc.property(vector, vector, (a, b) => {
    const [x, y] = [quantised(a), quantised(b)];
    expect(Math.abs(product(x, 0, y) * scaleOf(x) * scaleOf(y) - cosine(a, b))).toBeLessThan(0.02);
  }));
});
