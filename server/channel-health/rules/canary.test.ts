import { describe, expect, it } from 'vitest';
import type { Canary } from '../schema.ts';
import { apartMs, nextProbeMs, patienceMs, step, type Finding } from './canary.ts';

const everyMs = 60_000;
const apart = apartMs(everyMs);
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 14, 3) + seconds * 1_000);
const fails: Finding = { ok: false, reason: 'away', probed: true };
const works: Finding = { ok: true, ms: 40, probed: true };
const run = (...findings: [number, Finding][]): Canary => {
  const last = findings.reduce<Canary | null>((before, [seconds, finding]) => step(before, 'c', finding, at(seconds), apart), null);
  if (!last) throw new Error('nothing was found');
  return last;
};

describe('when a channel is down', () => {
  it('needs two failures in a row, and counts from the first', () => {
    expect(run([0, works], [60, fails])).toMatchObject({ state: 'up', failures: 1 });
    expect(run([0, works], [60, fails], [75, fails])).toMatchObject({ state: 'down', failures: 2, since: at(60), reason: 'away' });
  });
  it('does not add up failures with a success between them', () => {
    expect(run([0, fails], [15, works], [75, fails])).toMatchObject({ state: 'up', failures: 1, failingSince: at(75) });
  });
  it('takes a burst of failing sends for one failure', () => {
    const burst = Array.from({ length: 20 }, (_, index): [number, Finding] => [index / 10, { ok: false, reason: 'cut' }]);
    expect(run(...burst)).toMatchObject({ state: 'up', failures: 1 });
    expect(run(...burst, [10, fails])).toMatchObject({ state: 'down', since: at(0) });
  });
  it('comes back with one success, and forgets why', () => {
    const back = run([0, fails], [15, fails], [90, { ok: true }]);
    expect(back).toMatchObject({ state: 'up', failures: 0, since: at(90), proven: true });
    expect(back.reason).toBeUndefined();
    expect(back.failingSince).toBeUndefined();
  });
  it('stays down since the same moment while it fails on', () => {
    expect(run([0, fails], [15, fails], [75, fails], [135, { ok: false, reason: 'still away' }])).toMatchObject({ since: at(0), failures: 4, reason: 'still away' });
  });
  it('learns nothing from a platform that only asks for patience', () => {
    expect(run([0, fails], [15, { limited: true }], [30, fails])).toMatchObject({ state: 'down', since: at(0) });
    expect(run([0, works], [15, { limited: true }])).toMatchObject({ state: 'up', failures: 0, roundTripMs: 40 });
  });
});

describe('a clock that jumps', () => {
  it('back: failures go on counting, and nothing is down since a time to come', () => {
    expect(run([3_600, fails], [10, fails])).toMatchObject({ state: 'down', since: at(10) });
  });
  it('forward: one failure is still one', () => {
    expect(run([0, works], [86_400, fails])).toMatchObject({ state: 'up', failures: 1 });
  });
});

it('two failures fit into two periods, whatever the dice say', () => {
  for (const dice of [0, 0.5, 0.999]) for (const period of [4_000, 60_000, 3_600_000]) {
    const untilFirst = nextProbeMs(period, 0, dice) + patienceMs(period);
    expect(untilFirst + nextProbeMs(period, 1, dice) + patienceMs(period)).toBeLessThan(2 * period - period / 20);
    expect(nextProbeMs(period, 1, dice)).toBeGreaterThan(apartMs(period));
  }
});

it('a channel that is down is asked as seldom as one that is up', () => {
  expect(nextProbeMs(everyMs, 7, 0.5)).toBe(everyMs);
});
