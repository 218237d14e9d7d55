/** Foreign JSON read without trust: a missing or odd field is empty, never an exception. */

/** An object of which nothing is known. */
export type Json = Record<string, unknown>;

/** True for plain objects. */
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or an empty one. */
export const object = (value: unknown): Json => (isObject(value) ? value : {});

/** The list; one thing where a list was meant is a list of one. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

/** Words as a database and a browser can hold them; numbers count as words. */
export function words(value: unknown, most = 100_000): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.slice(0, most).toWellFormed().replaceAll('\0', '\uFFFD') : '';
}

/** The first that says something. */
export function firstWords(...values: unknown[]): string {
  for (const value of values) {
    const found = words(value).trim();
    if (found) return found;
  }
  return '';
}

/** A number, also when it comes as a string. */
export function number(value: unknown): number | undefined {
  const found = typeof value === 'number' ? value : typeof value === 'string' && value.trim() ? Number(value) : Number.NaN;
  return Number.isFinite(found) ? found : undefined;
}

/** Meta's seconds since 1970; milliseconds are understood too. */
export function time(value: unknown): Date | undefined {
  const seconds = number(value);
  if (seconds === undefined || seconds <= 0) return undefined;
  const date = new Date(seconds > 1e11 ? seconds : seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
