import { expect, test } from 'vitest';
import { durationText, percentText } from './duration.ts';

test('lengths of time in the two largest units', () => {
  const all = [null, 0, 400, 45_000, 60_000, 200_000, 3_599_000, 3_900_000, 90_000_000, 172_790_000];
  expect(all.map((ms) => durationText(ms, 'en'))).toEqual(['–', '0 s', '< 1 s', '45 s', '1 min', '3 min 20 s', '59 min 59 s', '1 h 5 min', '1 d 1 h', '2 d']);
  expect([200_000, 3_900_000, 180_000_000].map((ms) => durationText(ms, 'zh-CN'))).toEqual(['3 分 20 秒', '1 小时 5 分', '2 天 2 小时']);
});

test('shares: small ones a little more exact', () => {
  expect([percentText(null, 'en'), percentText(0, 'en'), percentText(0.034, 'en'), percentText(0.8249, 'en'), percentText(1, 'zh-CN')]).toEqual(['–', '0%', '3.4%', '82%', '100%']);
});
