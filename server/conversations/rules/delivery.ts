import type { DeliveryState } from '../schema.ts';

/** Which states a delivery may move to each state from: the ladder only goes up; a late 'delivered' disproves a failure. Only taking it back makes one 'withdrawn'. */
const before: Record<DeliveryState, DeliveryState[]> = {
  queued: ['failed', 'unknown'],
  sent: ['queued', 'unknown', 'withdrawn'],
  delivered: ['queued', 'sent', 'unknown', 'failed', 'withdrawn'],
  read: ['queued', 'sent', 'delivered', 'unknown', 'failed', 'withdrawn'],
  failed: ['queued', 'sent', 'unknown'],
  unknown: ['queued'],
  withdrawn: [],
};

/** The states from which a delivery may move to this one. */
export const movesFrom = (state: DeliveryState): DeliveryState[] => before[state];

/** Milliseconds until the next attempt after so many failed ones: doubling from 1 s, 15 min at most, spread by +-30 %. Null: give up (about a day). */
export function retryDelay(attempts: number, random: number, askedMs = 0): number | null {
  if (attempts > 100) return null;
  const base = Math.min(2 ** Math.min(attempts, 10) * 1000, 15 * 60_000);
  return Math.max(askedMs, Math.round(base * (0.7 + 0.6 * random)));
}
