/** Words of calendars: when we are open, on a wall clock somewhere. */
import { z } from 'zod';

/** Monday first, as in ISO 8601. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const Weekday = z.enum(weekdays);
export type Weekday = z.infer<typeof Weekday>;

const time = (pattern: RegExp) => z.string().regex(pattern, 'a time is 00:00 to 23:59; the end of a day is 24:00');
/** `to` at or before `from` is on the next day; 24:00 is the end of the day. */
export const Interval = z.strictObject({ from: time(/^([01]\d|2[0-3]):[0-5]\d$/), to: time(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/) })
  .refine(({ from, to }) => from !== to, { message: 'it begins and ends at the same time; a whole day is 00:00 to 24:00', path: ['to'] });
export type Interval = z.infer<typeof Interval>;

const end = ({ from, to }: Interval): string => (to > from ? to : '24:00');
const intervals = z.array(Interval).max(8, 'at most 8 intervals a day')
  .refine((all) => {
    const sorted = [...all].sort((a, b) => (a.from < b.from ? -1 : 1));
    return sorted.every((each, index) => index === 0 || end(sorted[index - 1] ?? each) <= each.from);
  }, 'two intervals of this day overlap');

const isDate = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};
const date = z.string().regex(/^(19[7-9]\d|20\d\d|21\d\d)-\d\d-\d\d$/, 'a date is written 2026-10-01').refine(isDate, 'there is no such date');
const dayName = z.string().trim().max(80, 'at most 80 characters').default('');

/** A date that is not like its weekday: closed, worked like another weekday, or with intervals of its own. */
export const SpecialDay = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('holiday'), date, name: dayName }),
  z.strictObject({ kind: z.literal('make-up'), date, name: dayName, like: Weekday.default('mon') }),
  z.strictObject({ kind: z.literal('exception'), date, name: dayName, intervals: intervals.min(1, 'name an interval, or make it a holiday') }),
]);
export type SpecialDay = z.infer<typeof SpecialDay>;

const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format(0);
    return !/^[+-]/.test(zone);
  } catch {
    return false;
  }
};

const name = z.string('give the calendar a name').trim().min(1, 'give the calendar a name').max(80, 'at most 80 characters');
const zone = z.string().max(60).refine(isZone, 'no such time zone; name one as in Asia/Shanghai');
const week = z.strictObject({ mon: intervals, tue: intervals, wed: intervals, thu: intervals, fri: intervals, sat: intervals, sun: intervals });
const days = z.array(SpecialDay).max(1000, 'at most 1000 dates').refine((all) => new Set(all.map((day) => day.date)).size === all.length, 'a date is named twice');

/** What decides whether it is open at some moment. */
export const Hours = z.strictObject({ zone, week, days });
export type Hours = z.infer<typeof Hours>;

/** POST /calendars. */
export const CalendarInput = z.strictObject({ name, zone, week, days: days.default([]) });
export type CalendarInput = z.infer<typeof CalendarInput>;
/** PATCH /calendars/:id: only what is named. */
export const CalendarPatch = z.strictObject({ name: name.optional(), zone: zone.optional(), week: week.optional(), days: days.optional() });
export type CalendarPatch = z.infer<typeof CalendarPatch>;

export type Calendar = CalendarInput & { id: string };

/** How it stands at a moment: open or not, when that changes next (null: not within a year), and the open spans of the days to come. */
export type CalendarState = { at: Date; open: boolean; changesAt: Date | null; spans: { from: Date; to: Date }[] };

/** What may be done for customers while we are closed. 'as-open': nothing, it is only known. 'bot-only': the bot answers first, even where people do otherwise. */
export const ClosedBehaviour = z.enum(['as-open', 'message', 'bot-only']);
export type ClosedBehaviour = z.infer<typeof ClosedBehaviour>;
const words = z.string().trim().max(1000, 'at most 1000 characters').optional();
/** `{opens}` in a text is the next opening in words; an absent text is ours. */
export const Closed = z.strictObject({ behaviour: ClosedBehaviour, text: z.strictObject({ 'zh-CN': words, en: words }).default({}) });
export type Closed = z.infer<typeof Closed>;
