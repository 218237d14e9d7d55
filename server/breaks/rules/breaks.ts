/** Whether a break is approved at once, and whether it lasts too long. No clock, no I/O. */
import type { BreakRequest, BreakView } from '../schema.ts';

/** @param most so many may be on a break at once without being asked about; 0: each is asked about @param away on a break now, or approved and about to go */
export const approvedAtOnce = (most: number, away: number): boolean => away < most;

/** With when it should be over. */
export function viewOf(request: BreakRequest, now: Date): BreakView {
  const dueAt = request.beganAt ? new Date(request.beganAt.getTime() + request.minutes * 60_000) : null;
  const until = request.endedAt ?? now;
  return { ...request, dueAt, overMs: dueAt ? Math.max(0, until.getTime() - dueAt.getTime()) : 0 };
}
