/** Where a conversation waits: in its need, or for one agent alone; and the timers that end that. */
import { put } from './bits.ts';
import { heap, push, settle, take } from './heap.ts';
import { callsChanged, lineChanged, memberships, needFor } from './needs.ts';
import { insert, withdraw } from './ranking.ts';
import { orderOf } from './score.ts';
import { agentOf, goesFirst, lineOf, type Hold, type Item, type Need, type RoutingState, type Timer } from './state.ts';

/** Lines it up, where it belongs in its present stage. */
export function wait(state: RoutingState, item: Item): void {
  item.line = lineOf(state, item.queueId);
  item.order = orderOf(state.policy, item.line, item);
  callsCome(state, item);
  insert(item.line.waiting, item);
  standWith(state, item);
}

/** Among those of its present stage. Its place in line is the same in every stage. */
export function standWith(state: RoutingState, item: Item): void {
  const need = needFor(state, item.line, item);
  item.need = need;
  item.place = 'waiting';
  const hold = holdFor(state, item, need);
  if (hold) {
    item.hold = hold;
    push(hold.waiting, item);
    need.held += 1;
    state.keen.add(hold.agent);
    state.review.add(hold.agent);
  } else {
    push(need.waiting, item);
    lineChanged(state, need);
    put(state.dirty, need.index, true);
    if (need.next?.skipIfNone === true && (state.ables[need.index] ?? 0) === 0) state.lonely.add(need);
    if (need.calls && state.policy.voiceFirst) {
      item.call = { at: -1, due: item.queuedAt + state.policy.voiceFirst.afterSeconds * 1000, item };
      push(need.calls.waiting, item.call);
      callsChanged(state, need);
    }
  }
  wind(state, item, need);
}

/** Takes it out of line. */
export function leaveLine(state: RoutingState, item: Item): void {
  if (!item.need) return;
  withdraw(item.line.waiting, item);
  leaveNeed(state, item);
}

/** From among those of its stage. */
export function leaveNeed(state: RoutingState, item: Item): void {
  const { need, hold } = item;
  if (!need) return;
  if (hold) {
    take(hold.waiting, item);
    need.held -= 1;
    item.hold = null;
    if (hold.waiting.list.length === 0) endHold(state, hold);
  } else {
    take(need.waiting, item);
    lineChanged(state, need);
    if (item.call && need.calls) {
      take(need.calls.waiting, item.call);
      callsChanged(state, need);
    }
    item.call = null;
  }
  if (item.timer && item.timer.at >= 0) take(state.stages, item.timer);
  item.need = null;
}

/** The agent it waits for alone, if any: the one it comes back to, or the one its stage prefers. */
function holdFor(state: RoutingState, item: Item, need: Need): Hold | null {
  const { preferred } = item;
  if (item.lifted || typeof preferred !== 'string' || need.line.queue.pull === 'only') return null;
  const by = typeof item.heldUntil === 'number' ? 'return' : need.stage > 0 && need.line.stages[need.stage - 1]?.preferred === true ? 'stage' : null;
  if (by === null) return null;
  const agent = agentOf(state, preferred);
  const key = `${by} ${need.key}`;
  const found = agent.holds.get(key);
  if (found) return found;
  const hold: Hold = { key, agent, need, by, waiting: heap(goesFirst) };
  agent.holds.set(key, hold);
  state.owners.add(agent);
  return hold;
}

function endHold(state: RoutingState, { key, agent }: Hold): void {
  agent.holds.delete(key);
  if (agent.holds.size > 0) return;
  for (const agents of [state.owners, state.keen, state.review]) agents.delete(agent);
}

/** Sets the time at which something about it changes by itself. */
function wind(state: RoutingState, item: Item, need: Need): void {
  const due = item.hold?.by === 'return' ? (item.heldUntil ?? 0) : need.next ? item.lineSince + need.next.afterSeconds * 1000 : null;
  if (due === null) return;
  const timer: Timer = item.timer ?? { at: -1, due, item };
  item.timer = timer;
  timer.due = due;
  if (timer.at < 0) push(state.stages, timer);
  else settle(state.stages, timer);
}

/** From the first call on, the members of a line take calls. Linear, once a line. */
function callsCome(state: RoutingState, { media, line }: Item): void {
  if (media !== 'voice' || line.takesCalls) return;
  line.takesCalls = true;
  memberships(state);
}
