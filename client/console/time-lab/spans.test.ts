import { expect, test } from 'vitest';
import { pointsText, shareOf, spanText } from './spans.ts';

test('spans say what matters of them', () => {
  expect([0, 45_400, 60_000, 200_000, 3_600_000, 3_900_000, null].map((ms) => spanText(ms, 'en'))).toEqual(['0 sec', '45 sec', '1 min', '3 min 20 sec', '1 hr', '1 hr 5 min', '–']);
  expect(spanText(-61_000, 'zh-CN')).toBe('1分钟 1秒');
});

test('shares and their difference', () => {
  expect([shareOf(0.8235, 'en'), shareOf(null, 'en')]).toEqual(['82.4%', '–']);
  expect([pointsText(0.8, 0.831, 'en'), pointsText(0.8, 0.75, 'en'), pointsText(0.8, 0.8, 'en'), pointsText(null, 1, 'en')]).toEqual(['+3.1', '-5', null, null]);
});
