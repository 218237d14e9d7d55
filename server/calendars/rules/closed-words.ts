/** What a customer who needs a person is told while nobody works: pure words. */
import type { Closed } from '../schema.ts';
import { wallAt } from './zone.ts';

type Language = 'zh-CN' | 'en';
const day = 86_400_000;

/** Where a Chinese reader takes the time for granted. */
const chinese = /^Asia\/(Shanghai|Chongqing|Harbin|Urumqi|Kashgar|Hong_Kong|Macau|Macao|Taipei)$|^PRC$/;

/** The next opening as one says it: "明天 09:00", "on Monday at 09:00 (Central European Time)". The clock is the calendar's; a reader who may be elsewhere is told whose. */
export function openingWords(opensAt: Date, now: Date, zone: string, locale: Language): string {
  const days = Math.floor(wallAt(zone, opensAt.getTime()) / day) - Math.floor(wallAt(zone, now.getTime()) / day);
  const inZone = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { timeZone: zone, ...options });
  const time = inZone({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(opensAt);
  const zoneName = inZone({ timeZoneName: 'long' }).formatToParts(opensAt).find(({ type }) => type === 'timeZoneName')?.value ?? zone;
  const weekday = inZone({ weekday: 'long' }).format(opensAt);
  if (locale === 'en') {
    const on = days === 0 ? 'today' : days === 1 ? 'tomorrow' : days < 7 ? `on ${weekday}` : `on ${inZone({ weekday: 'long', day: 'numeric', month: 'long' }).format(opensAt)}`;
    return `${on} at ${time} (${zoneName})`;
  }
  const on = days === 0 ? '今天' : days === 1 ? '明天' : days < 7 ? weekday : `${inZone({ month: 'long', day: 'numeric' }).format(opensAt)}（${weekday}）`;
  return `${on} ${time}${chinese.test(zone) ? '' : `（${zoneName}）`}`;
}

const ours = {
  'zh-CN': { dated: '人工客服现在已下班。您的问题已经记下，我们会在{opens}上班后回复您。', open: '人工客服现在已下班。您的问题已经记下，上班后会回复您。' },
  en: { dated: 'Our team is away right now. Your question is kept, and somebody will answer when we are back {opens}.', open: 'Our team is away right now. Your question is kept, and somebody will answer when we are back.' },
};

/** The whole word to the customer. A text that does not name the opening is followed by it. @param opensAt null: nobody knows */
export function closedWords(texts: Closed['text'], opensAt: Date | null, now: Date, zone: string, locale: Language): string {
  const own = texts[locale]?.trim();
  const opens = opensAt ? openingWords(opensAt, now, zone, locale) : '';
  if (!own) return opensAt ? ours[locale].dated.replace('{opens}', opens) : ours[locale].open;
  if (own.includes('{opens}')) return own.replaceAll('{opens}', opens || (locale === 'en' ? 'soon' : '稍后'));
  if (!opensAt) return own;
  return locale === 'en' ? `${own} We are back ${opens}.` : `${own}（上班时间：${opens}）`;
}
