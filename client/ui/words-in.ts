/** Sentences that come in both languages, in the one that is wanted. */
import type { Words } from '../../server/conversations/schema.ts';

/** Words in a language; a plain string is what it is. */
export const wordsIn = (words: Words | undefined, locale: string): string =>
  (typeof words === 'object' ? words[locale === 'zh-CN' ? 'zh-CN' : 'en'] : words ?? '');
