/** The hours of a queue or a channel as a form has them, and as the server wants them. */
import type { Closed } from '../../../server/calendars/schema.ts';

export type HoursForm = { calendarId: string; behaviour: Closed['behaviour']; text: { 'zh-CN': string; en: string } };
type Stored = { calendarId?: string | null | undefined; closed?: Closed | undefined };

/** A choice needs a value: 'none' is no calendar. */
export const hoursForm = ({ calendarId, closed }: Stored = {}): HoursForm => ({ calendarId: calendarId ?? 'none', behaviour: closed?.behaviour ?? 'message', text: { 'zh-CN': closed?.text['zh-CN'] ?? '', en: closed?.text.en ?? '' } });

/** An empty text is ours. */
export function hoursBody({ calendarId, behaviour, text }: HoursForm): { calendarId: string | null; closed?: Closed } {
  if (calendarId === 'none') return { calendarId: null };
  const filled = (value: string) => value.trim() || undefined;
  return { calendarId, closed: { behaviour, text: { 'zh-CN': filled(text['zh-CN']), en: filled(text.en) } } };
}
