/** Which time is meant: days of a zone, quarters of an hour. Pure. */
import { slotMs } from '../schema.ts';

const dayMs = 86_400_000;
const usualDays = 7;
export const mostDays = 400;

export type Range = { from: Date; to: Date };

/** The instant at which the day of an instant begins in a zone. */
export function startOfDay(at: Date, zone: string): Date {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const today = day.format(at);
  // Days begin on a quarter of an hour in every zone; at midnight, or later where clocks go forward then.
  let start = Math.floor(at.getTime() / slotMs) * slotMs;
  while (day.format(start - slotMs) === today) start -= slotMs;
  return new Date(start);
}

/**
 * What a time is compared with: as many days of the zone before it, or else the same length. A time that goes on is compared with the part
 * of the one before that had passed by then: a morning is no worse than a whole day for being a morning.
 */
export function timeBefore({ from, to }: Range, zone: string, now: Date): Range {
  const length = to.getTime() - from.getTime();
  const days = Math.round(length / dayMs);
  const whole = days > 0 && [from, to].every((at) => startOfDay(at, zone).getTime() === at.getTime());
  const start = whole ? startOfDay(new Date(from.getTime() - (days - 0.5) * dayMs), zone) : new Date(from.getTime() - length);
  const passed = Math.ceil((now.getTime() - from.getTime()) / slotMs) * slotMs;
  return { from: start, to: now >= to || passed <= 0 ? from : new Date(Math.min(from.getTime(), start.getTime() + passed)) };
}

/** The time asked for; without one the last seven days of the zone, today included. A word for what is wrong with it. */
export function rangeOf({ from, to, zone }: { from?: string | undefined; to?: string | undefined; zone: string }, now: Date): Range | { wrong: 'from' | 'to'; why: 'slot' | 'order' | 'length' } {
  const end = to ? new Date(to) : new Date(startOfDay(new Date(startOfDay(now, zone).getTime() + 1.5 * dayMs), zone));
  const start = from ? new Date(from) : startOfDay(new Date(end.getTime() - (usualDays - 0.5) * dayMs), zone);
  if (start.getTime() % slotMs) return { wrong: 'from', why: 'slot' };
  if (end.getTime() % slotMs) return { wrong: 'to', why: 'slot' };
  if (end <= start) return { wrong: 'to', why: 'order' };
  if (end.getTime() - start.getTime() > mostDays * dayMs) return { wrong: 'from', why: 'length' };
  return { from: start, to: end };
}
