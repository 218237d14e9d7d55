/** Whether what is armed does worse than it may. */
import type { Cell } from '../../reports/schema.ts';
import { enoughToJudge, type Armed, type ArmState, type Goal } from '../schema.ts';

/** What was counted since, and who waits now: since when, in milliseconds. */
export function judgedOf(cells: readonly Cell[], waitingSince: readonly number[], { seconds }: Pick<Goal, 'seconds'>, now: number): Armed['judged'] {
  const most = seconds * 1000;
  let [all, inTime] = [0, 0];
  for (const { ms } of cells) {
    for (const wait of ms.answered ?? []) {
      all += 1;
      if (wait <= most) inTime += 1;
    }
    all += (ms.abandoned ?? []).filter((wait) => wait > most).length;
  }
  // Whoever still waits too long counts already: where nobody is answered any more, nothing else would.
  return { all: all + waitingSince.filter((since) => now - since > most).length, inTime };
}

/** What is to become of it; 'armed': it goes on. */
export function verdictOn({ judged: { all, inTime }, expected, points, endsAt }: Pick<Armed, 'judged' | 'expected' | 'points' | 'endsAt'>, now: Date): ArmState {
  if (all >= enoughToJudge && inTime / all < expected - points / 100) return 'worse';
  return now >= endsAt ? 'ended' : 'armed';
}
