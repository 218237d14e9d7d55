/** Changes an admin makes: queues and the policy. They line up again what they affect, so they cost as much as that. */
import type { Queue, RoutingPolicy } from '../schema.ts';
import { restand } from './items.ts';
import { retire } from './needs.ts';
import { createLine, type RoutingState } from './state.ts';

/** A new queue, or new members, skills or manners of one; what waits keeps its place by its score. */
export function queueChanged(state: RoutingState, queue: Queue): void {
  restand(state, (item) => item.queueId === queue.id, () => {
    const line = state.lines.get(queue.id);
    if (!line) {
      state.lines.set(queue.id, createLine(queue));
      return;
    }
    retire(state, (need) => need.line === line);
    line.queue = queue;
    line.members = createLine(queue).members;
  });
}

/** What waited there moves to the fallback line. */
export function queueRemoved(state: RoutingState, queueId: string): void {
  restand(state, (item) => item.queueId === queueId, () => {
    const line = state.lines.get(queueId);
    retire(state, (need) => need.line === line);
    state.lines.delete(queueId);
  });
}

/** Other weights: everything is lined up again. */
export function policyChanged(state: RoutingState, policy: RoutingPolicy): void {
  restand(state, () => true, () => {
    state.policy = policy;
  });
}
