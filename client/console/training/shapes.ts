/** What the training pages read from the server, as JSON. */
import type { ConductChange } from '../../../server/bot-conduct/schema.ts';
import type { Identity, RecordedResult, ToolChange, ToolState } from '../../../server/bot-tools/schema.ts';
import type { CaseResult, Citable, Expectations, Failure, Outcome, Tally } from '../../../server/training/schema.ts';
import type { Locale } from '../wire.ts';

export type { CaseResult, Citable, Expectations, Failure };

type Person = { id: string; name: string };
export type Turn = { from: 'contact' | 'bot' | 'agent'; text: string; tool?: ToolState | undefined };
export type Origin = { kind: 'hand-written' | 'bad-answer' | 'corrected-hand-over' | 'cluster'; conversationId?: string; seq?: number; clusterId?: string };
export type RegressionCase = { id: string; turns: Turn[]; locale: Locale; expect: Expectations; results?: RecordedResult[]; identity?: Identity; severity: 'critical' | 'normal'; origin: Origin; note?: string; enabled: boolean };

export type RunBrief = { id: string; release: number; against: number | null; state: 'running' | 'done' | 'stopped'; total: number; tally: Tally; startedAt: string };
export type RunWhole = RunBrief & { results: CaseResult[] };
export type Locked = 'no-run' | 'running' | 'stopped' | 'cases-changed' | 'bot-changed' | 'critical';
export type Release = { number: number; at: string; by: Person; note: string; size: number; run: RunBrief | null; locked: Locked | null };
export type Pointer = { rev: number; published: number | null; canary: { release: number; share: number } | null; at?: string; by?: Person; act?: 'publish' | 'canary' | 'end-canary' | 'roll-back' };
export type Releases = { pointer: Pointer; previous: number | null; items: Release[]; next?: string };

export type Piece = { id: string; question: string; answer: string; variants: string[]; locale: string };
export type Diff = { counts: { added: number; changed: number; removed: number }; added: Piece[]; changed: { before: Piece; after: Piece }[]; removed: Piece[]; conduct: ConductChange[]; tools: ToolChange[] };

/** What came of a file of cases. */
export type Imported = { applied: boolean; cases: number; recordings: number; wrong: { line: number; field: string; message: string }[] };

export type Came = { seq: number; by: 'bot' | 'agent'; text: string } | { seq: number; by: 'bot'; handOver: string };
export type Replayed = { seq: number; question: string[]; came: Came[]; now: Outcome };
