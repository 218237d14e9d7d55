import { expect, it } from 'vitest';
import { chatsADay, openChat, type Warmth } from './warm-up.ts';

const day = 86_400_000;
const paired: Warmth = { pairedAt: 10 * day, day: 0, opened: [] };

/** Opens as many chats as it may at a time. */
function open(warmth: Warmth, now: number, days: number): { count: number; waitMs: number } {
  for (let count = 0; count < 1_000; count += 1) {
    const next = openChat(warmth, `${now}-${count}`, now, days);
    if ('waitMs' in next) return { count, waitMs: next.waitMs };
    warmth = next.warmth;
  }
  return { count: Infinity, waitMs: 0 };
}

it('allows more new chats each day, and any number after the warm-up', () => {
  expect([0, 1, 2, 6].map((age) => open(paired, (10 + age) * day + 1, 7).count)).toEqual([chatsADay, 2 * chatsADay, 3 * chatsADay, 7 * chatsADay]);
  expect(open(paired, 17 * day, 7).count).toBe(Infinity);
  expect(open(paired, 10 * day, 0).count).toBe(Infinity);
});
it('waits for the next day, and counts a chat once', () => {
  expect(open(paired, 10 * day + day / 4, 7).waitMs).toBe((day * 3) / 4);
  const full: Warmth = { ...paired, day: 10, opened: ['a', 'b', 'c', 'd', 'e'] };
  expect(openChat(full, 'c', 10 * day, 7)).toEqual({ warmth: full });
  expect(openChat(full, 'f', 10 * day, 7)).toMatchObject({ words: { 'zh-CN': expect.stringContaining('今天刚关联'), en: expect.stringContaining('linked today') } });
});
