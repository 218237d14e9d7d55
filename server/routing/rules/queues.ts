/** Changes an admin makes: queues and the policy. They line up again what they affect, so they cost as much as that. */
import type { Queue, RoutingPolicy } from '../schema.ts';
import { restand } from './items.ts';
import { memberships, refresh, refreshAble, retire } from './needs.ts';
import { createLine, type RoutingState } from './state.ts';

/** A new queue, or new members, skills or manners of one; what waits keeps its place by its score. */
export function queueChanged(state: RoutingState, queue: Queue): void {
  restand(state, (item) => item.queueId === queue.id, () => {
    const line = state.lines.get(queue.id);
    if (!line) {
      state.lines.set(queue.id, createLine(queue, state.policy));
      return;
    }
    retire(state, (need) => need.line === line);
    const { members, stages } = createLine(queue, state.policy);
    Object.assign(line, { queue, members, stages });
    memberships(state);
  });
}

/** The full list after some change: only what differs is lined up again. */
export function queuesChanged(state: RoutingState, all: Queue[]): void {
  const ids = new Set(all.map((queue) => queue.id));
  for (const id of state.lines.keys()) if (!ids.has(id)) queueRemoved(state, id);
  for (const queue of all) if (!same(state.lines.get(queue.id)?.queue, queue)) queueChanged(state, queue);
}

/** What waited there moves to the fallback line. */
function queueRemoved(state: RoutingState, queueId: string): void {
  restand(state, (item) => item.queueId === queueId, () => {
    const line = state.lines.get(queueId);
    retire(state, (need) => need.line === line);
    state.lines.delete(queueId);
    memberships(state);
  });
}

/** Other weights, stages or manners: everything is lined up again. */
export function policyChanged(state: RoutingState, policy: RoutingPolicy): void {
  restand(state, () => true, () => {
    retire(state, () => true);
    state.policy = policy;
    for (const line of [state.fallback, ...state.lines.values()]) line.stages = line.queue.stages ?? policy.stages;
    for (const agent of state.agents.values()) {
      refreshAble(state, agent);
      refresh(state, agent);
    }
  });
}

function same(one: Queue | undefined, other: Queue): boolean {
  if (!one) return false;
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
