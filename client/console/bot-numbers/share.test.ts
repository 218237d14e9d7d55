import { expect, test } from 'vitest';
import { pointsMore, shareText } from './share.ts';

test('few are counted, many are a share, none are neither', () => {
  expect([shareText({ n: 0, of: 0 }, 'en'), shareText({ n: 2, of: 3 }, 'en'), shareText({ n: 19, of: 19 }, 'en')]).toEqual(['–', '2 / 3', '19 / 19']);
  expect([shareText({ n: 13, of: 20 }, 'en'), shareText({ n: 1, of: 200 }, 'en'), shareText({ n: 0, of: 50 }, 'zh-CN')]).toEqual(['65%', '0.5%', '0%']);
});

test('only what is of enough is compared', () => {
  expect(pointsMore({ n: 15, of: 20 }, { n: 10, of: 40 })).toBe(50);
  expect(pointsMore({ n: 3, of: 4 }, { n: 10, of: 40 })).toBeNull();
  expect(pointsMore({ n: 15, of: 20 }, { n: 0, of: 0 })).toBeNull();
});
