/** Dates out of pasted text: a list, a table, or the sentences of a public notice of holidays. */
import type { SpecialDay } from './shapes.ts';

const day = 86_400_000;
const longest = 62;

const full = String.raw`(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`;
const short = String.raw`(\d{1,2})\s*月\s*(\d{1,2})\s*日?`;
const until = String.raw`(?:\s*(?:~|～|–|—|-|至|到|\.\.|to)\s*(?:${full}|${short}|(\d{1,2})(?!\d)\s*日?))?`;
const range = new RegExp(`(?:${full}|${short})${until}`, 'g');
const weekday = /[（(]\s*(?:周|星期)[一二三四五六日天][^)）]*[)）]/g;
const works = /上班|补班|make-?up|workday/i;
const noise = /放假|调休|补休|上班|补班|make-?up|workday|休息|共\s*\d+\s*天|与周末连休|[一二三四五六七八九十]+、/gi;

const utc = (year: number, month: number, date: number): number | null => {
  const at = new Date(Date.UTC(year, month - 1, date));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === date ? at.getTime() : null;
};

/** The dates of a text and the pieces in which none was understood. A date without a year is of `year`; a line about going to work makes a make-up day. */
export function pasteDates(text: string, year: number): { days: SpecialDay[]; wrong: string[] } {
  const days = new Map<string, SpecialDay>();
  const wrong: string[] = [];
  let named = '';
  for (const piece of text.split(/[\n;；。]/).map((each) => each.replaceAll(weekday, '').trim()).filter((each) => each !== '')) {
    const found = [...piece.matchAll(range)].map((match) => spanOf(match, year));
    if (found.length === 0 || found.includes(null)) { wrong.push(piece); continue; }
    named = piece.replaceAll(range, ' ').replaceAll(noise, ' ').replaceAll(/[\s,，、:：()（）|"“”]+/g, ' ').trim() || named;
    for (const span of found) {
      for (let at = span?.from ?? 0; at <= (span?.to ?? -1); at += day) {
        const date = new Date(at).toISOString().slice(0, 10);
        days.set(date, works.test(piece) ? { kind: 'make-up', date, name: named, like: 'mon' } : { kind: 'holiday', date, name: named });
      }
    }
  }
  return { days: [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1)), wrong };
}

function spanOf(match: RegExpMatchArray, year: number): { from: number; to: number } | null {
  const [fullYear, fullMonth, fullDay, month, date, endYear, endMonth, endDay, lastMonth, lastDate, onlyDay] = match.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
  const begins = fullYear ?? year;
  const from = utc(begins, fullMonth ?? month ?? 0, fullDay ?? date ?? 0);
  const last = endDay ?? lastDate ?? onlyDay;
  const ends = last === undefined ? from : utc(endYear ?? begins, endMonth ?? lastMonth ?? fullMonth ?? month ?? 0, last);
  return from !== null && ends !== null && ends >= from && ends - from < longest * day ? { from, to: ends } : null;
}
