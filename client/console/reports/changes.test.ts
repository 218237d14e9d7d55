import { expect, test } from 'vitest';
import { changeOf } from './changes.ts';

test('counts change by a share, shares by points, times by time', () => {
  expect(changeOf('count', { value: 60, of: 60 }, { value: 40, of: 40 })).toEqual({ by: 50, sign: 1 });
  expect(changeOf('count', { value: 0, of: 0 }, { value: 40, of: 40 })).toEqual({ by: -100, sign: -1 });
  expect(changeOf('share', { value: 0.72, of: 50 }, { value: 0.8, of: 50 })).toEqual({ by: -8, sign: -1 });
  expect(changeOf('time', { value: 90_400, of: 50 }, { value: 60_000, of: 50 })).toEqual({ by: 30_000, sign: 1 });
  expect(changeOf('time', { value: 60_200, of: 50 }, { value: 60_000, of: 50 })).toEqual({ by: 0, sign: 0 });
});

test('of few nothing is said', () => {
  expect(changeOf('count', { value: 9, of: 9 }, { value: 3, of: 3 })).toBeNull();
  expect(changeOf('share', { value: 1, of: 4 }, { value: 0.5, of: 50 })).toBeNull();
  expect(changeOf('time', { value: null, of: 0 }, { value: 60_000, of: 50 })).toBeNull();
});
