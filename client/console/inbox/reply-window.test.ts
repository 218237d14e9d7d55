import { expect, test } from 'vitest';
import { windowNow } from './reply-window.ts';

const at = (minute: number): string => new Date(minute * 60_000).toISOString();
const window = { closesAt: at(2_880), left: 5, open: [{ closesAt: at(1), left: 3 }, { closesAt: at(2_880), left: 2 }] };

test('a permission of one minute is gone after it, the others stay', () => {
  expect(windowNow(window, 0)).toEqual({ closesAt: at(2_880), left: 5, closed: false });
  expect(windowNow(window, 60_000)).toEqual({ closesAt: at(2_880), left: 2, closed: false });
  expect(windowNow(window, 2_880 * 60_000)).toEqual({ closesAt: at(2_880), left: 0, closed: true });
});

test('one permission without a number makes it any number; used up is closed', () => {
  expect(windowNow({ closesAt: at(9), open: [{ closesAt: at(1), left: 3 }, { closesAt: at(9) }] }, 0)).toEqual({ closesAt: at(9), closed: false });
  expect(windowNow({ closesAt: at(9), left: 0, open: [{ closesAt: at(9), left: 0 }] }, 0)).toEqual({ closesAt: at(9), left: 0, closed: true });
});
