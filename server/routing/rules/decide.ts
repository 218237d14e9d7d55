/**
 * Who gets what now. Only needs that an event touched are looked at: among all others no match is possible, since none was
 * possible before. The best score goes first, to the agent the queue's strategy names. Every offer is taken into the
 * state at once, so the next one sees the agent's new load.
 */
import type { Decision, OfferDecision } from '../schema.ts';
import { inOrder, peek, take } from './heap.ts';
import { offered } from './items.ts';
import { coolsDown } from './needs.ts';
import { explain } from './receipt.ts';
import { goesFirst, type Item, type Need, type RoutingState, type Seat } from './state.ts';

type Match = { item: Item; seat: Seat; need: Need };

/** Run it after every event and when nextAt() comes. An expired offer is listed once; report it with missed(). */
export function decide(state: RoutingState, now: number): Decision {
  const expired = expire(state, now);
  coolOff(state, now);
  const offers: OfferDecision[] = [];
  for (let match = best(state, now); match !== null; match = best(state, now)) offers.push(offer(state, match, now));
  return { offers, expired };
}

/** When decide has something to do without an event: an offer ends or a cool-down is over. Null: not before the next event. */
export function nextAt(state: RoutingState): number | null {
  const next = Math.min(peek(state.offers)?.due ?? Infinity, peek(state.cooldowns)?.until ?? Infinity);
  return next === Infinity ? null : next;
}

/** Looks at every need again: the sweep that would heal a forgotten event. */
export function reconsider(state: RoutingState): void {
  for (const need of state.needs.values()) if (need.waiting.list.length > 0) state.dirty.add(need);
}

function expire(state: RoutingState, now: number): Decision['expired'] {
  const expired: Decision['expired'] = [];
  for (let item = peek(state.offers); item !== undefined && item.due <= now; item = peek(state.offers)) {
    take(state.offers, item);
    if (item.agent) expired.push({ conversationId: item.conversationId, agentId: item.agent.id });
  }
  return expired;
}

function coolOff(state: RoutingState, now: number): void {
  for (let next = peek(state.cooldowns); next !== undefined && next.until <= now; next = peek(state.cooldowns)) {
    take(state.cooldowns, next);
    const need = state.items.get(next.conversationId)?.need;
    if (need) state.dirty.add(need);
  }
}

function best(state: RoutingState, now: number): Match | null {
  let first: Match | null = null;
  for (const need of state.dirty) {
    const match = matchIn(need, now);
    if (match === null) state.dirty.delete(need);
    else if (first === null || goesFirst(match.item, first.item)) first = match;
  }
  return first;
}

/** Walks past only those conversations that every free agent has just declined. */
function matchIn(need: Need, now: number): Match | null {
  const top = peek(need.waiting);
  const seat = peek(need.seats);
  if (top === undefined || seat === undefined) return null;
  if (!coolsDown(top, seat.agent, now)) return { item: top, seat, need };
  for (const item of inOrder(need.waiting)) {
    for (const other of inOrder(need.seats)) if (!coolsDown(item, other.agent, now)) return { item, seat: other, need };
  }
  return null;
}

function offer(state: RoutingState, { item, seat, need }: Match, now: number): OfferDecision {
  const { conversationId } = item;
  const { offerSeconds, autoAccept } = need.line.queue;
  const agentId = seat.agent.id;
  const until = now + offerSeconds * 1000;
  const receipt = explain(state, item, need, seat.agent, now);
  offered(state, conversationId, agentId, until, now);
  return { conversationId, agentId, until, autoAccept, receipt };
}
