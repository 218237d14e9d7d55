/** Which agents can take what: needs, seats, and the reasons why an agent is left out. */
import type { Skill } from '../../conversations/schema.ts';
import { heap, push, settle, take } from './heap.ts';
import type { Agent, Item, Line, Need, RoutingState, Seat } from './state.ts';
import { goesFirst } from './state.ts';

/** Past this many, needs nobody waits with are forgotten; they come back with their next conversation. */
const enoughNeeds = 512;

/** The need a conversation belongs to, made when it is the first of its kind. */
export function needFor(state: RoutingState, line: Line, item: Item): Need {
  const skills = merged(line.queue.requires, item.skills);
  const key = JSON.stringify([line.queue.id, item.channelKind, item.units, skills.map(({ name, level }) => [name, level])]);
  const found = state.needs.get(key);
  if (found) return found;
  if (state.needs.size >= enoughNeeds) retire(state, (need) => need.waiting.list.length === 0);
  const need: Need = {
    key, line, skills, units: item.units, kind: item.channelKind,
    waiting: heap(goesFirst), seats: heap(asked[line.queue.strategy]), retired: false,
  };
  state.needs.set(key, need);
  for (const agent of state.agents.values()) seat(state, agent, need);
  return need;
}

/** Forgets needs and every seat in them. */
export function retire(state: RoutingState, which: (need: Need) => boolean): void {
  for (const need of state.needs.values()) {
    if (!which(need)) continue;
    need.retired = true;
    state.needs.delete(need.key);
    state.dirty.delete(need);
  }
  for (const agent of state.agents.values()) agent.seats = agent.seats.filter((one) => !one.need.retired);
}

/** Gives the agent new seats after skills or the agent itself changed. */
export function reseat(state: RoutingState, agent: Agent): void {
  for (const one of agent.seats) if (one.at >= 0) take(one.need.seats, one);
  agent.seats = [];
  for (const need of state.needs.values()) seat(state, agent, need);
}

/** Puts the agent where there is room now and takes it from where there is none. Call after any change of load or state. */
export function refresh(state: RoutingState, agent: Agent): void {
  for (const one of agent.seats) {
    const { need } = one;
    if (!hasRoom(agent, need)) {
      if (one.at >= 0) take(need.seats, one);
    } else if (one.at >= 0) settle(need.seats, one);
    else {
      push(need.seats, one);
      if (need.waiting.list.length > 0) state.dirty.add(need);
    }
  }
}

/** Whether the agent may not be asked for this conversation yet. */
export function coolsDown(item: Item, agent: Agent, now: number): boolean {
  return item.declinedBy.some((no) => no.agentId === agent.id && no.until > now);
}

/** The first reason why the agent cannot take it now, in words for the receipt; null when nothing speaks against it. */
export function excludedBecause(agent: Agent, item: Item, need: Need, now: number): string | null {
  if (!agent.known) return 'unknown';
  if (need.line.members && !need.line.members.has(agent.id)) return 'not a member of the queue';
  for (const { name, level } of need.skills) {
    const own = agent.skills.get(name);
    if (own === undefined) return `skill ${name} missing`;
    if (own < level) return `skill ${name} ${own} < ${level}`;
  }
  if (agent.state !== 'available') return `state ${agent.state}`;
  const free = agent.capacity - agent.load;
  if (free < need.units) return `capacity ${agent.load}/${agent.capacity}${free > 0 ? `, needs ${need.units}` : ''}`;
  const cap = agent.caps[need.kind];
  if (cap !== undefined && !underCap(agent, need, cap)) return `${need.kind} ${agent.loadByKind.get(need.kind) ?? 0}/${cap}`;
  const no = item.declinedBy.find((one) => one.agentId === agent.id && one.until > now);
  return no ? `declined, not again for ${Math.ceil((no.until - now) / 1000)} s` : null;
}

function seat(state: RoutingState, agent: Agent, need: Need): void {
  if (!serves(agent, need)) return;
  const one: Seat = { agent, need, at: -1 };
  agent.seats.push(one);
  if (!hasRoom(agent, need)) return;
  push(need.seats, one);
  if (need.waiting.list.length > 0) state.dirty.add(need);
}

function serves(agent: Agent, need: Need): boolean {
  if (!agent.known || (need.line.members && !need.line.members.has(agent.id))) return false;
  return need.skills.every(({ name, level }) => (agent.skills.get(name) ?? 0) >= level);
}

function hasRoom(agent: Agent, need: Need): boolean {
  if (agent.state !== 'available' || agent.capacity - agent.load < need.units) return false;
  const cap = agent.caps[need.kind];
  return cap === undefined || underCap(agent, need, cap);
}

function underCap(agent: Agent, need: Need, cap: number): boolean {
  return (agent.loadByKind.get(need.kind) ?? 0) + need.units <= cap;
}

function idleLonger(a: Agent, b: Agent): boolean {
  return a.idleSince === b.idleSince ? a.nth < b.nth : a.idleSince < b.idleSince;
}

/** Who is asked first, by the queue's strategy; ties go to the longest idle. */
const asked = {
  'longest-idle': (a: Seat, b: Seat) => idleLonger(a.agent, b.agent),
  'least-busy': (a: Seat, b: Seat) => {
    const difference = a.agent.load / a.agent.capacity - b.agent.load / b.agent.capacity;
    return difference === 0 ? idleLonger(a.agent, b.agent) : difference < 0;
  },
  'round-robin': (a: Seat, b: Seat) => {
    const difference = (a.agent.turns.get(a.need.line.queue.id) ?? 0) - (b.agent.turns.get(b.need.line.queue.id) ?? 0);
    return difference === 0 ? idleLonger(a.agent, b.agent) : difference < 0;
  },
};

/** Both lists as one, the higher level wins, in one order whatever order they came in. */
function merged(one: Skill[], other: Skill[]): Skill[] {
  if (one.length + other.length === 0) return [];
  const levels = new Map<string, number>();
  for (const { name, level } of [...one, ...other]) levels.set(name, Math.max(level, levels.get(name) ?? 0));
  return [...levels].map(([name, level]) => ({ name, level })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
