import { expect, it } from 'vitest';
import { eventTime, shortWait } from './times.ts';

it('tells when something takes place, where the reader is', () => {
  expect(eventTime('2026-11-23T08:00:00Z', '2026-11-23T09:30:00Z', 'en', 'Asia/Shanghai')).toMatch(/Mon.*Nov 23.*2026.*16:00.*17:30.*GMT\+8/);
  expect(eventTime('2026-11-23T08:00:00Z', undefined, 'zh-CN', 'Asia/Shanghai')).toMatch(/2026年11月23日.*周一.*16:00/);
});

it('keeps a day a day, and words words', () => {
  expect(eventTime('2026-12-24', '2026-12-25', 'en')).toBe('Thursday, December 24, 2026');
  expect(eventTime('2026-12-24', '2026-12-27', 'en')).toMatch(/December 24.*26/);
  expect(eventTime('next week', undefined, 'en')).toBe('next week');
  expect(eventTime(undefined, undefined, 'en')).toBe('');
});

it('never waits "now"', () => {
  expect([shortWait(0, 59_000, 'zh-CN'), shortWait(0, 59_000, 'en'), shortWait(0, 60_000, 'en'), shortWait(0, 7_200_000, 'zh-CN')]).toEqual(['不到 1 分钟', '<1m', '1m', '2 小时']);
});
