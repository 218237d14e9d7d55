/** Which agents can take what: kinds of need, the seats an agent has for them, and the reasons why one is left out. */
import type { Skill } from '../../conversations/schema.ts';
import { bits, lowest, put, widened, word } from './bits.ts';
import { heap, peek } from './heap.ts';
import { regather, reorder, rosterOf, sitDown, standUp } from './rosters.ts';
import { goesFirst, type Agent, type Item, type Line, type Need, type RoutingState } from './state.ts';

/** Past this many, needs nobody waits with are forgotten; they come back with their next conversation. */
const enoughNeeds = 512;

/** The need a conversation belongs to, made when it is the first of its kind. */
export function needFor(state: RoutingState, line: Line, item: Item): Need {
  const skills = merged(line.queue.requires, item.skills);
  const key = `${line.queue.id} ${item.channelKind} ${item.units} ${skills.length === 0 ? '' : JSON.stringify(skills)}`;
  const found = state.needs.get(key);
  if (found) return found;
  if (state.needs.size >= enoughNeeds) retire(state, (need) => need.waiting.list.length === 0);
  const index = freeIndex(state);
  const need: Need = {
    key, index, line, skills, units: item.units, kind: item.channelKind, waiting: heap(goesFirst), roster: rosterOf(state, line),
  };
  state.needs.set(key, need);
  state.needAt[index] = need;
  openSeats(state, need);
  return need;
}

/** Forgets needs, and everybody's seats for them. */
export function retire(state: RoutingState, which: (need: Need) => boolean): void {
  const retired = [...state.needs.values()].filter(which);
  if (retired.length === 0) return;
  for (const need of retired) {
    state.needs.delete(need.key);
    state.needAt[need.index] = null;
    state.seats[need.index] = 0;
    for (const some of [state.dirty, state.waiting, state.open, ...[...state.shapes.values()].map((shape) => shape.needs)]) put(some, need.index, false);
    for (const agent of state.agents.values()) for (const some of [agent.serves, agent.free]) put(some, need.index, false);
  }
  for (const [name, { needs }] of state.shapes) if (needs.every((some) => some === 0)) state.shapes.delete(name);
  for (const agent of state.agents.values()) for (const seat of agent.seats) reorder(seat, true);
}

/** Works out anew what the agent can serve at all: after skills, or the agent itself, changed. */
export function reseat(state: RoutingState, agent: Agent): void {
  if (agent.known && agent.seats.length === 0) sitDown(state, agent);
  for (const need of state.needs.values()) put(agent.serves, need.index, serves(agent, need));
  refresh(state, agent);
  if (!agent.known) standUp(agent);
}

/** Gives and takes seats as there is room now. Call after any change of load, state, turn or idle time. */
export function refresh(state: RoutingState, agent: Agent): void {
  const { next } = state;
  next.fill(0);
  if (agent.state === 'available') {
    for (const { kind, units, needs } of state.shapes.values()) {
      if (!hasRoom(agent, kind, units)) continue;
      for (let index = 0; index < next.length; index += 1) next[index] = word(next, index) | word(needs, index);
    }
  }
  let changed = false;
  for (let index = 0; index < next.length; index += 1) {
    const now = word(next, index) & word(agent.serves, index);
    const difference = now ^ word(agent.free, index);
    if (difference === 0) continue;
    changed = true;
    agent.free[index] = now;
    state.dirty[index] = word(state.dirty, index) | (difference & now & word(state.waiting, index));
    for (let rest = difference; rest !== 0; rest &= rest - 1) {
      const bit = lowest(rest);
      countSeats(state, (index << 5) + bit, (now & (1 << bit)) === 0 ? -1 : 1);
    }
  }
  for (const seat of agent.seats) reorder(seat, changed);
}

/** Call after the need's heap changed. */
export function lineChanged(state: RoutingState, need: Need): void {
  const first = peek(need.waiting);
  put(state.waiting, need.index, first !== undefined);
  if (first !== undefined) state.tops[need.index] = first.order;
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
  if (!hasRoom(agent, need.kind, need.units)) return `${need.kind} ${agent.loadByKind.get(need.kind) ?? 0}/${agent.caps[need.kind]}`;
  const no = item.declinedBy.find((one) => one.agentId === agent.id && one.until > now);
  return no ? `declined, not again for ${Math.ceil((no.until - now) / 1000)} s` : null;
}

function serves(agent: Agent, { line, skills }: Need): boolean {
  if (!agent.known || (line.members && !line.members.has(agent.id))) return false;
  return skills.every(({ name, level }) => (agent.skills.get(name) ?? 0) >= level);
}

function hasRoom(agent: Agent, kind: string, units: number): boolean {
  if (agent.capacity - agent.load < units) return false;
  const cap = agent.caps[kind];
  return cap === undefined || (agent.loadByKind.get(kind) ?? 0) + units <= cap;
}

function countSeats(state: RoutingState, index: number, more: number): void {
  const count = (state.seats[index] ?? 0) + more;
  state.seats[index] = count;
  put(state.open, index, count > 0);
}

/** One walk over the agents for a new need, then one over the rosters. */
function openSeats(state: RoutingState, need: Need): void {
  const name = `${need.kind} ${need.units}`;
  const shape = state.shapes.get(name) ?? { kind: need.kind, units: need.units, needs: bits(state.words) };
  state.shapes.set(name, shape);
  put(shape.needs, need.index, true);
  for (const agent of state.agents.values()) {
    if (!serves(agent, need)) continue;
    put(agent.serves, need.index, true);
    if (agent.state !== 'available' || !hasRoom(agent, need.kind, need.units)) continue;
    countSeats(state, need.index, 1);
    put(agent.free, need.index, true);
    for (const seat of agent.seats) if (!seat.inside) reorder(seat, true);
  }
  regather(state);
}

/** The lowest number no need has; the sets grow when all are taken. */
function freeIndex(state: RoutingState): number {
  const index = state.needAt.findIndex((need) => need === null);
  if (index >= 0) return index;
  const first = state.needAt.length;
  state.words *= 2;
  state.needAt.push(...Array.from({ length: state.words * 32 - first }, () => null));
  state.dirty = widened(state.dirty, state.words);
  state.waiting = widened(state.waiting, state.words);
  state.open = widened(state.open, state.words);
  state.next = bits(state.words);
  const { seats, tops } = state;
  state.seats = new Int32Array(state.words * 32);
  state.seats.set(seats);
  state.tops = new Float64Array(state.words * 32);
  state.tops.set(tops);
  for (const shape of state.shapes.values()) shape.needs = widened(shape.needs, state.words);
  for (const agent of state.agents.values()) {
    agent.serves = widened(agent.serves, state.words);
    agent.free = widened(agent.free, state.words);
  }
  regather(state);
  return first;
}

/** Both lists as one, the higher level wins, in one order whatever order they came in. */
function merged(one: Skill[], other: Skill[]): Skill[] {
  if (one.length + other.length === 0) return [];
  const levels = new Map<string, number>();
  for (const { name, level } of [...one, ...other]) levels.set(name, Math.max(level, levels.get(name) ?? 0));
  return [...levels].map(([name, level]) => ({ name, level })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
