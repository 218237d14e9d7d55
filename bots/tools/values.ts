/** Values of a tool's inputs: found in what a customer says, typed, and whether they said it. Pure. */
import type { Locale } from '../../server/conversations/schema.ts';
import type { InputNow, ToolInput, Value } from '../../server/bot-tools/schema.ts';
import { agrees, declines } from './agree.ts';

const LONGEST = 200;
const READ = 2_000;
const NUMERALS = new Map(Object.entries({ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, 一: 1, 二: 2, 两: 2, 兩: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10 }));
const NUMERAL = /(?<![A-Za-z\d])-?\d+(?:\.\d+)?(?![A-Za-z\d])|(?<![A-Za-z])(?:one|two|three|four|five|six|seven|eight|nine|ten)(?![A-Za-z])|[一二两兩三四五六七八九十](?=[个個件条條张張份次天位])/giu;
const numberOf = (text: string): number => NUMERALS.get(text.toLowerCase()) ?? Number(text);
const plain = (text: string): string => text.normalize('NFKC').replace(/\p{Cf}/gu, '').trim();
const squeezed = (text: string): string => plain(text).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

const WRONG = {
  text: { 'zh-CN': '格式不对', en: 'does not have the right form' },
  number: { 'zh-CN': '应为数字', en: 'must be a number' },
  integer: { 'zh-CN': '应为整数', en: 'must be a whole number' },
  boolean: { 'zh-CN': '应为是或否', en: 'must be yes or no' },
  date: { 'zh-CN': '应为日期，例如 2026-11-23', en: 'must be a date such as 2026-11-23' },
  choice: { 'zh-CN': '不在可选范围内', en: 'is not one of the choices' },
} as const;

/** The value as its type is, or what is wrong with it. */
export function typed(input: InputNow, given: unknown, locale: Locale): { value: Value } | { wrong: string } {
  const wrong = { wrong: WRONG[input.type][locale] };
  const text = typeof given === 'string' ? plain(given) : typeof given === 'number' || typeof given === 'boolean' ? String(given) : '';
  if (text === '' || text.length > LONGEST || !text.isWellFormed() || /\p{Cc}/u.test(text)) return wrong;
  switch (input.type) {
    case 'text': return [input.pattern, input.also].every(form => form === undefined || RegExp(`^(?:${form})$`, 'iu').test(text)) ? { value: text } : wrong;
    case 'integer':
    case 'number': {
      const number = numberOf(text);
      return Number.isFinite(number) && Math.abs(number) <= 1e12 && (input.type === 'number' || Number.isInteger(number)) ? { value: number } : wrong;
    }
    case 'boolean': return /^(?:true|false)$/.test(text) ? { value: text === 'true' } : agrees(text) ? { value: true } : declines(text) ? { value: false } : wrong;
    case 'date': return /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text) ? { value: text } : wrong;
    case 'choice': {
      const chosen = input.choices?.find(({ value, label }) => [value, label['zh-CN'], label.en].some(each => each !== '' && squeezed(each) === squeezed(text)));
      return chosen ? { value: chosen.value } : wrong;
    }
  }
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Did the customer say this? A model may pass on their words, and nothing else: what it knows from elsewhere goes nowhere. */
export function wasSaid(input: ToolInput, value: Value, heard: readonly string[]): boolean {
  if (input.type === 'boolean' || input.type === 'choice' || input.type === 'date') return true;
  const texts = heard.map(text => text.slice(0, 8_000));
  if (typeof value === 'number') return texts.some(text => [...plain(text).matchAll(/\d+(?:\.\d+)?/g), ...plain(text).matchAll(NUMERAL)].some(([each]) => Math.abs(numberOf(each)) === Math.abs(value)));
  const wanted = squeezed(String(value));
  return wanted !== '' && texts.some(text => squeezed(text).includes(wanted));
}

const pad = (text: string): string => text.padStart(2, '0');
const dayAfter = (today: Date, days: number): string => new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10);
const DAYS: [RegExp, number][] = [[/(?:the )?day after tomorrow|后天|後天/iu, 2], [/(?:the )?day before yesterday|前天/iu, -2], [/tomorrow|明天|明日/iu, 1], [/yesterday|昨天|昨日/iu, -1], [/\btoday\b|今天|今日/iu, 0]];

/** A value, and where in the text it stood. */
export type Candidate = { value: string; at: number; end: number };

function datesIn(text: string, today: Date): Candidate[] {
  const year = String(today.getUTCFullYear());
  const written = [
    ...[...text.matchAll(/(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)/gu)].map(match => ({ at: match.index, end: match.index + match[0].length, value: `${match[1]}-${pad(match[2] ?? '')}-${pad(match[3] ?? '')}` })),
    ...[...text.matchAll(/(?<![\d年])(\d{1,2})月(\d{1,2})[日号號]/gu)].map(match => ({ at: match.index, end: match.index + match[0].length, value: `${year}-${pad(match[1] ?? '')}-${pad(match[2] ?? '')}` })),
  ];
  const spoken = DAYS.find(([pattern]) => pattern.test(text));
  return [...written, ...(written.length === 0 && spoken ? [{ at: text.search(spoken[0]), end: text.search(spoken[0]) + 1, value: dayAfter(today, spoken[1]) }] : [])].filter(({ value }) => /^\d{4}-\d{2}-\d{2}$/.test(value));
}

/** Where values for an input stand in a text, in order. `asked`: it was just asked for, so that a bare answer counts. */
export function candidates(input: ToolInput, said: string, { asked, today }: { asked: boolean; today: Date }): Candidate[] {
  const text = plain(said).slice(0, READ);
  switch (input.type) {
    case 'text':
      // No letter or digit may touch it: a part of a longer number is another number.
      if (input.pattern !== undefined) return [...text.matchAll(RegExp(`(?<![A-Za-z0-9])(?:${input.pattern})(?![A-Za-z0-9])`, 'giu'))].filter(([each]) => each !== '').map(match => ({ value: match[0], at: match.index, end: match.index + match[0].length }));
      return asked && text.length <= LONGEST ? [{ value: text.replace(/^(?:(?:it is|it's|its|no|sorry|my \w+ is|是|我的是|不对|不是|不|应该是)[,，:： ]+)+/iu, '').replace(/[。.!！]+$/u, '').trim(), at: 0, end: text.length }] : [];
    case 'integer':
    case 'number': return [...text.matchAll(NUMERAL)].map(match => ({ value: String(numberOf(match[0])), at: match.index, end: match.index + match[0].length }));
    case 'date': return datesIn(text, today);
    case 'boolean': return asked && (agrees(text) || declines(text)) ? [{ value: String(agrees(text)), at: 0, end: text.length }] : [];
    case 'choice': {
      const lower = text.toLowerCase();
      const named = (input.choices ?? []).flatMap(({ value, label }) => [value, label['zh-CN'], label.en].filter(each => each !== '').map(each => ({ value, at: lower.lastIndexOf(each.toLowerCase()), length: each.length })))
        .filter(({ at, length }) => at >= 0 && !(/[a-z]/.test(lower[at] ?? '') && (/[a-z]/.test(lower[at - 1] ?? '') || /[a-z]/.test(lower[at + length] ?? ''))));
      const place = asked && /^[1-9]$/.test(text) ? input.choices?.[Number(text) - 1]?.value : undefined;
      return place === undefined ? named.toSorted((a, b) => a.at - b.at || a.length - b.length).map(({ value, at, length }) => ({ value, at, end: at + length })) : [{ value: place, at: 0, end: text.length }];
    }
  }
}
