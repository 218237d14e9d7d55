import { expect, test } from 'vitest';
import { dot } from './regression.ts';
import { coefficientsOf, type Rehearsed } from './rehearsal.ts';

const USUAL = [-1, 2];
const many = (count: number, one: Rehearsed): Rehearsed[] => Array.from({ length: count }, () => one);
const near = (x: number, covered: boolean): Rehearsed => ({ x: [1, x], covered, right: covered });
const scoreOf = (rehearsed: Rehearsed[], x: number): number => dot([1, x], coefficientsOf(rehearsed, USUAL));

test('a base that says nothing of itself is judged like bases of its kind', () => {
  expect(coefficientsOf([], USUAL)).toEqual(USUAL);
  expect(coefficientsOf(many(100, near(1, true)), USUAL)).toEqual(USUAL);
});

test('a base whose left-out questions come nowhere near is believed sooner; one where they come as near is not', () => {
  const clear = [...many(100, near(1, true)), ...many(100, near(0, false))];
  const blurred = [...many(100, near(1, true)), ...many(100, near(1, false))];
  expect(scoreOf(clear, 1)).toBeGreaterThan(dot([1, 1], USUAL) + 0.5);
  expect(scoreOf(blurred, 1)).toBeLessThan(dot([1, 1], USUAL) - 0.3);
});

test('wrong answers to covered questions count as well', () => {
  const rest = [...many(60, near(1, true)), ...many(100, near(0, false))];
  expect(scoreOf([...rest, ...many(40, { x: [1, 1], covered: true, right: false })], 1)).toBeLessThan(scoreOf([...rest, ...many(40, near(1, true))], 1) - 0.5);
});

test('a few rehearsals prove little', () => {
  const clear = (count: number): Rehearsed[] => [...many(count, near(1, true)), ...many(count, near(0, false))];
  expect(coefficientsOf(clear(10), USUAL)).toEqual(USUAL);
  expect(scoreOf(clear(300), 1)).toBeGreaterThan(scoreOf(clear(25), 1) + 0.5);
});
