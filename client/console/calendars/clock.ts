/** Clock times as people type them, and hours as parts of a day. */
import type { Interval } from './shapes.ts';

/** 9, 930, 9:30 and 9：30 as 09:00 and 09:30; what is no time stays as it is. */
export function asTime(text: string): string {
  const [, hours, minutes] = /^(\d{1,2})\s*[:：.]?\s*(\d{2})?$/.exec(text.trim()) ?? [];
  return hours === undefined ? text.trim() : `${hours.padStart(2, '0')}:${minutes ?? '00'}`;
}

const share = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) / 1440;
const valid = ({ from, to }: Interval): boolean => /^\d\d:\d\d$/.test(from) && /^\d\d:\d\d$/.test(to) && from !== to;
export const isOvernight = ({ from, to }: Interval): boolean => to < from;

/** What of a day is filled, from 0 to 1; `from` yesterday's night goes on. */
export function filled(today: Interval[], yesterday: Interval[]): { from: number; to: number; night: boolean }[] {
  return [
    ...yesterday.filter((each) => valid(each) && isOvernight(each)).map((each) => ({ from: 0, to: share(each.to), night: true })),
    ...today.filter(valid).map((each) => ({ from: share(each.from), to: isOvernight(each) ? 1 : share(each.to), night: false })),
  ];
}

/** The date a clock of the zone shows. */
export const dateIn = (zone: string, at: number | string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(new Date(at));
/** The time a clock of the zone shows. */
export const timeIn = (zone: string, at: number | string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'short' }).format(new Date(at));

/** A moment in words, short: the time today, with the weekday within a week, else with the date. */
export function momentIn(zone: string, at: number | string, now: number, locale: string): string {
  const time = timeIn(zone, at);
  if (dateIn(zone, at) === dateIn(zone, now)) return time;
  const near = new Date(at).getTime() - now < 6 * 86_400_000;
  return `${new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'short', ...(near ? {} : { month: 'short', day: 'numeric' }) }).format(new Date(at))} ${time}`;
}

/** Names in a row: A, B and C. */
export const listed = (names: string[], locale: string): string => new Intl.ListFormat(locale).format(names);
