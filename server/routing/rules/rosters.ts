/**
 * Who is asked first. One roster a strategy holds every agent with room, in the order of that strategy; each place in it
 * also knows which needs it or anybody below it has a seat for. So one change of an agent is one move in a roster, however many
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

export type Roster = { tree: Ranking<Seat>; /** Lower is asked first; ties go to the longest idle. */ score: (agent: Agent) => number };

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
  const roster: Roster = { tree: ranking(askedFirst, { gather: gatherSeats, came: addSeats, went: gatherSeats }), score: score[strategy] };
  state.rosters.set(name, roster);
  for (const agent of state.agents.values()) if (agent.known) reorder(sit(state, agent, roster), false);
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
    for (const agent of state.agents.values()) agent.seats = agent.seats.filter((seat) => seat.roster !== roster);
  }
}

/** Gives an agent a place in every roster. */
export function sitDown(state: RoutingState, agent: Agent): void {
  for (const roster of state.rosters.values()) sit(state, agent, roster);
}

/** Takes the agent out of every roster. */
export function standUp(agent: Agent): void {
  for (const seat of agent.seats) if (seat.inside) withdraw(seat.roster.tree, seat);
  agent.seats = [];
}

/** Moves the agent to where it belongs now; whoever has no seat for anything is taken out. */
export function reorder(seat: Seat, seatsChanged: boolean): void {
  const { agent, roster } = seat;
  const first = roster.score(agent);
  const second = agent.idleSince;
  const moved = first !== seat.first || second !== seat.second;
  if (seat.inside) {
    if (!moved && !seatsChanged) return;
    withdraw(roster.tree, seat);
  }
  seat.first = first;
  seat.second = second;
  seat.inside = agent.free.some((some) => some !== 0);
  if (seat.inside) insert(roster.tree, seat);
}

/** The number under which the need's seats count now: while a call has waited too long, only those that leave room for calls. */
export function seatOf(state: RoutingState, need: Need): number {
  return state.voiceFirst && need.tightIndex >= 0 ? need.tightIndex : need.index;
}

/** The first agent with a seat for the need whom `suits` accepts, in the order of asking. */
export function firstWith(state: RoutingState, need: Need, suits: (agent: Agent) => boolean): Agent | null {
  return descend(need.roster.tree.root, seatOf(state, need), suits);
}

/** All rosters look again at what each agent has seats for; wider when there are more needs than fitted. */
export function regather(state: RoutingState): void {
  for (const agent of state.agents.values()) {
    for (const seat of agent.seats) if (seat.below.length !== state.words) seat.below = bits(state.words);
  }
  for (const { tree } of state.rosters.values()) gatherAll(tree);
}

function descend(at: Seat | null, need: number, suits: (agent: Agent) => boolean): Agent | null {
  if (at === null || !has(at.below, need)) return null;
  const earlier = descend(at.left, need, suits);
  if (earlier !== null) return earlier;
  if (has(at.agent.free, need) && suits(at.agent)) return at.agent;
  return descend(at.right, need, suits);
}

function sit(state: RoutingState, agent: Agent, roster: Roster): Seat {
  const seat: Seat = {
    agent, roster, inside: false, first: 0, second: 0, below: bits(state.words), left: null, right: null, size: 1, weight: weightOf(agent.nth),
  };
  agent.seats.push(seat);
  return seat;
}

function askedFirst(a: Seat, b: Seat): boolean {
  if (a.first !== b.first) return a.first < b.first;
  return a.second === b.second ? a.agent.nth < b.agent.nth : a.second < b.second;
}

function gatherSeats({ below, agent, left, right }: Seat): void {
  for (let index = 0; index < below.length; index += 1) {
    below[index] = word(agent.free, index) | (left === null ? 0 : word(left.below, index)) | (right === null ? 0 : word(right.below, index));
  }
}

function addSeats({ below }: Seat, { agent }: Seat): void {
  for (let index = 0; index < below.length; index += 1) below[index] = word(below, index) | word(agent.free, index);
}
