/** What the bot knows: answers people wrote, each with the ways customers ask for it. Types only; no I/O. */
import { z } from 'zod';
import { Id, Locale, Source } from '../conversations/schema.ts';

const question = z.string().trim().min(1, 'a question needs at least one character').max(500, 'a question is at most 500 characters');

/** Other ways to ask the same thing. */
const Variants = z.array(question).max(50, 'at most 50 variants');

/** Where a customer can read more; only web addresses, so a reply never carries a script. */
const Url = z.url({ protocol: /^https?$/, error: 'a source is an http or https address' }).max(2_000, 'an address is at most 2,000 characters');

const written = {
  question,
  answer: z.string().trim().min(1, 'an answer needs at least one character').max(10_000, 'an answer is at most 10,000 characters'),
  locale: Locale,
  url: Url.optional(),
};

/** One piece of knowledge, as people write it. Unknown keys are refused by name. */
export const AnswerInput = z.strictObject({ ...written, variants: Variants.default([]) });
export type AnswerInput = z.infer<typeof AnswerInput>;

/** What may change in an answer; `url: null` removes the address. */
export const AnswerPatch = z
  .strictObject({ ...written, variants: Variants, url: Url.nullable() })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'nothing to change');
export type AnswerPatch = z.infer<typeof AnswerPatch>;

/** Many answers at once; all are stored or none. */
export const AnswersInput = z.strictObject({
  answers: z.array(AnswerInput).min(1, 'at least one answer').max(1_000, 'at most 1,000 answers at once'),
});
export type AnswersInput = z.infer<typeof AnswersInput>;

/** An answer as it is stored. */
export const Answer = z.object({ ...written, id: Id, variants: Variants, createdAt: z.date(), updatedAt: z.date() });
export type Answer = z.infer<typeof Answer>;

/** A piece of knowledge as the index holds it. */
export type Indexed = Pick<Answer, 'id' | 'question' | 'variants' | 'answer' | 'locale' | 'url'>;

/** Who asks. Without a conversation it is one of ours who tries a question. */
export type Asking = { conversationId?: string; channelKind?: string; at: Date };

/** A question tried on the bot outside any conversation. */
export const AskInput = z.strictObject({
  question: z.string().trim().min(1, 'a question needs at least one character').max(8_000, 'a question is at most 8,000 characters'),
  locale: Locale.optional(),
});
export type AskInput = z.infer<typeof AskInput>;

/** What came of it. */
export const AskResult = z.union([
  z.object({ answer: z.string(), confidence: z.number(), sources: z.array(Source), choices: z.array(z.string()).optional() }),
  z.object({ handOver: z.object({ reason: z.string(), summary: z.string() }) }),
]);
export type AskResult = z.infer<typeof AskResult>;
