/**
 * A centre on a virtual clock. Who gets what is decided by the functions of routing/rules and nothing else; in here is only what
 * happens outside of them: people come, lose patience, are talked to; agents come, let it ring, accept, and go.
 */
import { agentChanged } from '../../routing/rules/agents.ts';
import { decide, nextAt } from '../../routing/rules/decide.ts';
import { heap, peek, push, take, type Heap, type Placed } from '../../routing/rules/heap.ts';
import { accepted, acquaint, declined, dequeue, enqueue, missed } from '../../routing/rules/items.ts';
import { queuesChanged } from '../../routing/rules/queues.ts';
import { createState, type RoutingState } from '../../routing/rules/state.ts';
import type { OfferDecision } from '../../routing/schema.ts';
import type { Outcome, Scenario, ScenarioAgent, ScenarioItem } from '../schema.ts';
import { dice } from './dice.ts';

/** Who looks on. Every piece of work ends exactly once, those that still wait at the end of the scenario as 'waiting'. */
export type Watch = {
  ended?(outcome: Outcome): void;
  /** From now on so many units are at work, of so many that are there. */
  units?(now: number, busy: number, there: number): void;
  /** Virtual time passed; called every few thousand events. */
  reached?(now: number): void;
};

/** `events`: how often something happened. */
export type Played = { events: number; offers: number };

interface Timer extends Placed {
  time: number;
  nth: number;
  act: 'state' | 'back' | 'accept' | 'decline' | 'leave' | 'done';
  /** Whose it is: the first two an agent's, the others of a piece of work. */
  desk: Desk | null;
  live: Live | null;
}

/** One piece of work in the centre. It has at most one thing to do next, and may lose patience besides. */
type Live = { item: ScenarioItem; nth: number; asked: number; agent: Desk | null; handleMs: number; moves: Timer | null; leaves: Timer | null };

/** An agent's desk. */
type Desk = { agent: ScenarioAgent; next: number; wants: ScenarioAgent['states'][number]['state']; is: 'here' | 'missed' | 'away'; load: number; items: number; /** Its part of the units that are there. */ part: number };

type Play = {
  scenario: Scenario; watch: Watch; state: RoutingState; timers: Heap<Timer>; nth: number; arrived: number;
  lives: Map<string, Live>; desks: Map<string, Desk>; busy: number; there: number; offers: number;
};

const lookEvery = 4_096;

/** Runs it to its end. */
export function simulate(scenario: Scenario, watch: Watch = {}): Played {
  // A receipt lists no more than it must here: nobody reads it, and what is decided is the same.
  const state = createState({ ...scenario.policy, candidatesShown: 1 });
  queuesChanged(state, scenario.queues);
  const play: Play = {
    scenario, watch, state, timers: heap((a, b) => (a.time === b.time ? a.nth < b.nth : a.time < b.time)), nth: 0, arrived: 0,
    lives: new Map(), desks: new Map(), busy: 0, there: 0, offers: 0,
  };
  for (const agent of scenario.agents) {
    const desk: Desk = { agent, next: 0, wants: 'offline', is: 'away', load: 0, items: 0, part: 0 };
    play.desks.set(agent.input.id, desk);
    schedule(play, desk);
  }
  const items = scenario.items[Symbol.iterator]();
  let coming = items.next();
  let events = 0;
  for (;;) {
    const timer = peek(play.timers);
    const at = timer === undefined ? Infinity : timer.time;
    const arrives = coming.done === true ? Infinity : Math.max(scenario.from, coming.value.at);
    const due = nextAt(state) ?? Infinity;
    const now = Math.min(at, arrives, due);
    if (!(now < scenario.to)) break;
    events += 1;
    if (events % lookEvery === 0) watch.reached?.(now);
    if (timer !== undefined && at === now) {
      take(play.timers, timer);
      happen(play, timer, now);
    } else if (arrives === now && coming.done !== true) {
      arrive(play, coming.value, now);
      coming = items.next();
    }
    settle(play, now);
  }
  for (const live of play.lives.values()) if (live.agent === null || live.moves?.act !== 'done') end(play, live, 'waiting', scenario.to);
  watch.reached?.(scenario.to);
  return { events, offers: play.offers };
}

function happen(play: Play, { act, desk, live }: Timer, now: number): void {
  if (desk) {
    if (act === 'state') change(play, desk, now);
    else if (desk.is === 'missed') sit(play, desk, desk.wants, now);
  }
  if (!live) return;
  const { conversationId } = live.item.work;
  if (act === 'accept') accept(play, live, now);
  else if (act === 'decline') {
    live.moves = null;
    live.agent = null;
    declined(play.state, conversationId, now);
  } else if (act === 'leave') {
    live.leaves = null;
    stop(play, live);
    end(play, live, 'abandoned', now);
    dequeue(play.state, conversationId, now);
  } else {
    play.lives.delete(conversationId);
    if (live.agent) count(play, live.agent, -live.item.work.units, now);
    dequeue(play.state, conversationId, now);
  }
}

function change(play: Play, desk: Desk, now: number): void {
  const to = desk.agent.states[desk.next];
  desk.next += 1;
  schedule(play, desk);
  if (to) sit(play, desk, to.state, now);
}

function arrive(play: Play, item: ScenarioItem, now: number): void {
  const { work } = item;
  const live: Live = { item, nth: play.arrived, asked: 0, agent: null, handleMs: item.handleMs, moves: null, leaves: null };
  play.arrived += 1;
  play.lives.set(work.conversationId, live);
  const holder = item.holder === undefined ? undefined : play.desks.get(item.holder);
  if (holder) {
    acquaint(play.state, work);
    accepted(play.state, work.conversationId, holder.agent.input.id, now);
    begin(play, live, holder, now);
    return;
  }
  if (item.patienceMs !== null) live.leaves = timer(play, Math.max(now, work.queuedAt + item.patienceMs), 'leave', null, live);
  enqueue(play.state, work);
}

/** The rules say what follows. An expired offer makes room, so they are asked again. */
function settle(play: Play, now: number): void {
  for (;;) {
    const { offers, expired } = decide(play.state, now);
    for (const offer of offers) ring(play, offer, now);
    for (const { conversationId } of expired) {
      const live = play.lives.get(conversationId);
      if (live) {
        stop(play, live);
        live.agent = null;
      }
      const gone = missed(play.state, conversationId, now);
      const desk = gone === null ? undefined : play.desks.get(gone);
      if (!desk) continue;
      desk.is = 'missed';
      count(play, desk, 0, now);
      timer(play, now + desk.agent.missedMs, 'back', desk, null);
    }
    if (expired.length === 0) return;
  }
}

function ring(play: Play, { conversationId, agentId, until, autoAccept }: OfferDecision, now: number): void {
  const live = play.lives.get(conversationId);
  const desk = play.desks.get(agentId);
  if (!live || !desk) return;
  play.offers += 1;
  live.agent = desk;
  if (autoAccept) {
    accept(play, live, now);
    return;
  }
  const { answersMs, misses, declines } = desk.agent;
  const luck = dice(play.scenario.seed, live.nth, 3 * live.asked);
  const delay = answersMs[Math.floor(dice(play.scenario.seed, live.nth, 3 * live.asked + 1) * answersMs.length)] ?? 0;
  live.asked += 1;
  const at = now + delay;
  if (luck < misses || at >= until) return;
  live.moves = timer(play, at, luck < misses + declines ? 'decline' : 'accept', null, live);
}

function accept(play: Play, live: Live, now: number): void {
  const desk = live.agent;
  if (!desk) return;
  if (live.leaves) {
    if (live.leaves.at >= 0) take(play.timers, live.leaves);
    live.leaves = null;
  }
  accepted(play.state, live.item.work.conversationId, desk.agent.input.id, now);
  begin(play, live, desk, now);
  play.watch.ended?.(outcome(live, 'answered', now));
}

function begin(play: Play, live: Live, desk: Desk, now: number): void {
  const { item } = live;
  live.agent = desk;
  live.handleMs = item.handleMs * (1 + play.scenario.drag * desk.items) + item.wrapMs;
  count(play, desk, item.work.units, now);
  live.moves = timer(play, now + live.handleMs, 'done', null, live);
}

function end(play: Play, live: Live, how: 'abandoned' | 'waiting', now: number): void {
  play.lives.delete(live.item.work.conversationId);
  if (live.item.holder === undefined) play.watch.ended?.(outcome(live, how, now));
}

function outcome({ item: { work }, agent, handleMs }: Live, how: Outcome['end'], now: number): Outcome {
  const { conversationId, queueId, queuedAt } = work;
  return { conversationId, queueId, queuedAt, end: how, waitMs: now - queuedAt, agentId: how === 'answered' ? agent?.agent.input.id ?? null : null, handleMs };
}

function sit(play: Play, desk: Desk, wants: Desk['wants'], now: number): void {
  desk.wants = wants;
  desk.is = wants === 'available' ? 'here' : wants === 'missed' ? 'missed' : 'away';
  agentChanged(play.state, { ...desk.agent.input, state: wants }, now);
  count(play, desk, 0, now);
}

/** So many more units in hand. There is all of who takes work, and what others still have in hand. */
function count(play: Play, desk: Desk, more: number, now: number): void {
  desk.load += more;
  desk.items += Math.sign(more);
  play.busy += more;
  const part = desk.is === 'here' ? Math.max(desk.load, desk.agent.input.capacity) : desk.load;
  play.there += part - desk.part;
  desk.part = part;
  play.watch.units?.(now, play.busy, play.there);
}

function schedule(play: Play, desk: Desk): void {
  const change = desk.agent.states[desk.next];
  if (change) timer(play, Math.max(play.scenario.from, change.at), 'state', desk, null);
}

function timer(play: Play, time: number, act: Timer['act'], desk: Desk | null, live: Live | null): Timer {
  const made: Timer = { at: -1, time, nth: play.nth, act, desk, live };
  play.nth += 1;
  push(play.timers, made);
  return made;
}

/** What it was about to do does not happen. */
function stop(play: Play, live: Live): void {
  if (live.moves && live.moves.at >= 0) take(play.timers, live.moves);
  live.moves = null;
}
