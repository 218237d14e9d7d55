/** What a language model writes for our own people. They read it first; nothing of it is ever sent by itself. */
import type { Locale } from '../server/conversations/schema.ts';
import type { Finding, Reply, Turn } from './bot.ts';

export interface Writer {
  /** The model's name. */
  readonly model: string;
  /** A reply out of these findings, cited; null when the model found none in them, or said what they do not. Throws when the model is away. */
  suggest(turns: Turn[], findings: Finding[], locale: Locale, stopping: AbortSignal): Promise<Reply | null>;
  /** The conversation in a few sentences for a colleague. */
  summarise(turns: Turn[], locale: Locale, stopping: AbortSignal): Promise<string>;
  /** The text in other words, in its own language. */
  rewrite(text: string, wording: 'friendly' | 'formal' | 'shorter' | 'spelling', stopping: AbortSignal): Promise<string>;
  translate(text: string, to: Locale, stopping: AbortSignal): Promise<string>;
}
