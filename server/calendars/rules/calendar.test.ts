import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CalendarInput, type Hours, type Interval, type SpecialDay, type Weekday, weekdays } from '../schema.ts';
import { addOpenMs, isOpen, nextChange, openMsBetween, openSpans } from './calendar.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string) => new Date(text);

const week = (spec: Partial<Record<Weekday, string[]>>): Hours['week'] => {
  const of = (name: Weekday): Interval[] => (spec[name] ?? []).map((text) => ({ from: text.slice(0, 5), to: text.slice(6) }));
  return { mon: of('mon'), tue: of('tue'), wed: of('wed'), thu: of('thu'), fri: of('fri'), sat: of('sat'), sun: of('sun') };
};
const every = (...spans: string[]) => week({ mon: spans, tue: spans, wed: spans, thu: spans, fri: spans, sat: spans, sun: spans });
const office: Hours = {
  zone: 'Asia/Shanghai', week: week({ mon: ['09:00-12:00', '13:30-18:00'], tue: ['09:00-18:00'], wed: ['09:00-18:00'], thu: ['09:00-18:00'], fri: ['09:00-18:00'] }),
  days: [
    { kind: 'holiday', date: '2026-10-01', name: '国庆节' }, { kind: 'holiday', date: '2026-10-02', name: '国庆节' },
    { kind: 'make-up', date: '2026-10-10', name: '国庆调休', like: 'mon' },
    { kind: 'exception', date: '2026-12-24', name: '年会', intervals: [{ from: '09:00', to: '11:00' }] },
  ],
};

describe('the office in Shanghai', () => {
  test('breaks, holidays, make-up days and exceptions', () => {
    expect(isOpen(office, at('2026-09-28T09:00:00+08:00'))).toBe(true);
    expect(isOpen(office, at('2026-09-28T08:59:59.999+08:00'))).toBe(false);
    expect(isOpen(office, at('2026-09-28T12:00:00+08:00'))).toBe(false);
    expect(isOpen(office, at('2026-10-01T10:00:00+08:00'))).toBe(false);
    expect(isOpen(office, at('2026-10-10T11:00:00+08:00'))).toBe(true); // a Saturday, worked like a Monday
    expect(isOpen(office, at('2026-10-10T12:30:00+08:00'))).toBe(false);
    expect(isOpen(office, at('2026-12-24T11:00:00+08:00'))).toBe(false);
    expect(nextChange(office, at('2026-09-30T18:00:00+08:00'))).toEqual(at('2026-10-05T09:00:00+08:00'));
    expect(nextChange(office, at('2026-09-28T11:00:00+08:00'))).toEqual(at('2026-09-28T12:00:00+08:00'));
  });
  test('open time skips what is closed', () => {
    expect(addOpenMs(office, at('2026-09-30T17:30:00+08:00'), hour)).toEqual(at('2026-10-05T09:30:00+08:00'));
    expect(addOpenMs(office, at('2026-09-30T17:00:00+08:00'), hour)).toEqual(at('2026-09-30T18:00:00+08:00'));
    expect(openMsBetween(office, at('2026-09-30T17:00:00+08:00'), at('2026-10-05T10:00:00+08:00'))).toBe(2 * hour);
    expect(addOpenMs(office, at('2026-09-30T17:00:00+08:00'), 0)).toEqual(at('2026-09-30T17:00:00+08:00'));
  });
});

test('no hours: always open; no intervals: never; all intervals: always', () => {
  expect([isOpen(null, at('2026-01-01T00:00:00Z')), nextChange(null, at('2026-01-01T00:00:00Z')), addOpenMs(null, at('2026-01-01T00:00:00Z'), 5)]).toEqual([true, null, at('2026-01-01T00:00:00.005Z')]);
  const never: Hours = { zone: 'UTC', week: week({}), days: [] };
  expect([isOpen(never, at('2026-01-01T00:00:00Z')), nextChange(never, at('2026-01-01T00:00:00Z')), addOpenMs(never, at('2026-01-01T00:00:00Z'), 5), openMsBetween(never, at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'))]).toEqual([false, null, null, 0]);
  const always: Hours = { zone: 'America/New_York', week: every('00:00-24:00'), days: [] };
  expect([nextChange(always, at('2026-01-01T00:00:00Z')), openMsBetween(always, at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'))]).toEqual([null, 365 * day]);
});

describe('clocks that are changed', () => {
  const ny: Hours = { zone: 'America/New_York', week: every('22:00-06:00'), days: [] };
  test('a night is an hour shorter in spring and longer in autumn', () => {
    expect(openMsBetween(ny, at('2026-03-07T22:00:00-05:00'), at('2026-03-08T22:00:00-04:00'))).toBe(7 * hour);
    expect(openMsBetween(ny, at('2026-10-31T22:00:00-04:00'), at('2026-11-01T22:00:00-05:00'))).toBe(9 * hour);
  });
  test('what lies in the hour left out begins when the clock jumps; a time that comes twice counts the first time', () => {
    const gap: Hours = { ...ny, week: every('02:30-04:00') };
    expect(openSpans(gap, at('2026-03-08T00:00:00-05:00'), at('2026-03-08T12:00:00-04:00'))).toEqual([{ from: at('2026-03-08T03:00:00-04:00'), to: at('2026-03-08T04:00:00-04:00') }]);
    const lost: Hours = { ...ny, week: every('02:00-02:45') };
    expect(openSpans(lost, at('2026-03-08T00:00:00-05:00'), at('2026-03-08T12:00:00-04:00'))).toEqual([]);
    const twice: Hours = { ...ny, week: every('01:15-01:45') };
    expect(openSpans(twice, at('2026-11-01T00:00:00-04:00'), at('2026-11-01T12:00:00-05:00'))).toEqual([{ from: at('2026-11-01T01:15:00-04:00'), to: at('2026-11-01T01:45:00-04:00') }]);
  });
  test('half an hour on Lord Howe, a day that Samoa left out, a leap day', () => {
    const howe: Hours = { zone: 'Australia/Lord_Howe', week: every('00:00-24:00'), days: [{ kind: 'holiday', date: '2026-10-05', name: '' }, { kind: 'holiday', date: '2026-10-03', name: '' }] };
    expect(openMsBetween(howe, at('2026-10-03T00:00:00+10:30'), at('2026-10-06T00:00:00+11:00'))).toBe(23.5 * hour); // only the 4th, without its lost half hour
    const apia: Hours = { zone: 'Pacific/Apia', week: every('09:00-17:00'), days: [] };
    expect(openMsBetween(apia, at('2011-12-29T00:00:00-10:00'), at('2012-01-01T00:00:00+14:00'))).toBe(16 * hour);
    const leap: Hours = { zone: 'Asia/Shanghai', week: week({ tue: ['09:00-10:00'] }), days: [{ kind: 'holiday', date: '2028-02-29', name: '' }] };
    expect(nextChange(leap, at('2028-02-23T00:00:00+08:00'))).toEqual(at('2028-03-07T09:00:00+08:00'));
  });
});

test('overnight: the night belongs to the day on which it began', () => {
  const bar: Hours = { zone: 'Asia/Shanghai', week: week({ fri: ['22:00-06:00'], sat: ['22:00-06:00'] }), days: [{ kind: 'holiday', date: '2026-11-21', name: '' }] };
  expect(isOpen(bar, at('2026-11-21T05:59:00+08:00'))).toBe(true); // Friday's night, into the holiday
  expect(isOpen(bar, at('2026-11-21T23:00:00+08:00'))).toBe(false);
  expect(isOpen(bar, at('2026-11-22T03:00:00+08:00'))).toBe(false);
});

test('what cannot be is refused', () => {
  const refused = (change: object) => !CalendarInput.safeParse({ name: 'x', ...office, ...change }).success;
  expect([refused({}), refused({ zone: 'Asia/Nowhere' }), refused({ zone: '+08:00' }), refused({ week: every('09:00-12:00', '11:00-13:00') }), refused({ week: every('09:00-09:00') }), refused({ week: every('25:00-26:00') })])
    .toEqual([false, true, true, true, true, true]);
  expect([refused({ days: [{ kind: 'holiday', date: '2026-02-29' }] }), refused({ days: [...office.days, office.days[0]] }), refused({ days: [{ kind: 'exception', date: '2026-02-28', intervals: [] }] })]).toEqual([true, true, true]);
});

/** What a clock of the zone shows, asked of Intl minute by minute, from three days before. */
function watched(zone: string, from: number, to: number): string[] {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const shown: string[] = [];
  for (let moment = from - 3 * day; moment < to; moment += minute) shown.push(clock.format(moment));
  return shown;
}

/** On from the first minute that shows `from` or later, until the first that shows `to` or later. */
function oracle(hours: Hours, shown: string[]): boolean[] {
  const dayAfter = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) + day).toISOString().slice(0, 10);
  const open = shown.map(() => false);
  const dates = [...new Set(shown.map((text) => text.slice(0, 10)))].flatMap((date) => [date, dayAfter(date)]); // also a day that was left out
  for (const date of new Set(dates)) {
    const special = hours.days.find((each) => each.date === date);
    const name = weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'mon';
    const intervals = special?.kind === 'holiday' ? [] : special?.kind === 'exception' ? special.intervals : hours.week[special?.kind === 'make-up' ? special.like : name];
    for (const each of intervals) {
      const first = (text: string) => { const index = shown.findIndex((now) => now >= text); return index < 0 ? shown.length : index; };
      const ends = each.to === '24:00' ? `${dayAfter(date)} 00:00` : `${each.to > each.from ? date : dayAfter(date)} ${each.to}`;
      open.fill(true, first(`${date} ${each.from}`), Math.max(first(`${date} ${each.from}`), first(ends)));
    }
  }
  return open.slice(3 * 1440);
}

// Around changes of clocks both ways, a leap day, and a plain week.
const places = [
  ['America/New_York', '2026-03-06T03:00:00Z'], ['America/New_York', '2026-10-30T03:00:00Z'], ['Australia/Lord_Howe', '2026-04-03T00:00:00Z'], ['Australia/Lord_Howe', '2026-10-02T00:00:00Z'],
  ['Asia/Shanghai', '2028-02-27T00:00:00Z'], ['Europe/London', '2026-03-27T00:00:00Z'], ['Pacific/Apia', '2011-12-28T00:00:00Z'], ['America/Sao_Paulo', '2018-02-16T00:00:00Z'], ['Asia/Kathmandu', '2026-01-01T00:00:00Z'],
] as const;
const clockTime = fc.integer({ min: 0, max: 1439 }).map((minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`);
const interval = fc.record({ from: clockTime, to: fc.oneof(clockTime, fc.constant('24:00')) }).filter(({ from, to }) => from !== to);
const intervals = fc.array(interval, { maxLength: 3 });
const special = (start: number): fc.Arbitrary<SpecialDay> => {
  const date = fc.integer({ min: -1, max: 5 }).map((days) => new Date(start + days * day).toISOString().slice(0, 10));
  return fc.oneof(
    fc.record({ kind: fc.constant('holiday' as const), date, name: fc.constant('') }),
    fc.record({ kind: fc.constant('make-up' as const), date, name: fc.constant(''), like: fc.constantFrom(...weekdays) }),
    fc.record({ kind: fc.constant('exception' as const), date, name: fc.constant(''), intervals: fc.array(interval, { minLength: 1, maxLength: 2 }) }),
  );
};

test.each(places)('as a clock that is watched minute by minute: %s around %s', (zone, text) => {
  const start = Date.parse(text);
  const shown = watched(zone, start, start + 4 * day);
  fc.assert(fc.property(
    fc.record({ mon: intervals, tue: intervals, wed: intervals, thu: intervals, fri: intervals, sat: intervals, sun: intervals }), fc.uniqueArray(special(start), { maxLength: 3, selector: ({ date }) => date }),
    fc.integer({ min: 0, max: 4 * 1440 - 1 }), fc.integer({ min: 0, max: 4 * 1440 - 1 }), fc.integer({ min: 1, max: 2000 }),
    (weekly, days, one, other, minutes) => {
      const hours: Hours = { zone, week: weekly, days };
      const open = oracle(hours, shown);
      const moment = (index: number) => new Date(start + index * minute);
      for (let index = 0; index < open.length; index += 7) if (isOpen(hours, moment(index)) !== open[index]) throw new Error(`${moment(index).toISOString()} is ${open[index] ? 'open' : 'closed'}`);
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      expect(openMsBetween(hours, moment(from), moment(to))).toBe(open.slice(from, to).filter(Boolean).length * minute);
      const change = open.findIndex((now, index) => index > from && now !== open[from]);
      if (change > 0) expect(nextChange(hours, moment(from))).toEqual(moment(change));
      let left = minutes;
      const reached = open.findIndex((now, index) => index >= from && now && --left === 0);
      if (reached >= 0) expect(addOpenMs(hours, moment(from), minutes * minute)).toEqual(moment(reached + 1));
    },
  ), { numRuns: 20 });
});
