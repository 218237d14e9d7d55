import type { Locale } from '../schema.ts';

/** The language somebody writes in: Han script is Chinese, Latin words are English, anything else keeps what we knew. */
export function localeOf(text: string, known: Locale): Locale {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/[A-Za-z]{2,}/g)?.length ?? 0;
  if (han) return han * 2 >= latin ? 'zh-CN' : 'en';
  return latin ? 'en' : known;
}
