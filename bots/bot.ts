/** What a bot is: it answers what it can prove, or hands over. It never sees the database. */
import type { Conduct } from '../server/bot-conduct/schema.ts';
import type { Both, ToolInput, ToolState, Value } from '../server/bot-tools/schema.ts';
import type { HandOver, Locale, Source } from '../server/conversations/schema.ts';
import type { Spend } from './spend.ts';

/** One thing said in the current episode, oldest first. Untrusted text. */
export type Turn = {
  from: 'contact' | 'bot' | 'agent';
  text: string;
  /** Of a message of the bot: where it stood with a tool. */
  tool?: ToolState;
};

/** A piece of knowledge found for a question; `confidence` is a calibrated probability 0..1 that it answers it; `similarity` the cosine of meanings, where a model tells it. */
export type Finding = { answerId: string; question: string; answer: string; locale: Locale; confidence: number; url?: string; similarity?: number };

/** What came of using a tool. Refusals are the hub's: no bot can talk it into anything. */
export type ActionOutcome =
  /** `text` is the result in words; nothing else of the answer is known here. */
  | { kind: 'done'; text: string }
  /** Inputs that are missing, do not fit, or that the customer never said: why, in words. */
  | { kind: 'invalid'; fields: Record<string, string> }
  /** There is no such thing, or not for who asks. */
  | { kind: 'not-found' }
  /** Nothing proves who asks. */
  | { kind: 'identity' }
  /** The customer did not say yes to exactly this. */
  | { kind: 'consent' }
  /** 'unknown': it changes something, and perhaps did. */
  | { kind: 'failed' | 'unknown' | 'too-many' };

/** A tool as a bot may use it, for who asks. */
export type Action = {
  name: string;
  title: Both;
  description: string;
  effect: 'read' | 'write';
  /** What the customer says; what is known of them the hub adds. */
  inputs: ToolInput[];
  /** Nothing proves yet who asks, and it must: `run` will refuse. */
  needsProof: boolean;
  run(inputs: Record<string, Value>, locale: Locale, stopping: AbortSignal): Promise<ActionOutcome>;
  /** Whether the yes to exactly this was used: it was sent, or may have been. */
  used(inputs: Readonly<Record<string, Value>>): Promise<boolean>;
  /** Makes sure that the yes to exactly this can be used no more; false when it was. */
  withdraw(inputs: Readonly<Record<string, Value>>): Promise<boolean>;
};

export type Tools = {
  /** Best first. `text` is one question; a burst of short messages is joined by the caller. */
  search(text: string, locale: Locale): Promise<Finding[]>;
  /** What it may do besides. */
  actions?: Action[];
  /** The actions that a text asks for, best first, with a probability. */
  wanted?(text: string, locale: Locale): Promise<{ name: string; confidence: number }[]>;
};

export type Reply = {
  kind: 'reply';
  text: string;
  confidence: number;
  sources: Source[];
  /** The bot is not sure what is meant and asks back; choices are questions it can answer. */
  choices?: string[];
  /** Where it stands with a tool; it comes back in the turn. */
  tool?: ToolState;
};
/** `say`: what the customer reads when they are passed on, where there is more to say than that. */
export type BotHandOver = { kind: 'hand-over'; tool?: ToolState; say?: string } & HandOver;

/** What a bot is told of the conversation. `conduct`: how an admin wants it to behave; `spend`: whose budget a model is paid from; absent: nobody counts. */
export type Context = { locale: Locale; conduct?: Conduct; spend?: Spend };

export interface Bot {
  readonly name: string;
  /** Never throws for bad input; aborts with `stopping`. The last turn is the customer's. */
  answer(turns: Turn[], tools: Tools, context: Context, stopping: AbortSignal): Promise<Reply | BotHandOver>;
}
