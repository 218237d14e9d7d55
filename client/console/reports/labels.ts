/** What a group is called. */
import type { By } from './shapes.ts';

export const none = 'none';
/** Words for what is not named: no queue or nobody, and what was deleted. */
type Words = { none: (by: By) => string; gone: (by: By) => string };

const entities: ReadonlySet<By> = new Set(['queue', 'channel', 'agent']);
export const isEntity = (by: By): boolean => entities.has(by);

const utc = (text: string): Date => new Date(`${text}Z`);

/** Monday to Sunday, 1 to 7. The first of January 2024 was a Monday. */
export const weekdayName = (nth: number, locale: string, width: 'long' | 'short' = 'long'): string => new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format(Date.UTC(2024, 0, nth));

/** A key of the server in words; `label` is the name of a queue, a channel or an agent, or the key again where there is none any more. */
export function labelOf(by: By, { key, label }: { key: string; label: string }, locale: string, words: Words): string {
  if (isEntity(by)) return key === none ? words.none(by) : label === key ? words.gone(by) : label;
  const [first = '', second = ''] = key.split(' ');
  if (by === 'weekday-hour') return `${weekdayName(Number(first), locale)} ${second}:00–${second}:59`;
  if (by === 'day') return new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(utc(`${first}T00:00`));
  return by === 'slot' ? key : `${new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(utc(`${first}T00:00`))} ${second}`;
}
