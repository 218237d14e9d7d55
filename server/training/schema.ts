/** Training the bot with a gate: regression cases, releases of its knowledge, runs of the cases on a release, and which release customers are served. Types only; no I/O. */
import { z } from 'zod';
import type { Indexed, Pointer } from '../answers/schema.ts';
import { Identity, Inputs, RecordedResult, ToolName, ToolState, type TriedUse } from '../bot-tools/schema.ts';
import { HandOver, Id, Locale } from '../conversations/schema.ts';

const phrase = z.string().trim().min(1, 'a text needs at least one character').max(1_000, 'a text is at most 1,000 characters').regex(/[\p{L}\p{N}]/u, 'a text needs a letter or a digit');
const phrases = z.array(phrase).max(20, 'at most 20 texts');

/** `tool`: where the bot stood with a tool when it said this. */
const Said = z.strictObject({ from: z.enum(['contact', 'bot', 'agent']).default('contact'), text: z.string().trim().min(1, 'a turn needs at least one character').max(8_000, 'a turn is at most 8,000 characters'), tool: ToolState.optional() });

/** What is asked: one turn or several, the customer's last. */
export const CaseTurns = z.array(Said).min(1, 'at least one question').max(20, 'at most 20 turns').refine(turns => turns.at(-1)?.from === 'contact', 'the last turn is the customer\'s');

/** What the bot's word must be like; what is left out is not looked at. */
export const Expectations = z.strictObject({
  mustContain: phrases.default([]),
  mustNot: phrases.default([]),
  /** Ids of answers or passages that must be named as sources. */
  mustCite: z.array(z.string().min(1).max(200)).max(20, 'at most 20 sources').default([]),
  /** true or a reason: it must hand over (for that reason); false: it must not. */
  mustHandOver: z.union([z.boolean(), HandOver.shape.reason]).optional(),
  /** Tools that must be used, with these inputs where any are named; and that must not be. */
  mustCall: z.array(z.strictObject({ tool: ToolName, inputs: Inputs.optional() })).max(10, 'at most 10 tools').optional(),
  mustNotCall: z.array(ToolName).max(10, 'at most 10 tools').optional(),
  /** What a model is to judge, in words; asked only when all the rest holds. */
  judge: z.array(z.string().trim().min(3, 'a criterion needs at least three characters').max(300, 'a criterion is at most 300 characters')).max(5, 'at most 5 criteria').optional(),
});
export type Expectations = z.infer<typeof Expectations>;

export const Severity = z.enum(['critical', 'normal']);

/** Where a case comes from; with the message it was made from, if any. */
export const Origin = z.strictObject({ kind: z.enum(['hand-written', 'bad-answer', 'corrected-hand-over', 'cluster']), conversationId: Id.optional(), seq: z.number().int().min(1).optional(), clusterId: Id.optional() });

/** More cases than this cannot be switched on: a run would outlast its sense. */
export const mostCases = 5_000;

const fields = {
  turns: CaseTurns,
  locale: Locale,
  channelKind: z.string().max(40).optional(),
  expect: Expectations,
  /** What tools answer in it: in a run none is called. Where nothing is recorded the tool's own example is played. */
  results: z.array(RecordedResult).max(10, 'at most 10 results').optional(),
  /** How sure we are of who asks; absent: as sure as any tool wants. */
  identity: Identity.optional(),
  severity: Severity,
  origin: Origin,
  note: z.string().trim().max(500).optional(),
  enabled: z.boolean(),
};

const expectsSomething = (expect: Expectations): boolean => expect.mustContain.length + expect.mustNot.length + expect.mustCite.length + (expect.judge?.length ?? 0) + (expect.mustCall?.length ?? 0) + (expect.mustNotCall?.length ?? 0) > 0 || expect.mustHandOver !== undefined;
const nothingExpected = { message: 'a case expects at least one thing', path: ['expect'] };

/** A case as somebody writes it. */
export const CaseInput = z.strictObject({ ...fields, severity: Severity.default('normal'), origin: Origin.default({ kind: 'hand-written' }), enabled: z.boolean().default(true) })
  .refine(input => expectsSomething(input.expect), nothingExpected);
export type CaseInput = z.infer<typeof CaseInput>;

/** `identity` null: as sure as any tool wants. */
export const CasePatch = z.strictObject({ turns: CaseTurns, locale: Locale, expect: Expectations, results: z.array(RecordedResult).max(10, 'at most 10 results'), identity: Identity.nullable(), severity: Severity, note: z.string().trim().max(500), enabled: z.boolean() }).partial()
  .refine(patch => Object.keys(patch).length > 0, 'nothing to change')
  .refine(patch => !patch.expect || expectsSomething(patch.expect), nothingExpected);
export type CasePatch = z.infer<typeof CasePatch>;

/** What a model said in the trial of cases; `key` is a hash of what it was asked, the model and its settings, `prompt` of what it was asked alone. */
export const Recording = z.strictObject({
  key: z.hash('sha256'),
  prompt: z.hash('sha256'),
  model: z.string().max(200),
  said: z.strictObject({ text: z.string().max(50_000), calls: z.array(z.strictObject({ id: z.string().max(200), name: z.string().max(200), args: z.record(z.string(), z.unknown()) })).max(20) }),
  cases: z.array(Id).max(mostCases),
  at: z.coerce.date(),
});
export type Recording = z.infer<typeof Recording>;

/** A line of a file of cases: a case with its id, or what a model said in trials of cases. */
export const FileLine = z.union([z.strictObject({ kind: z.literal('case'), id: Id, case: CaseInput }), z.strictObject({ kind: z.literal('recording'), recording: Recording })]);

/** `version` rises with each change: a run knows whether it still speaks of this case. */
export type Case = CaseInput & { id: string; version: number; createdAt: Date; updatedAt: Date; by: { id: string; name: string } };

/** Why a message was wrong. 'could-answer' is said of a person's reply that the bot should have given; the others of the bot's own. */
export const Wrong = z.enum(['not-true', 'not-asked', 'should-hand-over', 'could-answer']);

export const WrongMessage = z.strictObject({ conversationId: Id, seq: z.number().int().min(1).max(1e9), because: Wrong, note: z.string().trim().max(500).optional() });
export type WrongMessage = z.infer<typeof WrongMessage>;

/** A piece of knowledge that a case may cite; `path` says where a passage stands: its document and headings. */
export type Citable = { id: string; kind: 'answer' | 'passage' | 'gone'; title: string; path?: string[] };
/** GET /regression-cases/sources. */
export const CitableQuery = z.strictObject({ q: z.string().trim().max(200).default(''), ids: z.string().max(4_000).default('').transform(text => text.split(',').filter(id => id !== '').slice(0, 20)) });

/** A cluster of questions that was answered becomes a case; absent, it must cite the answer that ended it. */
export const FromCluster = z.strictObject({ clusterId: Id, answerId: Id.optional() });
export type FromCluster = z.infer<typeof FromCluster>;

/** A tool that was used in a trial, and where its answer came from. */
export type Called = Pick<TriedUse, 'tool' | 'inputs'> & { from: NonNullable<TriedUse['from']> };

/** What the bot did with a question. */
export type Outcome = { calls?: Called[] } & (
  | { kind: 'reply'; text: string; choices: string[]; sources: string[] }
  | { kind: 'hand-over'; reason: HandOver['reason'] });

/** Which expectation failed and why; `value` is the text, source, reason or criterion that was expected, `reason` the judge's words. 'not-judged': no model is there to ask and nothing was recorded; 'no-example': a tool (`value`) would have been called, and there is no result to play. */
export type Failure = { expectation: 'mustContain' | 'mustNot' | 'mustCite' | 'mustHandOver' | 'mustCall' | 'mustNotCall' | 'tool' | 'judge'; value: string; why: 'absent' | 'present' | 'not-cited' | 'handed-over' | 'asked-back' | 'answered' | 'other-reason' | 'not-called' | 'called' | 'other-inputs' | 'no-example' | 'judged' | 'not-judged'; reason?: string };

/** How a case's verdict compares with the published release's; 'new' where nothing is published yet. */
export type Change = 'fixed' | 'broken' | 'same' | 'new';

/** `unjudged`: nobody could say whether it passes; that locks nothing unless the case is critical. */
export type CaseResult = { caseId: string; question: string; severity: z.infer<typeof Severity>; passed: boolean; failures: Failure[]; outcome: Outcome; change: Change; unjudged?: boolean };

/** Results, counted. */
export type Tally = { done: number; failed: number; critical: number; fixed: number; broken: number; unjudged: number };

/** All enabled cases on one release. `cases` names their versions at the start: a later change makes the run stale. */
export type Run = {
  id: string;
  release: number;
  /** The published release it was compared with. */
  against: number | null;
  bot: string;
  cases: string;
  state: 'running' | 'done' | 'stopped';
  total: number;
  tally: Tally;
  startedAt: Date;
  /** Last sign of life: a run whose node died is not waited for. */
  beatAt: Date;
  by: { id: string; name: string };
};

/** A snapshot of the knowledge, of the conduct and of the tools, never changed. `hashes` name versions of pieces, in order; `digest` names them all, the conduct and the tools. */
export type Release = { number: number; at: Date; by: { id: string; name: string }; note: string; size: number; digest: string };

export const ReleaseInput = z.strictObject({ note: z.string().trim().max(500).default('') });

/** One move of the pointer: who, when, from where to where. The last one is the pointer; `rev` counts them. */
export type Move = Pointer & { at: Date; by: { id: string; name: string }; act: 'publish' | 'canary' | 'end-canary' | 'roll-back' };

const rev = z.number().int().min(0).max(1e9);
/** `rev` is what the caller saw: if somebody moved the pointer since, nothing happens. */
export const Publish = z.strictObject({ rev });
export const Canary = z.strictObject({ rev, share: z.number().gt(0, 'more than 0').lt(1, 'less than 1') });
export const RollBack = z.strictObject({ rev, to: z.number().int().min(1).optional() });

/** What changed between two sets of knowledge. */
export type Diff = { added: Indexed[]; changed: { before: Indexed; after: Indexed }[]; removed: Indexed[] };
