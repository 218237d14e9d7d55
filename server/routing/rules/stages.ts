/** Stages: when the next one opens for a conversation, and what follows from it. */
import type { Opened } from '../schema.ts';
import { has } from './bits.ts';
import { inOrder, peek, take } from './heap.ts';
import { withdraw } from './ranking.ts';
import { signedIn } from './room.ts';
import type { Agent, Item, Line, RoutingState } from './state.ts';
import { leaveNeed, standWith, wait } from './waiting.ts';

/** Opens whatever has come due, and what nobody signed in could take. Before anything is matched. */
export function openStages(state: RoutingState, now: number): void {
  for (let more = true; more; ) {
    more = false;
    for (let timer = peek(state.stages); timer !== undefined && timer.due <= now; timer = peek(state.stages)) {
      take(state.stages, timer);
      if (timer.item.hold?.by === 'return') lift(state, timer.item);
      else open(state, timer.item, 'time', now);
    }
    for (const agent of [...state.review]) more = review(state, agent, now) || more;
    for (const need of [...state.lonely]) {
      state.lonely.delete(need);
      if (state.needAt[need.index] !== need || (state.ables[need.index] ?? 0) > 0) continue;
      for (const item of [...inOrder(need.waiting)]) {
        open(state, item, 'nobody', now);
        more = true;
      }
    }
  }
}

/** Nobody is waited for any more: it is open to all of its present stage. */
export function lift(state: RoutingState, item: Item): void {
  item.lifted = true;
  if (!item.hold) return;
  leaveNeed(state, item);
  standWith(state, item);
}

/** Looks whether the agent is still worth waiting for: signed in, and able where the next stage may be opened early. */
function review(state: RoutingState, agent: Agent, now: number): boolean {
  state.review.delete(agent);
  let changed = false;
  for (const { by, need, waiting } of [...agent.holds.values()]) {
    const gone = by === 'return' ? !signedIn(agent) : need.next?.skipIfNone === true && !has(agent.able, need.index);
    if (!gone) continue;
    for (const item of [...inOrder(waiting)]) {
      if (by === 'return') lift(state, item);
      else open(state, item, 'nobody', now);
    }
    changed = true;
  }
  return changed;
}

/** Opens the item's next stage, or takes it to the queue that the stage names. */
function open(state: RoutingState, item: Item, because: Opened['because'], now: number): void {
  const { line } = item;
  const stage = line.stages[item.stage];
  if (!stage) return;
  leaveNeed(state, item);
  item.stage += 1;
  item.opened = [...item.opened, { stage: item.stage, seconds: Math.max(0, Math.round((now - item.lineSince) / 1000)), because }];
  const target = stage.overflowQueueId === undefined ? undefined : state.lines.get(stage.overflowQueueId);
  if (target && target !== line && !item.passed.has(target.queue.id)) overflow(state, item, target, because, now);
  else standWith(state, item);
}

/** It goes on with the start of its wait; the stages of the other queue begin now. */
function overflow(state: RoutingState, item: Item, target: Line, because: Opened['because'], now: number): void {
  const { conversationId, queueId: from, stage, queuedAt } = item;
  const to = target.queue.id;
  state.moves.push({
    conversationId, queueId: to,
    receipt: { rule: 'overflow', policy: state.policy.version, from, to, stage, because, waitedSeconds: Math.max(0, Math.round((now - queuedAt) / 1000)) },
  });
  withdraw(item.line.waiting, item);
  item.passed = new Set([...item.passed, item.line.queue.id]);
  item.queueId = to;
  item.lineSince = now;
  item.stage = 0;
  item.opened = [];
  wait(state, item);
}
