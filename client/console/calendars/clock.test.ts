import { expect, test } from 'vitest';
import { asTime, filled, momentIn } from './clock.ts';

test('times as they are typed', () => {
  expect(['9', '930', '9:30', '18：05', '24', 'noon', ''].map(asTime)).toEqual(['09:00', '09:30', '09:30', '18:05', '24:00', 'noon', '']);
});
test('a night fills the evening and the next morning', () => {
  expect(filled([{ from: '18:00', to: '06:00' }], [])).toEqual([{ from: 0.75, to: 1, night: false }]);
  expect(filled([{ from: '12:00', to: '24:00' }], [{ from: '18:00', to: '06:00' }])).toEqual([{ from: 0, to: 0.25, night: true }, { from: 0.5, to: 1, night: false }]);
  expect(filled([{ from: '', to: '9' }], [])).toEqual([]);
});
test('a moment is told by the clock of the zone', () => {
  const now = Date.parse('2026-11-23T10:00:00+08:00');
  expect(momentIn('Asia/Shanghai', '2026-11-23T18:00:00+08:00', now, 'en')).toBe('18:00');
  expect(momentIn('Asia/Shanghai', '2026-11-24T09:00:00+08:00', now, 'zh-CN')).toBe('周二 09:00');
  expect(momentIn('America/New_York', '2026-12-31T09:00:00-05:00', now, 'en')).toBe('Thu, Dec 31 09:00');
});
