import { describe, expect, it } from 'vitest';
import { afterFailure, judge, type Ladder, type Watch } from './ladder.ts';
import { usualPace } from './supervisor.ts';

const rules = usualPace.ladder;
const minute = 60_000;

/** The rungs of failures at these times. */
function climb(times: number[]) {
  let ladder: Ladder = [];
  return times.map((now) => {
    const next = afterFailure(ladder, now, rules);
    ladder = next.ladder;
    return next.rung;
  });
}

describe('the ladder', () => {
  it('waits longer each time, cleans the caches, and opens the breaker in the end', () => {
    expect(climb([0, 1, 2, 3, 4, 5])).toEqual([
      { kind: 'restart', inMs: 1_000, clean: false }, { kind: 'restart', inMs: 5_000, clean: false }, { kind: 'restart', inMs: 15_000, clean: true },
      { kind: 'restart', inMs: 60_000, clean: true }, { kind: 'restart', inMs: 120_000, clean: true }, { kind: 'open' },
    ]);
  });
  it('forgets failures that are long ago', () => {
    expect(climb([0, 40 * minute, 80 * minute, 120 * minute, 160 * minute, 200 * minute, 240 * minute]).every((rung) => rung.kind === 'restart' && rung.inMs === 1_000)).toBe(true);
    expect(climb([0, 1 * minute, 2 * minute, 3 * minute, 4 * minute, 30 * minute]).at(-1)).toMatchObject({ kind: 'restart' });
  });
});

describe('the watchdog', () => {
  const watch = (change: Partial<Watch>): Watch => ({ phase: 'ready', since: 0, misses: 0, awaySince: null, ...change });
  it.each([
    ['lets a healthy session run for days', watch({}), 5 * 24 * 60 * minute, null],
    ['gives a start its time', watch({ phase: 'starting' }), 2 * minute, null],
    ['ends a start that leads nowhere', watch({ phase: 'starting' }), 2 * minute + 1, 'stuck'],
    ['forgives two checks without an answer', watch({ misses: 2 }), 1, null],
    ['ends a browser that is silent', watch({ misses: 3 }), 1, 'silent'],
    ['waits for a phone that is away', watch({ awaySince: 0 }), 5 * minute, null],
    ['starts anew when it stays away', watch({ awaySince: 0 }), 5 * minute + 1, 'away'],
    ['shows codes for ten minutes', watch({ phase: 'code' }), 10 * minute, null],
    ['does not show codes to nobody for ever', watch({ phase: 'code' }), 10 * minute + 1, 'unwanted'],
  ] as const)('%s', (_, state, now, verdict) => expect(judge(state, now, usualPace.watch)).toBe(verdict));
});
