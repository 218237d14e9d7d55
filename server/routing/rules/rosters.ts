/**
 * Who is asked first. One roster a strategy holds every agent with room, in the order of that strategy; each place in it
 * also knows which of the roster's needs it or anybody below it has a seat for. So one change of an agent is one move in a roster, however many
 * kinds of conversations there are, and the first who can take one is found by walking down.
 */
import type { Skill } from '../../conversations/schema.ts';
import type { RoutingPolicy } from '../schema.ts';
import { bits, has, word, type Bits } from './bits.ts';
import { gatherAll, insert, ranking, weightOf, withdraw, type Ranked, type Ranking } from './ranking.ts';
import type { Agent, Line, Need, RoutingState } from './state.ts';

/** An agent's place in one roster. The order is kept apart from the agent: it must not change while the place is in. */
export interface Seat extends Ranked<Seat> {
  agent: Agent;
  roster: Roster;
  inside: boolean;
  first: number;
  second: number;
  /** Needs that this agent or anybody below has a seat for. */
  below: Bits;
}

export type Roster = {
  tree: Ranking<Seat>;
  /** Lower is asked first; ties go to the longest idle. */
  score: (agent: Agent) => number;
  /** Which words of every set of needs are its own: a roster knows nothing of the needs of others. */
  words: number[];
};

/** The roster of the line's strategy, made when it is first needed. Round robin has one for each queue, best fit one for each set of skills. */
export function rosterOf(state: RoutingState, line: Line, skills: Skill[]): Roster {
  const { id, strategy } = line.queue;
  const name = strategy === 'round-robin' ? `${strategy} ${id}` : strategy === 'best-fit' && skills.length > 0 ? `${strategy} ${JSON.stringify(skills.map((skill) => skill.name))}` : strategy === 'best-fit' ? 'longest-idle' : strategy;
  const found = state.rosters.get(name);
  if (found) return found;
  const score = {
    'longest-idle': () => 0,
    'least-busy': (agent: Agent) => (agent.capacity > 0 ? agent.load / agent.capacity : 1),
    'round-robin': (agent: Agent) => agent.turns.get(id) ?? 0,
    'best-fit': (agent: Agent) => -fitOf(state.policy, agent, skills),
  };
  const roster: Roster = { tree: ranking(askedFirst, { gather: gatherSeats, came: addSeats, went: gatherSeats }), score: score[strategy], words: [] };
  state.rosters.set(name, roster);
  for (const agent of state.agents.values()) if (agent.known) sit(agent, roster);
  return roster;
}

/** How well the agent's levels fit what is asked. */
export function fitOf({ skillWeights }: RoutingPolicy, agent: Agent, skills: Skill[]): number {
  let fit = 0;
  for (const { name } of skills) fit += (skillWeights[name] ?? 1) * (agent.skills.get(name) ?? 0);
  return fit;
}

/** Rosters no need uses any more are given up: best fit makes one for each set of skills. */
export function disband(state: RoutingState): void {
  const used = new Set([...state.needs.values()].map((need) => need.roster));
  for (const [name, roster] of state.rosters) {
    if (used.has(roster)) continue;
    state.rosters.delete(name);
    for (const index of roster.words) state.wordOf[index] = null;
    for (const agent of state.agents.values()) agent.seats = agent.seats.filter((seat) => seat.roster !== roster);
  }
}

/** Gives an agent a place in every roster. */
export function sitDown(state: RoutingState, agent: Agent): void {
  for (const roster of state.rosters.values()) sit(agent, roster);
}

/** Takes the agent out of every roster. */
export function standUp(agent: Agent): void {
  for (const seat of agent.seats) if (seat.inside) withdraw(seat.roster.tree, seat);
  agent.seats = [];
}

/** Moves the agent to where it belongs now; whoever has no seat for anything here is taken out. `touched`: words of free seats that changed; null: any. */
export function reorder(seat: Seat, touched: readonly number[] | null): void {
  const { agent, roster } = seat;
  const first = roster.score(agent);
  const second = agent.idleSince;
  const moved = first !== seat.first || second !== seat.second;
  const seatsChanged = touched === null || roster.words.some((index) => touched.includes(index));
  if (!moved && !seatsChanged) return;
  if (seat.inside) withdraw(roster.tree, seat);
  seat.first = first;
  seat.second = second;
  seat.inside = roster.words.some((index) => word(agent.free, index) !== 0);
  if (seat.inside) insert(roster.tree, seat);
}

/** A roster has one word of needs more: all its places know of it. */
export function widen(state: RoutingState, roster: Roster, index: number): void {
  roster.words.push(index);
  for (const agent of state.agents.values()) {
    for (const seat of agent.seats) if (seat.roster === roster) seat.below = bits(roster.words.length);
  }
}

/** The number under which the need's seats count now: while a call has waited too long, only those that leave room for calls. */
export function seatOf(state: RoutingState, need: Need): number {
  return state.voiceFirst && need.tightIndex >= 0 ? need.tightIndex : need.index;
}

/** The first agent with a seat for the need whom `suits` accepts, in the order of asking. */
export function firstWith(state: RoutingState, need: Need, suits: (agent: Agent) => boolean): Agent | null {
  const { roster } = need;
  const index = seatOf(state, need);
  return descend(roster.tree.root, roster.words.indexOf(index >> 5), index, suits);
}

/** The roster looks again at what each agent has seats for. */
export function regather({ tree }: Roster): void {
  gatherAll(tree);
}

function descend(at: Seat | null, local: number, index: number, suits: (agent: Agent) => boolean): Agent | null {
  if (at === null || (word(at.below, local) & (1 << (index & 31))) === 0) return null;
  const earlier = descend(at.left, local, index, suits);
  if (earlier !== null) return earlier;
  if (has(at.agent.free, index) && suits(at.agent)) return at.agent;
  return descend(at.right, local, index, suits);
}

function sit(agent: Agent, roster: Roster): void {
  const seat: Seat = {
    agent, roster, inside: false, first: 0, second: 0, below: bits(roster.words.length), left: null, right: null, size: 1, weight: weightOf(agent.nth),
  };
  agent.seats.push(seat);
  reorder(seat, null);
}

function askedFirst(a: Seat, b: Seat): boolean {
  if (a.first !== b.first) return a.first < b.first;
  return a.second === b.second ? a.agent.nth < b.agent.nth : a.second < b.second;
}

function gatherSeats({ below, agent, left, right, roster: { words } }: Seat): void {
  for (let local = 0; local < words.length; local += 1) {
    below[local] = word(agent.free, words[local] ?? 0) | (left === null ? 0 : word(left.below, local)) | (right === null ? 0 : word(right.below, local));
  }
}

function addSeats({ below, roster: { words } }: Seat, { agent }: Seat): void {
  for (let local = 0; local < words.length; local += 1) below[local] = word(below, local) | word(agent.free, words[local] ?? 0);
}
