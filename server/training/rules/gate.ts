/** Whether a release may be served to customers. */
import type { CaseResult, Run } from '../schema.ts';

/** Why not; null: it may. */
export type Locked = { why: 'no-run' | 'running' | 'stopped' | 'cases-changed' | 'bot-changed' } | { why: 'critical'; failing: CaseResult[] };

/** Only a whole run of today's cases, by today's bot, on this very release opens the gate; no critical case may fail in it. */
export function lockOf(run: Run | null, today: { cases: string; bot: string }): Locked | null {
  if (!run) return { why: 'no-run' };
  if (run.state !== 'done') return { why: run.state };
  if (run.cases !== today.cases) return { why: 'cases-changed' };
  if (run.bot !== today.bot) return { why: 'bot-changed' };
  const failing = run.results.filter(each => !each.passed && each.severity === 'critical');
  return failing.length > 0 ? { why: 'critical', failing } : null;
}
