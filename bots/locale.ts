/** Which language a customer writes. */
import type { Locale } from '../server/conversations/schema.ts';

/** Addresses and order numbers are no language. One pass each: the time grows with the length only, whatever a stranger writes. */
const proseOf = (text: string) => text
  .replace(/[!-~]+/g, run => /@|:\/\//.test(run) ? ' ' : run)
  .replace(/[A-Za-z\d-]+/g, word => /\d/.test(word) ? ' ' : word);

// Said in every language.
const ANYWHERE = /^(?:ok|okay|vip|app|wifi|qq|emoji)$/i;

/** A few Latin words with capitals in a Chinese conversation are a name or a thing unless one of these is among them: 'Zhang Wei', 'iPhone 15 Pro', 'SF Express'. */
const ENGLISH = new Set(('a about account again agent all am an and any are as at back be been bill broken buy by call can cancel card change chat check code could day days delivery did do does english error for from get give go good got had has have hello help hey hi how human i if in invoice is it item its just know late long lost me morning my need never new no not now number of off on one open or order our out paid parcel password pay payment person phone please price problem question receipt refund return returns say sent ship shipping sorry speak status still stop stuck support thank thanks that the their there they thing this time to track up update us use want was we were what when where which who why will with work working would wrong yes you your').split(' '));
const FEW = 3;
const isEnglish = (words: string[], fallback: Locale): boolean => fallback === 'en' || words.length > FEW || words.some((word) => ENGLISH.has(word.toLowerCase()) || word === word.toLowerCase());

/** Script first: Chinese characters are Chinese, Latin words English; where neither speaks, the fallback stands. */
export function localeOf(text: string, fallback: Locale): Locale {
  const prose = proseOf(text.normalize('NFKC').slice(0, 4_000));
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(prose)) return fallback;
  const characters = prose.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin: string[] = (prose.match(/\p{Script=Latin}+/gu) ?? []).filter((word) => !ANYWHERE.test(word));
  const words = latin.length;
  // A Chinese word has about two characters: 我的 iPhone 坏了 is Chinese, "the 退款 button is gone" English.
  if (characters > 0 && characters >= words) return 'zh-CN';
  return words > 0 && isEnglish(latin, fallback) ? 'en' : fallback;
}
