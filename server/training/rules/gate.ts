/** Whether a release may be served to customers. */
import type { Run } from '../schema.ts';

/** Why not; null: it may. */
export type Locked = 'no-run' | 'running' | 'stopped' | 'cases-changed' | 'bot-changed' | 'critical';

/** Only a whole run of today's cases, by today's bot, on this very release opens the gate; no critical case may fail in it, or go unjudged. */
export function lockOf(run: Pick<Run, 'state' | 'cases' | 'bot' | 'tally'> | null, today: { cases: string; bot: string }): Locked | null {
  if (!run) return 'no-run';
  if (run.state !== 'done') return run.state;
  if (run.cases !== today.cases) return 'cases-changed';
  if (run.bot !== today.bot) return 'bot-changed';
  return run.tally.critical > 0 ? 'critical' : null;
}
