/** What of a tool's answer the bot may say: the listed fields alone, cleaned; never the rest. */
import { inTongue, type StoredTool, type Value } from '../schema.ts';
import type { Locale } from '../../conversations/schema.ts';
import { valuesAt } from './paths.ts';
import { placesIn, textWith } from './template.ts';

const LONGEST = 300;
const AT_ONCE = 10;

/** One field as it may be seen. */
export type Seen = { name: string; label: string; value: string };

/** `mayBeShown` says whether a value informs and gives no orders; a link within other words is taken out: whoever wrote it was not the shop. */
export function seenIn(tool: Pick<StoredTool, 'outputs' | 'run'>, json: unknown, locale: Locale, mayBeShown: (text: string) => boolean): Seen[] {
  return tool.outputs.flatMap(({ name, path, label }) => {
    const values = valuesAt(json, path).map(value => clean(value, tool.run.kind === 'http', locale)).filter(value => value !== '' && mayBeShown(value)).slice(0, AT_ONCE);
    return values.length > 0 ? [{ name, label: inTongue(label, locale), value: values.join(locale === 'en' ? ', ' : '、') }] : [];
  });
}

function clean(value: Value, mayLink: boolean, locale: Locale): string {
  if (typeof value === 'boolean') return locale === 'en' ? (value ? 'yes' : 'no') : value ? '是' : '否';
  const text = String(value).replace(/\p{Cf}/gu, '').replace(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, LONGEST);
  if (mayLink && /^https:\/\/[^\s<>"']+$/u.test(text)) return text;
  return text.replace(/\b(?:https?|ftp|data|javascript|file):[^\s]*|\bwww\.[^\s]*/giu, '').replace(/[<>[\]]/g, '').replace(/\s{2,}/g, ' ').trim();
}

const DONE = { 'zh-CN': '已为您办理。', en: 'Done.' } as const;

/** The result in words; null when the answer held nothing that may be said. */
export function resultWith(tool: Pick<StoredTool, 'title' | 'say' | 'effect' | 'inputs'>, seen: Seen[], inputs: Readonly<Record<string, Value>>, locale: Locale): string | null {
  const values: Record<string, Value> = { ...inputs, ...Object.fromEntries(seen.map(({ name, value }) => [name, value])) };
  const template = inTongue(tool.say, locale);
  if (template !== '' && placesIn(template).every(name => values[name] !== undefined)) return textWith(template, values);
  const lines = seen.map(({ label, value }) => (locale === 'en' ? `${label}: ${value}` : `${label}：${value}`));
  if (lines.length > 0) return [...(tool.effect === 'write' ? [DONE[locale]] : []), ...lines].join('\n');
  return tool.effect === 'write' ? DONE[locale] : null;
}

/** Does the answer belong to one of these addresses? Every value that stands there must; nothing there proves nothing. */
export function belongs(json: unknown, path: string, addresses: readonly string[], normal: (value: string) => string | null): boolean {
  const found = valuesAt(json, path).map(value => normal(String(value)));
  return found.length > 0 && found.every(value => value !== null && addresses.includes(value));
}
