/**
 * Who gets what now. Only needs that an event touched are looked at: among all others no match is possible, since none was
 * possible before. The best score goes first, to the agent the queue's strategy names. Every offer is taken into the
 * state at once, so the next one sees the agent's new load.
 */
import type { Decision, OfferDecision } from '../schema.ts';
import { lowest, put, word } from './bits.ts';
import { inOrder, peek, take } from './heap.ts';
import { offered } from './items.ts';
import { coolsDown } from './needs.ts';
import { explain } from './receipt.ts';
import { firstWith } from './rosters.ts';
import { goesFirst, type Agent, type Item, type Need, type RoutingState } from './state.ts';

type Match = { item: Item; need: Need };

/** Run it after every event and when nextAt() comes. An expired offer is listed once; report it with missed(). */
export function decide(state: RoutingState, now: number): Decision {
  const expired = expire(state, now);
  coolOff(state, now);
  const offers: OfferDecision[] = [];
  for (let match = best(state, now); match !== null; match = best(state, now)) offers.push(offer(state, match, now));
  return { moves: [], offers, expired };
}

/** When decide has something to do without an event: an offer ends or a cool-down is over. Null: not before the next event. */
export function nextAt(state: RoutingState): number | null {
  const next = Math.min(peek(state.offers)?.due ?? Infinity, peek(state.cooldowns)?.until ?? Infinity);
  return next === Infinity ? null : next;
}

/** Looks at every need again: the sweep that would heal a forgotten event. */
export function reconsider(state: RoutingState): void {
  state.dirty.set(state.waiting);
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
    if (need) put(state.dirty, need.index, true);
  }
}

/** Looks closer only at needs whose first conversation could beat the best one found so far. */
function best(state: RoutingState, now: number): Match | null {
  let first: Match | null = null;
  for (let index = 0; index < state.words; index += 1) {
    const possible = word(state.dirty, index) & word(state.waiting, index) & word(state.open, index);
    state.dirty[index] = possible;
    for (let rest = possible; rest !== 0; rest &= rest - 1) {
      const at = (index << 5) + lowest(rest);
      if (first !== null && (state.tops[at] ?? 0) < first.item.order) continue;
      const need = state.needAt[at];
      const match = need ? matchIn(need, now) : null;
      if (match === null) put(state.dirty, at, false);
      else if (first === null || goesFirst(match.item, first.item)) first = match;
    }
  }
  return first;
}

/** Walks past only those conversations that every free agent has just declined. */
function matchIn(need: Need, now: number): Match | null {
  const top = peek(need.waiting);
  if (top !== undefined && mayAskAnybody(top)) return { item: top, need };
  for (const item of inOrder(need.waiting)) if (mayAskAnybody(item) || askable(need, item, now) !== null) return { item, need };
  return null;
}

function mayAskAnybody(item: Item): boolean {
  return item.declinedBy.length === 0;
}

function askable(need: Need, item: Item, now: number): Agent | null {
  return firstWith(need, (agent) => !coolsDown(item, agent, now));
}

function offer(state: RoutingState, { item, need }: Match, now: number): OfferDecision {
  const agent = askable(need, item, now);
  if (agent === null) throw new Error(`nobody has the seat that was counted for ${need.key}`);
  const { conversationId } = item;
  const { offerSeconds, autoAccept } = need.line.queue;
  const until = now + offerSeconds * 1000;
  const receipt = explain(state, item, need, agent, now);
  offered(state, conversationId, agent.id, until, now);
  return { conversationId, agentId: agent.id, until, autoAccept, receipt };
}
