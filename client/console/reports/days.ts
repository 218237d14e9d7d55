/** Days of a zone, and the instants at which they begin. */

const dayMs = 86_400_000;
const quarter = 900_000;

export const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

export function isZone(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** 2026-11-22 of a zone. */
export const dayIn = (zone: string, at: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

export const plusDays = (day: string, days: number): string => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** When a day begins in a zone: midnight there, or later where clocks go forward then. */
export function startOfDay(day: string, zone: string): string {
  const name = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  // No zone is further ahead than 14 hours, or further behind than 12.
  let [early, late] = [Date.parse(day) - 15 * 3_600_000, Date.parse(day) + 13 * 3_600_000];
  while (late - early > quarter) {
    const middle = early + Math.floor((late - early) / quarter / 2) * quarter;
    if (name.format(middle) < day) early = middle;
    else late = middle;
  }
  return new Date(late).toISOString();
}

/** All days from one to another, both included. */
export function daysOf(from: string, to: string): string[] {
  const length = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  return Array.from({ length: Math.max(0, length) }, (_, at) => plusDays(from, at));
}

/** How often each weekday occurs from one day to another, Monday first. */
export function weekdaysOf(from: string, to: string): number[] {
  const all = Array.from({ length: 7 }, () => 0);
  for (const day of daysOf(from, to)) { const at = (new Date(day).getUTCDay() + 6) % 7; all[at] = (all[at] ?? 0) + 1; }
  return all;
}

export const hours: readonly string[] = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
