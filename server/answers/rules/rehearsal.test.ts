import { expect, test } from 'vitest';
import { shiftOf, type Rehearsed } from './rehearsal.ts';

const many = (count: number, one: Rehearsed): Rehearsed[] => Array.from({ length: count }, () => one);

test('a base that says nothing of itself is as careful as bases of its kind have to be', () => {
  expect(shiftOf([])).toBeLessThan(-0.5);
});

test('a base whose left-out questions score low answers more; one where they score high answers less', () => {
  const right = many(100, { covered: true, right: true, score: 1.5 });
  const clear = shiftOf([...right, ...many(100, { covered: false, right: false, score: -1 })]);
  const blurred = shiftOf([...right, ...many(100, { covered: false, right: false, score: 3 })]);
  expect(clear).toBeGreaterThan(shiftOf([]));
  expect(blurred).toBeLessThan(shiftOf([]));
  // From the floor on the confidence is 0.75: what scores 1.5 is answered in the clear base alone.
  expect(1.5 + clear).toBeGreaterThanOrEqual(Math.log(3));
  expect(1.5 + blurred).toBeLessThan(Math.log(3));
});

test('wrong answers to covered questions count as well', () => {
  const right = many(100, { covered: true, right: true, score: 1.5 });
  expect(shiftOf([...right, ...many(40, { covered: true, right: false, score: 2 })])).toBeLessThan(shiftOf(right));
});

test('a few rehearsals prove little', () => {
  const clear = (count: number): number => shiftOf([...many(count, { covered: true, right: true, score: 1 }), ...many(count, { covered: false, right: false, score: -2 })]);
  expect(clear(300)).toBeGreaterThan(clear(3) + 0.5);
});
