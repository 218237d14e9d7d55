/** Calendars as the server sends them. */
import type { Calendar as Stored, CalendarState, Interval, SpecialDay, Weekday } from '../../../server/calendars/schema.ts';
import type { Wire } from '../wire.ts';

export type { Interval, SpecialDay, Weekday };
export type State = Wire<CalendarState>;
export type Calendar = Stored & { now: State; usedBy: { kind: 'channel' | 'queue' | 'sla' | 'routing-rule'; id: string; name: string }[] };
export type Draft = Omit<Stored, 'id'>;

export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
