import { expect, test } from 'vitest';
import type { BreakRequest } from '../schema.ts';
import { approvedAtOnce, viewOf } from './breaks.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute));
const request: BreakRequest = { id: 'a'.repeat(24), personId: 'b'.repeat(24), reason: 'meal', minutes: 30, state: 'begun', askedAt: at(0), beganAt: at(5) };

test('so many go at once, the next one is asked about', () => {
  expect([0, 1, 2, 3].map(away => approvedAtOnce(2, away))).toEqual([true, true, false, false]);
  expect(approvedAtOnce(0, 0)).toBe(false);
});

test('a break is too long from its end on, and stays as long as it was', () => {
  expect(viewOf(request, at(35))).toMatchObject({ dueAt: at(35), overMs: 0 });
  expect(viewOf(request, at(38)).overMs).toBe(3 * 60_000);
  expect(viewOf({ ...request, state: 'ended', endedAt: at(36) }, at(59)).overMs).toBe(60_000);
  expect(viewOf({ ...request, state: 'approved', beganAt: undefined }, at(59))).toMatchObject({ dueAt: null, overMs: 0 });
});
