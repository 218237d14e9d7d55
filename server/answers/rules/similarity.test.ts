import { expect, test } from 'vitest';
import { joined, meansIt, usualOf, type Tried } from './similarity.ts';

/** A base of which the model knows phrasings apart well, or hardly; in the cosines of one model or another. */
const tried = (own: number, first: number, scale = 1, shift = 0): Tried[] => Array.from({ length: 60 }, (_, i) => {
  const turn = Math.sin(i) / 20;
  return { own: (own + turn) * scale + shift, first: (first - turn) * scale + shift, second: (first - 0.1 - turn / 2) * scale + shift };
});
const usual = (...args: Parameters<typeof tried>) => usualOf(tried(...args)) ?? { mean: 0, spread: 1, weights: [0, 0, 0] as const };

test('a cosine is worth what it is worth in this base, whatever the scale of the model', () => {
  const [one, other] = [usual(0.8, 0.5), usual(0.8, 0.5, 0.2, 0.75)];
  expect(meansIt(0.8, 0.5, one)).toBeGreaterThan(0.8);
  expect(meansIt(0.8 * 0.2 + 0.75, 0.5 * 0.2 + 0.75, other)).toBeCloseTo(meansIt(0.8, 0.5, one), 5);
  expect(meansIt(0.5, 0.45, one)).toBeLessThan(0.4);
  // The same nearness says less where the model takes one thing for another.
  expect(meansIt(0.6, 0.5, usual(0.45, 0.5))).toBeLessThan(meansIt(0.6, 0.5, usual(0.6, 0.5)));
});

test('nearer is never less likely, and too few trials say nothing', () => {
  for (const base of [usual(0.3, 0.6), usual(0.9, 0.1), usual(0.5, 0.5)]) {
    for (let cosine = 0; cosine < 0.95; cosine += 0.05) expect(meansIt(cosine + 0.05, 0.4, base)).toBeGreaterThanOrEqual(meansIt(cosine, 0.4, base));
  }
  expect(usualOf(tried(0.8, 0.5).slice(0, 7))).toBeUndefined();
  expect(usualOf(tried(0.8, 0.5).map(({ first, second }) => ({ own: undefined, first, second })))?.weights).toEqual(usualOf(tried(0.2, 0.5).map(({ first, second }) => ({ own: undefined, first, second })))?.weights);
});

test('meaning alone never answers, and takes nothing from what words are sure of', () => {
  const base = usual(0.8, 0.3);
  const found = joined([{ id: 'words', confidence: 0.8, alike: { cosine: 0.1 } }, { id: 'meant', alike: { cosine: 1 } }, { id: 'both', confidence: 0.2, alike: { cosine: 0.3 } }, { id: 'far', confidence: 0.3 }], base);
  expect(found.map(({ id }) => id)).toEqual(['words', 'meant', 'far', 'both']);
  expect(found[0]?.confidence).toBe(0.8);
  expect(found[1]?.confidence).toBeGreaterThan(0.35);
  expect(found[1]?.confidence).toBeLessThanOrEqual(0.6);
  expect(found[1]).toHaveProperty('similarity', 1);
  expect(found[2]).not.toHaveProperty('similarity');
});
