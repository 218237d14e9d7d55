/** What the guardrails page reads from the server, as JSON. */
import type { Checked, Conduct, ConductChange, Hideable, Met } from '../../../server/bot-conduct/schema.ts';
import type { Budget, Limit, Purpose, Use } from '../../../server/bot-spend/schema.ts';

export type { Budget, Checked, Conduct, ConductChange, Hideable, Limit, Met, Purpose, Use };

type By = { id: string; name: string } | null;
export type ConductState = { rev: number; conduct: Conduct; at: string | null; by: By; published: number | null; waits: boolean };
export type BudgetState = { rev: number; budget: Budget; at: string | null; by: By; model: string | null };
export type Spent = { scope: 'day' | 'purpose' | 'queue'; name: string; since: string };
export type Spend = { day: string; from: string; items: Use[]; spent: Spent[] };
