/** What the bot reads: pages, site maps and files become documents, documents become passages. Types only; no I/O. */
import { z } from 'zod';
import { Audience, inOrder, order, Time, Topics } from '../answers/schema.ts';
import { Id, type Locale, Words } from '../conversations/schema.ts';

/** A web address to read from; a name and password do not belong in it. */
const Address = z.url({ protocol: /^https?$/, error: 'give an http or https address' }).max(2_000, 'an address is at most 2,000 characters')
  .regex(/^[^/]*\/\/[^/?#@]*(?:[/?#]|$)/, 'leave out name and password');

/** When it is read again by itself. */
export const Schedule = z.enum(['never', 'daily']);

/** What a document is about, from when to when and for whom: of each of its passages; pages of a site map take its own. */
const limits = { topics: Topics, validFrom: Time, validUntil: Time, audience: Audience };

/** A page or a site map to read. */
export const DocumentInput = z.strictObject({ kind: z.enum(['page', 'sitemap']), url: Address, schedule: Schedule.default('never'), ...z.object(limits).partial().shape }).refine(inOrder, order);
export type DocumentInput = z.infer<typeof DocumentInput>;

/** What may change in a document; null removes a limit. */
export const DocumentPatch = z.strictObject({ schedule: Schedule, topics: Topics, validFrom: Time.nullable(), validUntil: Time.nullable(), audience: Audience.nullable() }).partial()
  .refine(inOrder, order)
  .refine((patch) => Object.keys(patch).length > 0, 'nothing to change');
export type DocumentPatch = z.infer<typeof DocumentPatch>;

/** Where a document is on its way; 'queued' with an error waits to be tried again. */
export const DocumentState = z.enum(['queued', 'fetching', 'reading', 'splitting', 'ready', 'failed']);
export type DocumentState = z.infer<typeof DocumentState>;

/** How many passages, or pages of a site map, a new version added, removed, changed and left as they were. */
export const Difference = z.object({ added: z.number(), removed: z.number(), changed: z.number(), same: z.number() });
export type Difference = z.infer<typeof Difference>;

/** A page, a file, or a site map, which has no passages but pages. */
export const KnowledgeDocument = z.object({
  id: Id,
  kind: z.enum(['page', 'file', 'sitemap']),
  /** The site map it was found in. */
  parentId: Id.nullable(),
  title: z.string(),
  url: z.string().optional(),
  fileId: Id.optional(),
  schedule: Schedule,
  ...z.object(limits).partial().shape,
  state: DocumentState,
  error: Words.optional(),
  /** Counts the versions that differed; 0: nothing was read yet. */
  version: z.number(),
  /** SHA-256 of what was read, not of the bytes: a new advertisement is no new version. */
  fingerprint: z.string().optional(),
  /** What the bytes turned out to be. */
  format: z.string().optional(),
  bytes: z.number(),
  characters: z.number(),
  passages: z.number(),
  difference: Difference.optional(),
  createdAt: z.date(),
  /** Last read to the end, whether it had changed or not. */
  readAt: z.date().optional(),
  changedAt: z.date().optional(),
});
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>;

/** A piece that can be found and said on its own. Its id outlives changes of its text. */
export type Passage = { id: string; documentId: string; ordinal: number; headings: string[]; question?: string; text: string; locale: Locale };

/** What became of one passage. */
export type Change = { kind: 'added' | 'removed' | 'changed'; headings: string[]; before?: string; after?: string };

/** What a reader found, in order. An entry is a question with its answer. */
export type Block = { kind: 'heading'; level: number; text: string } | { kind: 'text' | 'list' | 'table' | 'code'; text: string } | { kind: 'entry'; question: string; text: string };

/** A document as its reader understood it. */
export type Reading = { title: string; blocks: Block[] };

/** What we can read. */
export const Format = z.enum(['pdf', 'docx', 'html', 'markdown', 'csv', 'text', 'sitemap']);
export type Format = z.infer<typeof Format>;

/** A passage before it has an id. */
export type Piece = Pick<Passage, 'headings' | 'question' | 'text'>;

/** A document, read and split. */
export type Split = { title: string; pieces: Piece[] };
