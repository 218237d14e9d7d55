/**
 * Whether we are open, until when, and open time as a measure. Absent hours: always open.
 *
 * An interval belongs to the day on which it begins: a night shift of Friday goes on into a Saturday that is a holiday, and there is none
 * on a Friday that is one. It begins when the clock first shows `from` or later, and ends when it first shows `to` or later: a night on
 * which the clock is changed is an hour longer or shorter, as it is for those who work it.
 */
import type { CalendarState, Hours, Interval, Weekday } from '../schema.ts';
import { firstMoment, wallAt } from './zone.ts';

type Always = null | undefined;
/** Milliseconds from midnight of its day; an end past midnight is more than a day. */
type Shift = { from: number; to: number };
type Span = { from: number; to: number };
type Compiled = { week: Shift[][]; days: Map<number, Shift[]> };

const minute = 60_000;
const day = 24 * 60 * minute;
/** So far somebody who asks for the next change looks ahead. */
const aheadMs = 400 * day;
/** Open time that takes longer never comes. */
const longestMs = 5 * 366 * day;

const order: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const compiled = new WeakMap<Hours, Compiled>();

const msOf = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * minute;
const shiftOf = ({ from, to }: Interval): Shift => ({ from: msOf(from), to: msOf(to) + (to > from ? 0 : day) });
const shiftsOf = (intervals: Interval[]): Shift[] => intervals.map(shiftOf).sort((a, b) => a.from - b.from);

function compile(hours: Hours): Compiled {
  const known = compiled.get(hours);
  if (known) return known;
  const special = hours.days.map((each): [number, Shift[]] => [
    Date.parse(`${each.date}T00:00:00Z`) / day,
    each.kind === 'holiday' ? [] : shiftsOf(each.kind === 'exception' ? each.intervals : hours.week[each.like]),
  ]);
  const made = { week: order.map((name) => shiftsOf(hours.week[name])), days: new Map(special) };
  compiled.set(hours, made);
  return made;
}

/** Open spans that end after `from`, in order and apart from each other (they may touch), until one begins at or after `until`. */
function* spans(hours: Hours, from: number, until: number): Generator<Span> {
  const { week, days } = compile(hours);
  const first = Math.floor(wallAt(hours.zone, from) / day) - 1;
  const last = Math.floor(wallAt(hours.zone, until) / day) + 1;
  let reached = from;
  // The first day of 1970 was a Thursday.
  for (let date = first; date <= last; date += 1) {
    for (const shift of days.get(date) ?? week[(((date + 3) % 7) + 7) % 7] ?? []) {
      const begins = Math.max(reached, firstMoment(hours.zone, date * day + shift.from));
      if (begins >= until) return;
      const ends = firstMoment(hours.zone, date * day + shift.to);
      if (ends <= begins) continue;
      reached = ends;
      yield { from: begins, to: ends };
    }
  }
}

/** Whether we are open at this moment. */
export function isOpen(hours: Hours | Always, at: Date): boolean {
  if (!hours) return true;
  const now = at.getTime();
  for (const span of spans(hours, now, now + 1)) return span.from <= now;
  return false;
}

/** When open becomes closed or closed open, after this moment; null: not within 400 days. */
export function nextChange(hours: Hours | Always, at: Date): Date | null {
  if (!hours) return null;
  const now = at.getTime();
  let open: number | null = null;
  for (const span of spans(hours, now, now + aheadMs)) {
    if (open === null && span.from > now) return new Date(span.from);
    if (open !== null && span.from > open) return new Date(open);
    open = span.to;
  }
  return open !== null && open < now + aheadMs ? new Date(open) : null;
}

/** Open milliseconds between two moments; 0 when `to` is not later. */
export function openMsBetween(hours: Hours | Always, from: Date, to: Date): number {
  const [begin, end] = [from.getTime(), to.getTime()];
  if (end <= begin) return 0;
  if (!hours) return end - begin;
  let open = 0;
  for (const span of spans(hours, begin, end)) open += Math.min(span.to, end) - span.from;
  return open;
}

/** The moment by which so many open milliseconds have passed; null: never, or not within five years. */
export function addOpenMs(hours: Hours | Always, from: Date, ms: number): Date | null {
  const begin = from.getTime();
  if (ms <= 0) return from;
  if (!hours) return new Date(begin + ms);
  let left = ms;
  for (const span of spans(hours, begin, begin + longestMs)) {
    if (left <= span.to - span.from) return new Date(span.from + left);
    left -= span.to - span.from;
  }
  return null;
}

/** Open spans between two moments, those that touch as one. */
export function openSpans(hours: Hours, from: Date, to: Date): CalendarState['spans'] {
  const found: Span[] = [];
  for (const span of spans(hours, from.getTime(), to.getTime())) {
    const before = found.at(-1);
    const ends = Math.min(span.to, to.getTime());
    if (before?.to === span.from) before.to = ends; else found.push({ from: span.from, to: ends });
  }
  return found.map((span) => ({ from: new Date(span.from), to: new Date(span.to) }));
}

/** How it stands at this moment, with the open spans of the next so many days. */
export function stateAt(hours: Hours, at: Date, ahead = 14): CalendarState {
  return { at, open: isOpen(hours, at), changesAt: nextChange(hours, at), spans: openSpans(hours, at, new Date(at.getTime() + ahead * day)) };
}
