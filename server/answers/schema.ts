/** What the bot knows: answers people wrote, each with the ways customers ask for it. Types only; no I/O. */
import { z } from 'zod';
import { Id, Locale, Source } from '../conversations/schema.ts';

const question = z.string().trim().min(1, 'a question needs at least one character').max(500, 'a question is at most 500 characters');

/** Other ways to ask the same thing. */
const Variants = z.array(question).max(50, 'at most 50 variants');

/** Where a customer can read more; only web addresses, so a reply never carries a script. */
const Url = z.url({ protocol: /^https?$/, error: 'a source is an http or https address' }).max(2_000, 'an address is at most 2,000 characters');

const name = (what: string) => z.string().trim().min(1, `${what} needs at least one character`).max(60, `${what} is at most 60 characters`);
/** What an answer is about, in short names. */
const Topics = z.array(name('a topic')).max(20, 'at most 20 topics');
const Time = z.iso.datetime({ offset: true, error: 'an ISO 8601 time with zone, e.g. 2026-11-23T09:00:00+08:00' });

/** For whom an answer is. What is absent excludes nobody. */
export const Audience = z.strictObject({
  /** Kinds of channel, or ids of channels. */
  channels: z.array(z.string().trim().min(1).max(60)).max(50, 'at most 50 channels').optional(),
  /** Only for customers whose address is proved (true), or only for the others (false). */
  identified: z.boolean().optional(),
});
export type Audience = z.infer<typeof Audience>;

/** What may be left out of an answer. */
const limits = {
  url: Url,
  /** Heard from then on, and until then. */
  validFrom: Time,
  validUntil: Time,
  audience: Audience,
  /** Answers of one group say the same in different languages: who asks is answered by the one in their own. */
  group: name('a group'),
};

const written = {
  question,
  answer: z.string().trim().min(1, 'an answer needs at least one character').max(10_000, 'an answer is at most 10,000 characters'),
  locale: Locale,
  ...z.object(limits).partial().shape,
};

type Limited = { validFrom?: string | null | undefined; validUntil?: string | null | undefined };
const inOrder = ({ validFrom, validUntil }: Limited) => !validFrom || !validUntil || Date.parse(validFrom) < Date.parse(validUntil);
const order = { path: ['validUntil'], error: 'must be later than validFrom' };

/** One piece of knowledge, as people write it. Unknown keys are refused by name. */
export const AnswerInput = z.strictObject({ ...written, variants: Variants.default([]), topics: Topics.default([]) }).refine(inOrder, order);
export type AnswerInput = z.infer<typeof AnswerInput>;

/** What may change in an answer; null removes what may be left out. */
export const AnswerPatch = z
  .strictObject({ ...written, variants: Variants, topics: Topics, url: Url.nullable(), validFrom: Time.nullable(), validUntil: Time.nullable(), audience: Audience.nullable(), group: limits.group.nullable() })
  .partial()
  .refine(inOrder, order)
  .refine((patch) => Object.keys(patch).length > 0, 'nothing to change');
export type AnswerPatch = z.infer<typeof AnswerPatch>;

/** Many answers at once; all are stored or none. */
export const AnswersInput = z.strictObject({
  answers: z.array(AnswerInput).min(1, 'at least one answer').max(1_000, 'at most 1,000 answers at once'),
});
export type AnswersInput = z.infer<typeof AnswersInput>;

/** An answer as it is stored. */
export const Answer = z.object({ ...written, id: Id, variants: Variants, topics: Topics, createdAt: z.date(), updatedAt: z.date() });
export type Answer = z.infer<typeof Answer>;

/** A piece of knowledge as the index holds it. */
export type Indexed = Pick<Answer, 'id' | 'question' | 'variants' | 'answer' | 'locale' | 'url'> & Partial<Pick<Answer, 'topics' | 'validFrom' | 'validUntil' | 'audience' | 'group'>>;

/** Who asks. Without a conversation it is one of ours who tries a question: what is not said of the customer then excludes nothing. */
export type Asking = { conversationId?: string; channelKind?: string; channelId?: string; identified?: boolean; at: Date; release?: number };

/** Which release customers are served, and which one a share of the conversations tries. Nothing published: what people edit is served at once. */
export type Pointer = { rev: number; published: number | null; canary: { release: number; share: number } | null };

/** A question tried on the bot outside any conversation. */
export const AskInput = z.strictObject({
  question: z.string().trim().min(1, 'a question needs at least one character').max(8_000, 'a question is at most 8,000 characters'),
  locale: Locale.optional(),
  /** As a customer on this channel (its kind) would ask, whose address is proved or not. */
  channelKind: z.string().min(1).max(60).optional(),
  identified: z.boolean().optional(),
  /** A release to ask; absent: what people edit now. */
  release: z.number().int().min(1).max(1e9).optional(),
});
export type AskInput = z.infer<typeof AskInput>;

/** What came of it. */
export const AskResult = z.union([
  z.object({ answer: z.string(), confidence: z.number(), sources: z.array(Source), choices: z.array(z.string()).optional() }),
  z.object({ handOver: z.object({ reason: z.string(), summary: z.string() }) }),
]);
export type AskResult = z.infer<typeof AskResult>;

/** How answers stand in a file: a table for spreadsheets, or one JSON object a line. */
export const FileFormat = z.enum(['csv', 'jsonl']);
export type FileFormat = z.infer<typeof FileFormat>;

/** POST /answers/import: the file is the body. */
export const ImportOptions = z.strictObject({
  format: FileFormat.default('csv'),
  /** Only says what would happen. */
  dryRun: z.enum(['true', 'false']).default('false').transform((said) => said === 'true'),
  /** Of rows that name none. */
  locale: Locale.default('zh-CN'),
});
export type ImportOptions = z.output<typeof ImportOptions>;

/** What is wrong with a row of the file: the line it begins on, the field, and why. */
export type WrongRow = { line: number; field: string; message: string };
/** What an import did or would do. `wrongs` counts all wrong rows' fields, of which the first thousand are named. */
export type ImportResult = { applied: boolean; rows: number; create: number; update: number; same: number; wrong: WrongRow[]; wrongs: number };
