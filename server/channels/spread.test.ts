import { expect, test } from 'vitest';
import { spread } from './spread.ts';

/** Plays an account of 10 sends a second on which 200 messages wait; answers how often it was asked, and how long all took. */
function play(waitOf: (free: number, now: number) => number): { asked: number; tookMs: number } {
  const everyMs = 100;
  let asked = 0;
  let free = 0;
  let now = 0;
  const line = Array.from({ length: 200 }, () => 0);
  while (line.length > 0) {
    line.sort((a, b) => a - b);
    now = Math.max(now, line.shift() ?? 0);
    asked += 1;
    if (free <= now) free = now + everyMs;
    else line.push(now + waitOf(free - now, now));
  }
  return { asked, tookMs: now };
}

test('200 messages that wait for one account ask it about once each, and lose no time', () => {
  const place = spread();
  const account = {};
  const { asked, tookMs } = play((free, now) => place(account, free, 100, now));
  expect(asked).toBeLessThan(3 * 200);
  expect(tookMs).toBeLessThan(21_000);
  // As it was: all of them ask for each that goes out.
  expect(play(free => free).asked).toBeGreaterThan(20_000);
});

test('accounts do not wait for each other, and who comes later when all are through waits for nobody', () => {
  const place = spread();
  const [one, other] = [{}, {}];
  expect(place(one, 50, 100, 0)).toBe(50);
  expect(place(one, 50, 100, 0)).toBe(150);
  expect(place(other, 50, 100, 0)).toBe(50);
  expect(place(one, 50, 100, 10_000)).toBe(50);
});

test('a long line asks again after a while, since who comes new may be served first', () => {
  const place = spread();
  const account = {};
  for (let each = 0; each < 100; each += 1) expect(place(account, 500, 2_000, 0)).toBeLessThanOrEqual(15_000);
  expect(place(account, 60_000, 2_000, 0)).toBe(60_000);
});
