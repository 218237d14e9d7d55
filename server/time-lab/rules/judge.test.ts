import { expect, it } from 'vitest';
import { judgedOf, verdictOn } from './judge.ts';

const now = new Date('2026-11-20T12:00:00Z');
const later = new Date('2026-11-20T13:00:00Z');
const cell = (answered: number[], abandoned: number[]) => ({ queueId: null, channelId: '', agentId: null, n: {}, ms: { answered, abandoned } });

it('counts who was answered, who left late, and who waits too long now; never who left at once', () => {
  expect(judgedOf([cell([1_000, 60_000, 60_001], [59_000, 61_000]), cell([5_000], [])], [now.getTime() - 61_000, now.getTime() - 1_000], { seconds: 60 }, now.getTime())).toEqual({ all: 6, inTime: 3 });
  expect(judgedOf([], [], { seconds: 60 }, now.getTime())).toEqual({ all: 0, inTime: 0 });
});

it('goes back when it is worse by more than may be, when enough is known, and when its time is over', () => {
  const armed = { expected: 0.8, points: 5, endsAt: later };
  expect(verdictOn({ ...armed, judged: { all: 100, inTime: 75 } }, now)).toBe('armed');
  expect(verdictOn({ ...armed, judged: { all: 100, inTime: 74 } }, now)).toBe('worse');
  expect(verdictOn({ ...armed, judged: { all: 19, inTime: 0 } }, now)).toBe('armed');
  expect(verdictOn({ ...armed, judged: { all: 20, inTime: 0 } }, now)).toBe('worse');
  expect(verdictOn({ ...armed, judged: { all: 0, inTime: 0 } }, later)).toBe('ended');
});
