/** Times and sizes in words, by the platform's own Intl. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, short: "now", "3m", "2h", "5d". */
export function shortAge(from: number, now: number, locale: string): string {
  const age = Math.max(0, now - from);
  const zh = locale.startsWith('zh');
  if (age < minute) return zh ? '刚刚' : 'now';
  if (age < hour) return `${Math.floor(age / minute)}${zh ? ' 分钟' : 'm'}`;
  if (age < day) return `${Math.floor(age / hour)}${zh ? ' 小时' : 'h'}`;
  if (age < 7 * day) return `${Math.floor(age / day)}${zh ? ' 天' : 'd'}`;
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' }).format(from);
}

/** How long somebody has waited, as it stands after "waiting": never "waiting now". */
export function shortWait(from: number, now: number, locale: string): string {
  if (now - from >= minute) return shortAge(from, now, locale);
  return locale.startsWith('zh') ? '不到 1 分钟' : '<1m';
}

/** 14:02. */
export function clockTime(at: number | string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** A date with its time, for tooltips and lists. */
export function fullTime(at: number | string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }).format(new Date(at));
}

/** The day as a heading of a timeline: today and yesterday in words. */
export function dayName(at: number | string, now: number, locale: string): string {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  const time = new Date(at).getTime();
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (time >= start.getTime()) return capital(relative.format(0, 'day'));
  if (time >= start.getTime() - day) return capital(relative.format(-1, 'day'));
  return new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }).format(new Date(at));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** m:ss that is left. */
export function countdown(until: number, now: number): string {
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** 1.2 MB. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** When something takes place, in the reader's own time; a day without hours stays a day, words that are no time stay words. */
export function eventTime(start: string | undefined, end: string | undefined, locale: string, timeZone?: string): string {
  const [from, to] = [start, end].map((each) => (each ? Date.parse(each) : NaN));
  if (start === undefined || from === undefined || Number.isNaN(from)) return start ?? '';
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(start);
  const format = new Intl.DateTimeFormat(locale, whole
    ? { dateStyle: 'full', timeZone: 'UTC' }
    : { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short', timeZone });
  // The end of a whole day is the next morning.
  const last = to === undefined || Number.isNaN(to) ? from : whole ? to - day : to;
  return last > from ? format.formatRange(from, last) : format.format(from);
}
