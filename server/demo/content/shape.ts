/** The shapes of what the demo shop says; the words are in the files beside it. */
import type { Skill } from '../../conversations/schema.ts';

/** A piece of the shop's knowledge; `key` is the same in both languages. */
export type Known = { key: string; question: string; variants: string[]; answer: string; url?: string };

export type QueueName = 'sales' | 'service' | 'technical';
export type FileKind = 'photo' | 'invoice' | 'screenshot' | 'receipt';

/** One matter customers write about. {order}, {item}, {city} and {amount} are filled in. */
export type Topic = {
  /** Key of the answer the bot gives. */
  answer: string;
  queue: QueueName;
  label: string;
  subject: string;
  asks: string[];
  /** Why the answer was not enough. */
  doubts: string[];
  /** What is said once a person is there: ours, the customer's, in turns; ours is first and last. */
  talks: string[][];
  notes: string[];
  skills?: Skill[];
  file?: { kind: FileKind; text: string };
  /** A complaint: the bot passes it on at once. */
  policy?: true;
};

/** What is said about any matter. */
export type Courtesies = {
  hello: string[];
  /** How a letter begins, and what it adds to the question. */
  dear: string[];
  letter: string[];
  thanks: string[];
  wantsPerson: string[];
  welcome: string;
  askBack: string;
  closing: string[];
  again: string[];
  waiting: string[];
  signature: string[];
  away: { subject: string; text: string };
  items: string[];
  cities: string[];
  names: string[];
};
