/**
 * Who gets what now. First whatever has come due: offers that rang out, cool-downs, stages. Then only needs and agents that an event
 * touched are looked at: among all others no match is possible, since none was possible before. The best score goes first, to the
 * agent who is waited for, or whom the queue's strategy names. Every offer is taken into the state at once, so the next one sees the
 * agent's new load.
 */
import type { Decision, OfferDecision } from '../schema.ts';
import { has, lowest, put, word } from './bits.ts';
import { inOrder, peek, take } from './heap.ts';
import { offered } from './items.ts';
import { coolsDown } from './needs.ts';
import { explain } from './receipt.ts';
import { hasRoom } from './room.ts';
import { firstWith, seatOf } from './rosters.ts';
import { openStages } from './stages.ts';
import { goesFirst, type Agent, type Item, type Need, type RoutingState } from './state.ts';

type Match = { item: Item; need: Need };

/** Run it after every event and when nextAt() comes. An expired offer is listed once; report it with missed(). */
export function decide(state: RoutingState, now: number): Decision {
  const expired = expire(state, now);
  coolOff(state, now);
  openStages(state, now);
  const moves = state.moves;
  state.moves = [];
  const offers: OfferDecision[] = [];
  for (let match = best(state, now); match !== null; match = best(state, now)) offers.push(offer(state, match, now));
  return { moves, offers, expired };
}

/** When decide has something to do without an event: an offer or a cool-down ends, a stage opens, a call has waited too long. Null: not before the next event. */
export function nextAt(state: RoutingState): number | null {
  const call = state.voiceFirst ? Infinity : (peek(state.calls)?.due ?? Infinity);
  const next = Math.min(peek(state.offers)?.due ?? Infinity, peek(state.cooldowns)?.until ?? Infinity, peek(state.stages)?.due ?? Infinity, call);
  return next === Infinity ? null : next;
}

/** Looks at everything again: the sweep that would heal a forgotten event. */
export function reconsider(state: RoutingState): void {
  state.dirty.set(state.waiting);
  for (const agent of state.owners) state.keen.add(agent);
}

function expire(state: RoutingState, now: number): Decision['expired'] {
  const expired: Decision['expired'] = [];
  for (let item = peek(state.offers); item !== undefined && item.due <= now; item = peek(state.offers)) {
    take(state.offers, item);
    const { agent, conversationId } = item;
    if (!agent) continue;
    const because = agent.state === 'available' || agent.state === 'busy' ? 'unanswered' : 'agent-left';
    expired.push({ conversationId, agentId: agent.id, receipt: { rule: 'miss', because, rangSeconds: Math.max(0, Math.round((now - item.rings) / 1000)) } });
  }
  return expired;
}

function coolOff(state: RoutingState, now: number): void {
  for (let next = peek(state.cooldowns); next !== undefined && next.until <= now; next = peek(state.cooldowns)) {
    take(state.cooldowns, next);
    const need = state.items.get(next.conversationId)?.need;
    if (need) put(state.dirty, need.index, true);
  }
}

/** Keeps room for calls while one has waited too long; when that ends, whatever was held back is looked at again. */
function keepRoom(state: RoutingState, now: number): void {
  if (state.policy.voiceFirst === null && !state.voiceFirst) return;
  const overdue = (peek(state.calls)?.due ?? Infinity) <= now;
  if (overdue === state.voiceFirst) return;
  state.voiceFirst = overdue;
  reconsider(state);
}

/** Looks closer only at needs whose first conversation could beat the best one found so far. */
function best(state: RoutingState, now: number): Match | null {
  keepRoom(state, now);
  let first = bestHeld(state);
  for (let index = 0; index < state.words; index += 1) {
    const possible = word(state.dirty, index) & word(state.waiting, index) & word(state.open, index);
    state.dirty[index] = possible;
    for (let rest = possible; rest !== 0; rest &= rest - 1) {
      const at = (index << 5) + lowest(rest);
      if (first !== null && (state.tops[at] ?? 0) < first.item.order) continue;
      const need = state.needAt[at];
      const match = need && has(state.open, seatOf(state, need)) ? matchIn(state, need, now) : null;
      if (match === null) put(state.dirty, at, false);
      else if (first === null || goesFirst(match.item, first.item)) first = match;
    }
  }
  return first;
}

/** The best of those that wait for one agent alone who has room for them. */
function bestHeld(state: RoutingState): Match | null {
  let first: Match | null = null;
  for (const agent of state.keen) {
    let any = false;
    for (const { by, need, waiting } of agent.holds.values()) {
      const item = peek(waiting);
      if (item === undefined || !(by === 'stage' ? has(agent.free, seatOf(state, need)) : mayReturn(state, agent, need))) continue;
      any = true;
      if (first === null || goesFirst(item, first.item)) first = { item, need };
    }
    if (!any) state.keen.delete(agent);
  }
  return first;
}

/** What was the agent's own comes back whatever the queue asks; but it needs room as everything does. */
function mayReturn(state: RoutingState, agent: Agent, { kind, units, media, tightIndex }: Need): boolean {
  return agent.known && agent.state === 'available' && hasRoom(state, agent, { kind, units, media, tight: state.voiceFirst && tightIndex >= 0 });
}

/** Walks past only those conversations that every free agent has just declined. */
function matchIn(state: RoutingState, need: Need, now: number): Match | null {
  const top = peek(need.waiting);
  if (top !== undefined && mayAskAnybody(top)) return { item: top, need };
  for (const item of inOrder(need.waiting)) if (mayAskAnybody(item) || askable(state, need, item, now) !== null) return { item, need };
  return null;
}

function mayAskAnybody(item: Item): boolean {
  return item.declinedBy.length === 0;
}

function askable(state: RoutingState, need: Need, item: Item, now: number): Agent | null {
  return firstWith(state, need, (agent) => !coolsDown(item, agent, now));
}

function offer(state: RoutingState, { item, need }: Match, now: number): OfferDecision {
  const agent = item.hold ? item.hold.agent : askable(state, need, item, now);
  if (agent === null) throw new Error(`nobody has the seat that was counted for ${need.key}`);
  const { conversationId } = item;
  const { offerSeconds, autoAccept } = need.line.queue;
  const until = now + offerSeconds * 1000;
  const receipt = explain(state, item, need, agent, now);
  const returns = item.hold?.by === 'return';
  offered(state, conversationId, agent.id, until, now);
  // What comes back to its agent does not ring: it was theirs.
  return { conversationId, agentId: agent.id, until, autoAccept: autoAccept || returns, receipt };
}
