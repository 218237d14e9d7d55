/** A number that was linked just now and writes to many strangers is blocked soon: it opens few new chats a day. Pure. */
import type { Words } from '../connector.ts';
import { both } from './words.ts';

const dayMs = 86_400_000;

/** What is kept of a day. `opened`: threads in which we wrote first. */
export type Warmth = { pairedAt: number; day: number; opened: string[] };

/** New chats on the first day; each later day of the warm-up allows as many more. */
export const chatsADay = 5;

/** Whether a message may open a chat; `warmth` is to be kept when it may. */
export function openChat(warmth: Warmth, thread: string, now: number, warmUpDays: number): { warmth: Warmth } | { waitMs: number; words: Words } {
  const age = Math.max(0, Math.floor((now - warmth.pairedAt) / dayMs));
  const day = Math.floor(now / dayMs);
  const opened = warmth.day === day ? warmth.opened : [];
  if (age >= warmUpDays || opened.includes(thread)) return { warmth };
  const allowed = chatsADay * (age + 1);
  if (opened.length >= allowed) {
    return { waitMs: (day + 1) * dayMs - now, words: both(
      `此号码${age === 0 ? '今天' : ` ${age} 天前`}刚关联，预热期间每天最多新开 ${allowed} 个聊天；下一个明天发出`,
      `this number was linked ${age === 0 ? 'today' : `${age} day(s) ago`} and may open ${allowed} new chats a day while it warms up; the next one goes out tomorrow`,
    ) };
  }
  return { warmth: { pairedAt: warmth.pairedAt, day, opened: [...opened, thread] } };
}
