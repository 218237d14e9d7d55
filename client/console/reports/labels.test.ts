import { expect, test } from 'vitest';
import { labelOf, weekdayName } from './labels.ts';

const words = { none: (by: string) => `no ${by}`, gone: (by: string) => `a ${by} that was deleted` };

test('groups have names', () => {
  expect(labelOf('queue', { key: 'none', label: 'none' }, 'en', words)).toBe('no queue');
  expect(labelOf('agent', { key: 'a1', label: 'Ann' }, 'en', words)).toBe('Ann');
  expect(labelOf('agent', { key: 'a1', label: 'a1' }, 'en', words)).toBe('a agent that was deleted');
});

test('times have names, as the key says them and not by the clock of the reader', () => {
  expect(labelOf('day', { key: '2026-11-22', label: '2026-11-22' }, 'en', words)).toBe('Sun, Nov 22');
  expect(labelOf('hour', { key: '2026-11-22 23:00', label: '' }, 'en', words)).toBe('Nov 22 23:00');
  expect(labelOf('weekday-hour', { key: '1 09', label: '' }, 'zh-CN', words)).toBe('星期一 09:00–09:59');
  expect([weekdayName(1, 'en', 'short'), weekdayName(7, 'en')]).toEqual(['Mon', 'Sunday']);
});
