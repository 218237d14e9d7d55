import { expect, test } from 'vitest';
import { dayIn, daysOf, isDay, isZone, plusDays, startOfDay, weekdaysOf } from './days.ts';

test('a day begins when the zone says', () => {
  expect(startOfDay('2026-11-22', 'UTC')).toBe('2026-11-22T00:00:00.000Z');
  expect(startOfDay('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-21T16:00:00.000Z');
  expect(startOfDay('2026-11-22', 'Asia/Kathmandu')).toBe('2026-11-21T18:15:00.000Z');
  expect(startOfDay('2026-11-22', 'America/Los_Angeles')).toBe('2026-11-22T08:00:00.000Z');
  expect(startOfDay('2026-11-22', 'Pacific/Kiritimati')).toBe('2026-11-21T10:00:00.000Z');
  // The day after the clocks went back.
  expect([startOfDay('2026-10-25', 'Europe/Berlin'), startOfDay('2026-10-26', 'Europe/Berlin')]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
});

test('days are counted by the calendar', () => {
  expect(dayIn('Asia/Shanghai', Date.parse('2026-11-21T17:00:00Z'))).toBe('2026-11-22');
  expect(plusDays('2026-02-27', 2)).toBe('2026-03-01');
  expect(daysOf('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  expect(daysOf('2026-03-01', '2026-02-27')).toEqual([]);
  // From a Sunday to the next Monday.
  expect(weekdaysOf('2026-11-22', '2026-11-30')).toEqual([2, 1, 1, 1, 1, 1, 2]);
});

test('what stands in an address may be wrong', () => {
  expect([isDay('2026-11-22'), isDay('2026-13-22'), isDay('x'), isDay(undefined)]).toEqual([true, false, false, false]);
  expect([isZone('Asia/Shanghai'), isZone('Asia/Nowhere'), isZone(''), isZone(null)]).toEqual([true, false, false, false]);
});
