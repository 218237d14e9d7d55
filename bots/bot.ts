/** What a bot is: it answers what it can prove, or hands over. It never sees the database. */
import type { HandOver, Locale, Source } from '../server/conversations/schema.ts';
import type { Conduct } from './guard/conduct.ts';

/** One thing said in the current episode, oldest first. Untrusted text. */
export type Turn = { from: 'contact' | 'bot' | 'agent'; text: string };

/** A piece of knowledge found for a question; `confidence` is a calibrated probability 0..1 that it answers it. */
export type Finding = { answerId: string; question: string; answer: string; locale: Locale; confidence: number; url?: string };

export type Tools = {
  /** Best first. `text` is one question; a burst of short messages is joined by the caller. */
  search(text: string, locale: Locale): Promise<Finding[]>;
};

export type Reply = {
  kind: 'reply';
  text: string;
  confidence: number;
  sources: Source[];
  /** The bot is not sure what is meant and asks back; choices are questions it can answer. */
  choices?: string[];
};
export type BotHandOver = { kind: 'hand-over' } & HandOver;

/** What a bot is told of the conversation. `conduct`: how an admin wants it to behave; `queueId`: whose budget it spends. */
export type Context = { locale: Locale; conduct?: Conduct; queueId?: string };

export interface Bot {
  readonly name: string;
  /** Never throws for bad input; aborts with `stopping`. The last turn is the customer's. */
  answer(turns: Turn[], tools: Tools, context: Context, stopping: AbortSignal): Promise<Reply | BotHandOver>;
}
