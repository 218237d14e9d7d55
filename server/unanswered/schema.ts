/** Questions the bot could not end by itself, and what became of them. Kept for ever. Types only; no I/O. */
import { z } from 'zod';
import { type Answer, AnswerInput } from '../answers/schema.ts';
import { Id, type Locale } from '../conversations/schema.ts';

/** What says that a question was not answered: the bot passed it on, asked back, or its answer was rated low. `after-answer`: it answered, and the customer wanted a person. */
export type Sign = 'handed-over' | 'after-answer' | 'asked-back' | 'rated-low';

/** One question of one customer; its id is that of the first message of it. Personal data is masked. */
export type Question = {
  id: string;
  conversationId: string;
  seq: number;
  text: string;
  locale: Locale;
  channelId: string;
  at: Date;
  /** The cluster it belongs to, named after its first question. */
  cluster: string;
  signs: Sign[];
  /** The first thing of substance that a colleague replied. */
  reply?: Reply;
  /** Asked again, it was answered, from this answer. */
  settled?: { at: Date; answerId: string };
};
export type Reply = { text: string; conversationId: string; seq: number; at: Date };

/** Questions that are alike, and what they cost. */
export type Cluster = {
  id: string;
  /** The first of them. */
  question: string;
  locale: Locale;
  volume: number;
  handOvers: number;
  lowRatings: number;
  askedBack: number;
  /** Hand-overs, and low ratings twice. */
  cost: number;
  /** Colleagues' replies that could be the answer. */
  replies: number;
  firstAt: Date;
  lastAt: Date;
};

/** A reply that may become the answer; `count` colleagues' replies say much the same. */
export type Proposal = Reply & { count: number };
export type Nearest = { answerId: string; question: string; confidence: number };
/** What ended a cluster. `waits`: customers are served a release that does not hold it yet. */
export type Ended = { answerId: string; question: string; waits: boolean };
/** `guarded`: a regression case was made of it. */
export type ClusterDetail = Cluster & { dismissed: boolean; guarded: boolean; ended: Ended[]; questions: Question[]; proposals: Proposal[]; nearest: Nearest[] };

/** What a colleague replied to a question that never came to the bot: it may become an answer, once somebody has read it. Personal data is masked. */
export type Suggestion = {
  id: string;
  question: string;
  answer: string;
  locale: Locale;
  /** Conversations in which much the same was asked and replied. */
  count: number;
  sources: { conversationId: string; seq: number }[];
  state: 'pending' | 'accepted' | 'dismissed';
  firstAt: Date;
  lastAt: Date;
  answerId?: string;
};
/** GET /unanswered/replies. */
export const SuggestionQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(100) });

/** GET /unanswered. */
export const ListQuery = z.strictObject({
  view: z.enum(['open', 'answered', 'dismissed']).default('open'),
  sort: z.enum(['cost', 'volume']).default('cost'),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type ListQuery = z.output<typeof ListQuery>;

/** POST /unanswered/:id/answer. */
export const NewAnswer = AnswerInput;
/** POST /unanswered/:id/variant: the examples become other ways to ask for an answer there is. */
export const AsVariant = z.strictObject({ answerId: Id, wordings: z.array(z.string().trim().min(1).max(500)).min(1).max(50).optional() });
export type AsVariant = z.infer<typeof AsVariant>;

/** What the bot makes of a question. */
export type Outcome = 'answered' | 'asked-back' | 'handed-over';
/** One wording asked before and after the change. */
export type Compared = { text: string; count: number; before: Outcome; after: Outcome };
/** `waits`: customers hear it with the next release. */
export type Answered = { answer: Answer; compared: Compared[]; settled: number; waits: boolean };
