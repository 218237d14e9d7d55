import { expect, it } from 'vitest';
import { stream } from '../../time-lab/rules/dice.ts';
import { backtest, forecast, missesOf, naive, type DayKind, type Known } from './forecast.ts';

const weekdays = [1.2, 1.1, 1, 1, 1.05, 0.7, 0.6];
const shape = Array.from({ length: 48 }, (_, slot) => (slot < 16 || slot >= 44 ? 0 : Math.exp(-(((slot - 22) / 5) ** 2)) + 0.8 * Math.exp(-(((slot - 38) / 4) ** 2))));
const ordinary: DayKind = { kind: 'ordinary' };

/** Days of traffic: a weekly season, slow growth, Poisson noise; special days as they are told. */
function days(count: number, { seed = 3, growth = 0.002, perDay = 700, special = new Map<number, DayKind>() } = {}): Known[] {
  const chance = stream(seed);
  const whole = shape.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: count }, (_, at) => {
    const kind = special.get(at) ?? ordinary;
    const weekday = at % 7;
    const size = perDay * (1 + growth * at) * (weekdays[kind.kind === 'make-up' ? kind.like : weekday] ?? 1) * (kind.kind === 'holiday' ? 0.3 : 1);
    return { weekday, special: kind, counts: shape.map((share) => poisson((size * share) / whole, chance)) };
  });
}

function poisson(mean: number, chance: () => number): number {
  let [count, product] = [0, chance()];
  for (const end = Math.exp(-mean); product > end; product *= chance()) count += 1;
  return count;
}

const totalOf = (counts: readonly number[] | undefined): number => (counts ?? []).reduce((sum, each) => sum + each, 0);

it('foresees held-out weeks better than the week before does', () => {
  const tests = [1, 2, 3, 4].map((seed) => backtest(days(9 * 7, { seed }), 2));
  for (const test of tests) {
    expect(test?.holtWinters.mape).toBeLessThan((test?.naive.mape ?? 0) * 0.9);
    expect(test?.holtWinters.wape).toBeLessThan((test?.naive.wape ?? 0) * 0.9);
    // Poisson noise of some 30 a half-hour alone is about 15 %.
    expect(test?.holtWinters.wape).toBeLessThan(0.17);
  }
  expect(backtest(days(20))).toBeNull();
});

it('follows growth and the weekday', () => {
  const all = days(9 * 7, { growth: 0.006 });
  const [history, after] = [all.slice(0, 8 * 7), all.slice(8 * 7)];
  const foreseen = forecast(history, after);
  for (const [at, { counts }] of after.entries()) expect(totalOf(foreseen[at]) / totalOf(counts)).toBeCloseTo(1, 0);
  expect(totalOf(foreseen.flat()) / totalOf(after.flatMap(({ counts }) => [...counts]))).toBeGreaterThan(0.95);
  const steady = Array.from({ length: 8 * 7 }, (_, at): Known => ({ weekday: at % 7, special: ordinary, counts: shape.map((share) => share * (100 + at)) }));
  const next = forecast(steady, [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, special: ordinary })));
  // A day a week ahead of one of 155 that grew by one a day: trends of staffing fade, but they are there.
  expect(totalOf(next[6]) / totalOf(shape)).toBeGreaterThan(156.5);
  expect(foreseen[0]?.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => 0));
});

it('knows holidays and make-up days for what they are', () => {
  const special = new Map<number, DayKind>([[30, { kind: 'holiday' }], [31, { kind: 'holiday' }], [33, { kind: 'make-up', like: 2 }], [50, { kind: 'holiday' }]]);
  const history = days(8 * 7, { special, growth: 0 });
  const coming = [{ weekday: 0, special: ordinary }, { weekday: 1, special: { kind: 'holiday' } as const }, { weekday: 5, special: { kind: 'make-up', like: 0 } as const }];
  const totals = forecast(history, coming).map(totalOf);
  expect(totals[0]).toBeGreaterThan(760);
  expect(totals[1]).toBeGreaterThan(180);
  expect(totals[1]).toBeLessThan(300);
  expect(totals[2]).toBeGreaterThan(760);
  const closed = new Map<number, DayKind>([51, 52, 53, 54, 55].map((at) => [at, { kind: 'holiday' }]));
  expect(totalOf(forecast(days(8 * 7, { special: closed, growth: 0 }), [{ weekday: 0, special: ordinary }])[0])).toBeGreaterThan(790);
  // A holiday a week ago is what the naive one repeats.
  expect(totalOf(naive(history, [{ weekday: 50 % 7, special: ordinary }])[0])).toBeLessThan(350);
  expect(totalOf(forecast(history, [{ weekday: 50 % 7, special: ordinary }])[0])).toBeGreaterThan(600);
  expect(totalOf(forecast(days(8 * 7), [{ weekday: 1, special: { kind: 'holiday' } }])[0])).toBe(0);
});

it('says what a miss is', () => {
  expect(missesOf([[10, 0, 20]], [[5, 1, 20]])).toEqual({ mape: 0.25, wape: 0.2 });
  expect(missesOf([[0]], [[0]])).toEqual({ mape: null, wape: null });
});
