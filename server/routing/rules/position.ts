/** What a waiting customer is told. */
import type { Place } from '../schema.ts';
import { ahead, count } from './ranking.ts';
import type { RoutingState } from './state.ts';

/** Below this many departures the pace of a line is a guess, and no time is told. */
const enoughSamples = 3;

/**
 * The place in the queue, 1 = next; null when it does not wait. It ignores that somebody behind may be served earlier because
 * an agent has only the skills for that one. ETA = place x smoothed time between the last ~20 departures of the queue while
 * somebody waited; null until three were seen. It is an estimate from the queue's own pace, not a promise.
 */
export function position(state: RoutingState, conversationId: string): Place | null {
  const item = state.items.get(conversationId);
  if (!item?.need) return null;
  const { waiting, pace } = item.line;
  const place = ahead(waiting, item) + 1;
  const etaSeconds = pace.samples < enoughSamples ? null : Math.ceil((place * pace.meanMs) / 1000);
  return { position: place, waiting: count(waiting), etaSeconds };
}
