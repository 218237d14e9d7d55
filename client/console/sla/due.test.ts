import { expect, test } from 'vitest';
import { dueOf, span } from './due.ts';

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
const clock = (due: number, warn: number | null = null, more: object = {}) => ({ since: at(0), due: at(due), warn: warn === null ? null : at(warn), state: 'running' as const, ...more });
const sla = (clocks: object) => ({ sla: { policyId: 'p', version: 1, episodeSeq: 0, pauses: [], dueAt: null, state: 'running' as const, ...clocks } });

test('the earliest that runs, as it stands by the time', () => {
  const head = sla({ first: clock(30, 20), resolution: clock(25, null, { paused: true }) });
  expect([10, 20, 30].map((minutes) => dueOf(head, minutes * 60_000)?.state)).toEqual(['running', 'warned', 'breached']);
  expect(dueOf(sla({ next: clock(40), resolution: clock(35) }), 0)).toEqual({ clock: 'resolution', due: 35 * 60_000, state: 'running' });
  expect([dueOf({ sla: null }, 0), dueOf({}, 0), dueOf(sla({}), 0)]).toEqual([null, null, null]);
});
test('time in two units at most', () => {
  expect([30_000, 12 * 60_000, 80 * 60_000, 3_600_000, 50 * 3_600_000 + 60_000].map((ms) => span(ms, 'en'))).toEqual(['1m', '12m', '1h 20m', '1h', '2d 2h']);
  expect([span(80 * 60_000, 'zh-CN'), span(80 * 60_000, 'en', 'long')]).toEqual(['1小时 20分钟', '1 hour 20 minutes']);
});
