/** What the bot may do besides answering: tools that an admin described. Types only; no I/O. */
import { z } from 'zod';
import { Id, type Locale, type Words } from '../conversations/schema.ts';

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name is lower-case letters, digits and _, and begins with a letter, e.g. order_lookup');
const line = (most: number) => z.string().trim().max(most, `at most ${most} characters`);
const oneOf = (words: { 'zh-CN': string; en: string }) => words['zh-CN'] !== '' || words.en !== '';
/** Words for customers; where one language is missing the other is said. */
const Both = (most: number) => z.strictObject({ 'zh-CN': line(most).default(''), en: line(most).default('') });
const Said = (most: number) => Both(most).refine(oneOf, 'write it in one language at least');
export type Both = z.infer<ReturnType<typeof Both>>;

/** The words in a language, or in the other one. */
export const inTongue = (words: Both, locale: Locale): string => words[locale] || words[locale === 'en' ? 'zh-CN' : 'en'];

/** How sure we must be of who asks: of nothing; a platform, the site or a code vouches for an address of theirs; the site's signature or a code does. */
export const Identity = z.enum(['anyone', 'vouched', 'verified']);
export type Identity = z.infer<typeof Identity>;

/** What a tool takes. From the customer's words, or a proven fact of the contact: an address of theirs, by its kind. */
export const ToolInput = z.strictObject({
  name: Name,
  type: z.enum(['text', 'number', 'integer', 'boolean', 'date', 'choice']),
  required: z.boolean().default(true),
  label: Said(60),
  from: z.enum(['customer', 'contact']).default('customer'),
  /** What the customer is asked when they did not say it. */
  ask: Both(200).default({ 'zh-CN': '', en: '' }),
  /** A regular expression the whole value fits; also finds it in what the customer says. */
  pattern: z.string().max(200).optional(),
  choices: z.array(z.strictObject({ value: line(80).min(1), label: Said(60) })).max(20).optional(),
  /** 'email', 'phone', or another kind of address. */
  fact: line(60).min(1).optional(),
});
export type ToolInput = z.infer<typeof ToolInput>;
/** As it may be used now. `also`: a second form that a value must fit, where today's is another than the release's. */
export type InputNow = ToolInput & { also?: string };
export type Value = string | number | boolean;

/** One field of the answer the bot may see and say. Nothing else of it leaves the hub. */
const Output = z.strictObject({ name: Name, path: line(200).min(1, 'say where it stands, e.g. order.status'), label: Said(60) });

/** A fixed header. A secret one is sealed, and never shown again. */
const Header = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}$/, 'a header name is letters, digits and -')
    .refine(name => !/^(?:host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|proxy-.*|accept-encoding|mcp-.*)$/i.test(name), 'this header is set by the hub'),
  value: z.string().max(2_000).regex(/^[\t\x20-\x7e]*$/, 'a header value is printable ASCII on one line'),
  secret: z.boolean().default(false),
});
export type Header = z.infer<typeof Header>;
const Headers = z.array(Header).max(20).refine(list => new Set(list.map(({ name }) => name.toLowerCase())).size === list.length, 'a header stands once').default([]);

const webAddress = line(2_000).regex(/^https?:\/\//i, 'an address begins with https:// or http://');
/** A request over HTTP. {{name}} stands for an input, in the path, the query and the values of the body. */
const Request = z.strictObject({ kind: z.literal('http'), method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), url: webAddress, headers: Headers, body: z.string().max(10_000).default('') });
/** A tool of an MCP server, as it was approved: `hash` of what the server said of it then. */
const McpTool = z.strictObject({ kind: z.literal('mcp'), serverId: Id, tool: z.string().min(1).max(128), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type McpTool = z.infer<typeof McpTool>;

const shape = {
  name: Name,
  title: Said(60),
  /** For the model: what it does, and when to use it. */
  description: line(500).default(''),
  when: line(500).default(''),
  /** How customers ask for it; without a model it is chosen by these. */
  examples: z.array(line(200).min(1)).max(30).default([]),
  inputs: z.array(ToolInput).max(10).default([]),
  run: z.discriminatedUnion('kind', [Request, McpTool]),
  /** A tool that changes something is used only after the customer said yes to exactly that. */
  effect: z.enum(['read', 'write']),
  identity: Identity,
  /** The answer must belong to who asks: what stands at `path` equals a proven address of theirs. */
  owner: z.strictObject({ path: line(200).min(1), fact: line(60).min(1) }).optional(),
  outputs: z.array(Output).max(20).default([]),
  /** How the bot says the result: {{name}} stands for an output or an input. */
  say: Both(1_000).default({ 'zh-CN': '', en: '' }),
  timeoutMs: z.number().int().min(500, 'at least 500 ms').max(4_000, 'at most 4,000 ms: the customer waits').default(3_000),
  /** What the system would answer, as JSON text: played where nothing may be called; null: it finds nothing; empty: there is none. */
  example: z.string().max(10_000, 'at most 10,000 characters').default(''),
  on: z.boolean().default(false),
};
/** A tool as an admin writes it; rules/definition.ts says what else must hold. */
export const ToolDefinition = z.strictObject(shape);
export type ToolDefinition = z.infer<typeof ToolDefinition>;

/** `suspended`: an MCP server changed what it says of the tool after it was approved; `was` and `is`. */
export type StoredTool = ToolDefinition & { id: string; createdAt: Date; updatedAt: Date; approved?: string; suspended?: { at: Date; was: string; is: string; hash: string } };

/** A tool as a release keeps it: what the bot may do and say with it, never a secret. `server`: where its MCP server stood. */
export const PinnedTool = z.strictObject({ ...shape, id: Id, server: z.string().optional() }).omit({ on: true });
export type PinnedTool = z.infer<typeof PinnedTool>;
/** Why a tool may not be used any more, whatever a release says. */
export type Withdrawn = 'gone' | 'off' | 'suspended' | 'moved' | 'secret' | 'tightened';

/** What differs in one tool between two releases; `was` and `is` where a line says it. */
export type ToolPart = { field: Exclude<keyof PinnedTool, 'id' | 'run' | 'server'> | 'address' | 'headers' | 'body'; was?: string; is?: string };
export type ToolChange = { id: string; name: string; title: Both; kind: 'added' | 'changed' | 'removed'; parts: ToolPart[] };

/** JSON text, as an answer of a system. */
export const JsonText = z.string().trim().min(1, 'paste what the system would answer').max(10_000, 'at most 10,000 characters').refine(isJson, 'is no JSON');
/** What a tool answers in a trial, in order of its uses; the last one stays. */
export const RecordedResult = z.strictObject({ tool: Name, result: JsonText });
export type RecordedResult = z.infer<typeof RecordedResult>;
export const ToolName = Name;
export const Inputs = z.record(z.string().max(40), z.union([z.string().max(500), z.number(), z.boolean()]));

/** An MCP server as an admin names it. */
export const McpServerInput = z.strictObject({ name: line(60).min(1, 'name the server'), url: webAddress, headers: Headers });
export type McpServerInput = z.infer<typeof McpServerInput>;
/** A tool as its server describes it: words of strangers. `usable` says why it cannot be used. */
export type OfferedTool = { name: string; title: string; description: string; hash: string; inputs: ToolInput[]; unusable?: Words };
export type McpServer = McpServerInput & { id: string; offered: OfferedTool[]; seenAt?: Date; trouble?: Words };

/** POST /bot-tools/:id/test. `facts`: proven addresses of the customer it is tried as, by kind. */
export const TestInput = z.strictObject({ inputs: Inputs.default({}), facts: z.record(z.string(), z.string().max(320)).default({}) });
export type TestInput = z.output<typeof TestInput>;
export const ApproveInput = z.strictObject({ hash: z.string() });
export const UseInput = z.strictObject({ tool: z.string().min(1).max(128) });

/** How a call ended. 'not-found' is also said of what belongs to somebody else: nobody learns that it exists. */
export const outcomes = ['done', 'not-found', 'not-theirs', 'invalid', 'identity', 'consent', 'failed', 'unknown', 'too-many', 'suspended', 'withdrawn', 'under-way'] as const;
export type CallOutcome = (typeof outcomes)[number];
/** One line of the record; personal values are masked. */
export type ToolCall = { id: string; toolId: string; tool: string; conversationId: string | null; by: { kind: 'bot' | 'person'; id: string }; inputs: Record<string, Value>; outcome: CallOutcome; status?: number; detail?: Words; ms: number; at: Date };

/**
 * A use of a tool in a trial. `from`: where its answer came from, the trial's own records, the tool's example, or the system itself; 'none': it would have been called, and there is nothing to play.
 * Absent: it was refused before. `result` is that answer as JSON text, cut.
 */
export type TriedUse = { tool: string; title: Both; effect: 'read' | 'write'; inputs: Record<string, Value>; outcome: CallOutcome; from?: 'record' | 'example' | 'real' | 'none'; result?: string; detail?: Words; ms: number };

/** Where the bot stands with a tool, in the receipt of its own message: nothing is remembered elsewhere. */
export const ToolState = z.object({
  tool: z.string(),
  title: z.object({ 'zh-CN': z.string(), en: z.string() }),
  step: z.enum(['input', 'consent', 'proof', 'done', 'failed', 'dropped']),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The input that was asked for, and how often. */
  field: z.string().optional(),
  times: z.number().int().default(0),
});
export type ToolState = z.infer<typeof ToolState>;
