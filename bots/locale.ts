/** Which language a customer writes. */
import type { Locale } from '../server/conversations/schema.ts';

/** Addresses and order numbers are no language. One pass each: the time grows with the length only, whatever a stranger writes. */
const proseOf = (text: string) => text
  .replace(/[!-~]+/g, run => /@|:\/\//.test(run) ? ' ' : run)
  .replace(/[A-Za-z\d-]+/g, word => /\d/.test(word) ? ' ' : word);

// Said in every language.
const ANYWHERE = /^(?:ok|okay|vip|app|wifi|qq|emoji)$/i;

/** Script first: Chinese characters are Chinese, Latin words English; where neither speaks, the fallback stands. */
export function localeOf(text: string, fallback: Locale): Locale {
  const prose = proseOf(text.normalize('NFKC').slice(0, 4_000));
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(prose)) return fallback;
  const characters = prose.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = (prose.match(/\p{Script=Latin}+/gu) ?? []).filter((word) => !ANYWHERE.test(word)).length;
  // A Chinese word has about two characters: 我的 iPhone 坏了 is Chinese, "the 退款 button is gone" English.
  if (characters > 0 && characters >= words) return 'zh-CN';
  return words > 0 ? 'en' : fallback;
}
