import { expect, test } from 'vitest';
import { mayBeLoop } from './loop.ts';

const now = new Date('2026-11-21T12:00:00Z');
const said = (minutesAgo: number, kind: 'bot' | 'contact' = 'bot') => ({ kind: 'message' as const, actor: { kind, id: 'x' }, at: new Date(now.getTime() - minutesAgo * 60_000) });

test('twenty answers an hour are enough in a chat, three in a mail thread', () => {
  expect(mayBeLoop(Array.from({ length: 19 }, () => said(5)), now, false)).toBe(false);
  expect(mayBeLoop(Array.from({ length: 20 }, () => said(5)), now, false)).toBe(true);
  expect(mayBeLoop([said(1), said(2), said(3)], now, true)).toBe(true);
});

test('customers may write as often as they like, and old answers do not count', () => {
  expect(mayBeLoop(Array.from({ length: 50 }, () => said(5, 'contact')), now, false)).toBe(false);
  expect(mayBeLoop(Array.from({ length: 50 }, () => said(61)), now, true)).toBe(false);
});
