/** What the bot knows: answers people wrote, each with the ways customers ask for it. Types only; no I/O. */
import { z } from 'zod';
import { Identity, ToolState, type TriedUse } from '../bot-tools/schema.ts';
import { type HandOver, Id, Locale, type Source } from '../conversations/schema.ts';

const question = z.string().trim().min(1, 'a question needs at least one character').max(500, 'a question is at most 500 characters');

/** Other ways to ask the same thing. */
const Variants = z.array(question).max(50, 'at most 50 variants');

/** Where a customer can read more; only web addresses, so a reply never carries a script. */
const Url = z.url({ protocol: /^https?$/, error: 'a source is an http or https address' }).max(2_000, 'an address is at most 2,000 characters');

const name = (what: string) => z.string().trim().min(1, `${what} needs at least one character`).max(60, `${what} is at most 60 characters`);
/** What an answer is about, in short names. */
export const Topics = z.array(name('a topic')).max(20, 'at most 20 topics');
/** A moment, with its zone. */
export const Time = z.iso.datetime({ offset: true, error: 'an ISO 8601 time with zone, e.g. 2026-11-23T09:00:00+08:00' });

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

/** From when to when something is said. */
export type Limited = { validFrom?: string | null | undefined; validUntil?: string | null | undefined };
/** Whether it ends after it begins. */
export const inOrder = ({ validFrom, validUntil }: Limited) => !validFrom || !validUntil || Date.parse(validFrom) < Date.parse(validUntil);
/** What is said where it does not. */
export const order = { path: ['validUntil'], error: 'must be later than validFrom' };

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

const asked = z.string().trim().min(1, 'a question needs at least one character').max(8_000, 'a question is at most 8,000 characters');

/** One thing said in a trial; of the bot's words, where it stood with a tool. */
const Said = z.strictObject({ from: z.enum(['contact', 'bot']), text: z.string().trim().min(1, 'a turn needs at least one character').max(16_000, 'a turn is at most 16,000 characters'), tool: ToolState.optional() });

/** A question, or a whole conversation, tried on the bot. */
export const AskInput = z.strictObject({
  question: asked.optional(),
  /** As in a customer's episode; the last one is the customer's. */
  turns: z.array(Said).min(1, 'at least one turn').max(60, 'at most 60 turns').refine(turns => turns.at(-1)?.from === 'contact', 'the last turn is the customer\'s').optional(),
  locale: Locale.optional(),
  /** As a customer on this channel (its kind) would ask, whose address is proved or not. */
  channelKind: z.string().min(1).max(60).optional(),
  identified: z.boolean().optional(),
  /** How sure we are of who asks, and proven addresses of theirs by kind, as tools want it. */
  identity: Identity.optional(),
  facts: z.record(z.string().max(60), z.string().trim().min(1).max(320)).optional(),
  /** Tools that only look something up are really called; only an admin may. Else the answer of every tool is played. */
  real: z.boolean().optional(),
  /** A release to ask, or what customers are served; absent: what people edit now. */
  release: z.union([z.number().int().min(1).max(1e9), z.literal('published')]).optional(),
}).refine(({ question, turns }) => (question === undefined) !== (turns === undefined), { path: ['question'], error: 'give either a question or turns' });
export type AskInput = z.infer<typeof AskInput>;

/** Where a piece of knowledge stands; one of an older release may stand nowhere any more. */
export type Place = { kind: 'answer' | 'passage' | 'gone'; passage?: { documentId: string; document: string; headings: string[]; ordinal: number } };
/** A piece of knowledge by its id, as people edit it now. */
export type Placed = Place & { id: string; text?: string; locale?: Locale };
/** What a search came back with. `similarity`: how near its meaning is (a cosine), where a model of meaning is asked. */
export type Retrieved = Place & { id: string; title: string; answer: string; locale: Locale; confidence: number; url?: string; cited: boolean; similarity?: number };

/** Why the bot said what it said. `floors`: from `answer` on it answers, from `ask` on it asks back. `cost` in millionths of the currency, where prices are known. */
export type Trace = {
  bot: string;
  /** The model of meaning; absent: words alone. */
  embeddings?: string;
  /** null: what people edit. */
  release: number | null;
  floors: { answer: number; ask: number };
  ms: number;
  searches: { text: string; locale: Locale; ms: number; found: Retrieved[] }[];
  tools: TriedUse[];
  models: { model: string; calls: number; input: number; output: number; cost?: number }[];
  currency?: string;
};

/** What came of it. */
export type AskResult =
  | { answer: string; confidence: number; sources: Source[]; choices?: string[]; tool?: ToolState }
  | { handOver: HandOver; tool?: ToolState; says?: string };
/** With why. */
export type Tried = AskResult & { trace: Trace };

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
