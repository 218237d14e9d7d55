import { expect, test } from 'vitest';
import { timeBefore } from './ranges.ts';

const before = (from: string, to: string, zone: string, now: string) => {
  const range = timeBefore({ from: new Date(from), to: new Date(to) }, zone, new Date(now));
  return [range.from.toISOString(), range.to.toISOString()];
};

test('a time that is over is compared with the same length before', () => {
  expect(before('2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z', 'UTC', '2026-11-24T00:00:00Z')).toEqual(['2026-11-09T00:00:00.000Z', '2026-11-16T00:00:00.000Z']);
  expect(before('2026-11-16T09:00:00Z', '2026-11-16T12:00:00Z', 'UTC', '2026-11-24T00:00:00Z')).toEqual(['2026-11-16T06:00:00.000Z', '2026-11-16T09:00:00.000Z']);
});

test('a day that goes on is compared with yesterday until now', () => {
  expect(before('2026-11-21T16:00:00Z', '2026-11-22T16:00:00Z', 'Asia/Shanghai', '2026-11-22T03:50:00Z')).toEqual(['2026-11-20T16:00:00.000Z', '2026-11-21T04:00:00.000Z']);
  expect(before('2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z', 'UTC', '2026-11-22T12:00:00Z')).toEqual(['2026-11-09T00:00:00.000Z', '2026-11-15T12:00:00.000Z']);
});

test('days are days of the zone, also when clocks change', () => {
  // Berlin's 25th of October 2026 has 25 hours.
  expect(before('2026-10-25T23:00:00Z', '2026-10-26T23:00:00Z', 'Europe/Berlin', '2026-11-01T00:00:00Z')).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
});
