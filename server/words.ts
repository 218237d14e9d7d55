/** Sentences for people: taken from errors, and brought into one language where only one fits. */
export { inLanguage, wordsOf } from '../connectors/connector.ts';
