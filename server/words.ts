/** Sentences for people: taken from errors, and brought into one language where only one fits. */
import { ConnectorError } from '../connectors/connector.ts';
import type { Locale, Words } from './conversations/schema.ts';

/** What an error says to people. */
export const wordsOf = (error: unknown): Words => (error instanceof ConnectorError ? error.words : error instanceof Error ? error.message : String(error));

/** Words in one language. */
export const inLanguage = (words: Words, locale: Locale): string => (typeof words === 'string' ? words : words[locale]);
