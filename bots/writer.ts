/** What a language model writes for our own people. They read it first; nothing of it is ever sent by itself. */
import type { Conduct } from '../server/bot-conduct/schema.ts';
import type { Locale } from '../server/conversations/schema.ts';
import type { Mood } from '../server/sentiment/schema.ts';
import type { Finding, Reply, Turn } from './bot.ts';
import type { Spend } from './spend.ts';

/**
 * How it is asked: until when, on whose account, in which manner. `draft` hears the words as they are written: always all of them so far,
 * and only as far as they have passed what the whole will have to pass.
 */
export type Asked = { stopping: AbortSignal; spend?: Spend; conduct?: Conduct; draft?: (text: string) => void };

export interface Writer {
  /** The model's name. */
  readonly model: string;
  /** A reply out of these findings, cited; null when the model found none in them, or said what they do not. Throws when the model is away. */
  suggest(turns: Turn[], findings: Finding[], locale: Locale, asked: Asked): Promise<Reply | null>;
  /** The conversation in a few sentences for a colleague. */
  summarise(turns: Turn[], locale: Locale, asked: Asked): Promise<string>;
  /** The text in other words, in its own language. */
  rewrite(text: string, wording: 'friendly' | 'formal' | 'shorter' | 'spelling', asked: Asked): Promise<string>;
  translate(text: string, to: Locale, asked: Asked): Promise<string>;
  /** Whether a customer who fell silent has what they came for, and in a few words why not. In doubt they have not. Throws when the model is away. */
  judgeSettled(turns: Turn[], locale: Locale, asked: Asked): Promise<{ settled: boolean; why: string }>;
  /** How a customer feels who wrote this, of these moods; null: it may not be asked, or said what is none of them. Throws when the model is away. */
  readMood(text: string, moods: readonly Mood[], asked: Asked): Promise<Mood | null>;
}
