/** Which agents can take what: kinds of need, and the seats an agent has for them. */
import type { Skill } from '../../conversations/schema.ts';
import { bits, has, lowest, put, widened, word } from './bits.ts';
import { heap, peek, push, settle, take } from './heap.ts';
import { couldEver, hasRoom } from './room.ts';
import { disband, regather, reorder, rosterOf, sitDown, standUp, widen, type Roster } from './rosters.ts';
import { fewNeeds, goesFirst, type Agent, type Item, type Line, type Need, type RoutingState, type Shape } from './state.ts';

const nothing: Skill[] = [];

/** The need a conversation belongs to in its present stage, made when it is the first of its kind. */
export function needFor(state: RoutingState, line: Line, item: Item): Need {
  const { stage, units, channelKind: kind, media } = item;
  const skills = stillAsked(line, allAsked(line, item), stage);
  const key = `${line.queue.id} ${stage} ${kind} ${units} ${skills.length === 0 ? '' : JSON.stringify(skills)}`;
  const found = state.needs.get(key);
  if (found) return found;
  if (state.needs.size >= state.enoughNeeds) {
    retire(state, (need) => need.waiting.list.length === 0 && need.held === 0);
    // Where most are in use, forgetting the rest again and again would cost a walk over all agents each time.
    state.enoughNeeds = Math.max(fewNeeds, 2 * state.needs.size);
  }
  const roster = rosterOf(state, line, skills);
  const index = freeIndex(state, roster);
  const need: Need = {
    key, index, tightIndex: -1, line, stage, next: line.stages[stage] ?? null, skills, kind, units, media, tight: false, waiting: heap(goesFirst), held: 0,
    calls: media === 'voice' && state.policy.voiceFirst !== null ? { at: -1, due: 0, waiting: heap((a, b) => (a.due === b.due ? a.item.nth < b.item.nth : a.due < b.due)) } : null,
    roster,
  };
  state.needs.set(key, need);
  state.needAt[index] = need;
  if (media !== 'voice' && state.policy.voiceFirst !== null) {
    need.tightIndex = freeIndex(state, roster);
    state.needAt[need.tightIndex] = need;
  }
  openSeats(state, need);
  return need;
}

/** Forgets needs, and everybody's seats for them. */
export function retire(state: RoutingState, which: (need: Need) => boolean): void {
  const retired = [...state.needs.values()].filter(which);
  if (retired.length === 0) return;
  for (const need of retired) {
    state.needs.delete(need.key);
    state.lonely.delete(need);
    if (need.calls && need.calls.at >= 0) take(state.calls, need.calls);
    for (const index of [need.index, need.tightIndex]) if (index >= 0) vacate(state, index);
  }
  for (const [name, { needs }] of state.shapes) if (needs.every((some) => some === 0)) state.shapes.delete(name);
  disband(state);
  for (const agent of state.agents.values()) for (const seat of agent.seats) reorder(seat, null);
}

/** Works out anew what the agent can serve at all: after skills, or the agent itself, changed. */
export function reseat(state: RoutingState, agent: Agent): void {
  if (agent.known && agent.seats.length === 0) sitDown(state, agent);
  for (const need of state.needs.values()) {
    const can = serves(agent, need);
    put(agent.serves, need.index, can);
    if (need.tightIndex >= 0) put(agent.serves, need.tightIndex, can);
  }
  refreshAble(state, agent);
  refresh(state, agent);
  if (!agent.known) standUp(agent);
}

/** Gives and takes seats as there is room now. Call after any change of load, state, turn or idle time. */
export function refresh(state: RoutingState, agent: Agent): void {
  const { next } = state;
  next.fill(0);
  if (agent.state === 'available') {
    for (const shape of state.shapes.values()) if (hasRoom(state, agent, shape)) join(next, shape.needs);
  }
  const { touched } = state;
  touched.length = 0;
  for (let index = 0; index < next.length; index += 1) {
    const now = word(next, index) & word(agent.serves, index);
    const difference = now ^ word(agent.free, index);
    if (difference === 0) continue;
    touched.push(index);
    agent.free[index] = now;
    state.dirty[index] = word(state.dirty, index) | (difference & now & word(state.waiting, index));
    for (let rest = difference; rest !== 0; rest &= rest - 1) {
      const bit = lowest(rest);
      const at = (index << 5) + bit;
      const came = (now & (1 << bit)) !== 0;
      countSeats(state, at, came ? 1 : -1);
      // A tight seat is a seat of the same need under another number.
      const need = came ? state.needAt[at] : null;
      if (need && need.tightIndex === at && has(state.waiting, need.index)) put(state.dirty, need.index, true);
    }
  }
  if (agent.holds.size > 0) state.keen.add(agent);
  for (const seat of agent.seats) reorder(seat, touched);
}

/** Counts the agent among those who could ever take something, or no more. Call after a change of state, capacity, caps or skills. */
export function refreshAble(state: RoutingState, agent: Agent): void {
  const { next } = state;
  next.fill(0);
  for (const shape of state.shapes.values()) if (!shape.tight && couldEver(agent, shape)) join(next, shape.needs);
  for (let index = 0; index < next.length; index += 1) {
    const now = word(next, index) & word(agent.serves, index);
    for (let rest = now ^ word(agent.able, index); rest !== 0; rest &= rest - 1) {
      const bit = lowest(rest);
      countAble(state, (index << 5) + bit, (now & (1 << bit)) === 0 ? -1 : 1);
    }
    agent.able[index] = now;
  }
  if (agent.holds.size > 0) state.review.add(agent);
}

/** Works out anew who takes calls; call after lines or their members changed. The seats that leave room for calls follow. */
export function memberships(state: RoutingState): void {
  for (const agent of state.agents.values()) if (joinsCalls(state, agent)) refresh(state, agent);
}

/** Whether the agent is a member of a line that calls came into; true when that changed. */
export function joinsCalls(state: RoutingState, agent: Agent): boolean {
  const before = agent.takesCalls;
  agent.takesCalls = [state.fallback, ...state.lines.values()].some(({ takesCalls, members }) => takesCalls && (members === null || members.has(agent.id)));
  return agent.takesCalls !== before;
}

/** Call after the need's heap changed. What agents take themselves is never looked at. */
export function lineChanged(state: RoutingState, need: Need): void {
  const first = peek(need.waiting);
  put(state.waiting, need.index, first !== undefined && need.line.queue.pull !== 'only');
  if (first !== undefined) state.tops[need.index] = first.order;
}

/** Call after a need's calls changed, or who could take them: a call that nobody can take keeps no room. */
export function callsChanged(state: RoutingState, { index, calls }: Need): void {
  if (!calls) return;
  const first = (state.ables[index] ?? 0) > 0 ? peek(calls.waiting) : undefined;
  if (first === undefined) {
    if (calls.at >= 0) take(state.calls, calls);
    return;
  }
  calls.due = first.due;
  if (calls.at < 0) push(state.calls, calls);
  else settle(state.calls, calls);
}

/** Whether the agent may not be asked for this conversation yet. */
export function coolsDown(item: Item, agent: Agent, now: number): boolean {
  return item.declinedBy.some((no) => no.agentId === agent.id && no.until > now);
}

/** What queue and conversation ask together before a stage opens: the higher level wins, in one order whatever order they came in. */
export function allAsked({ queue: { requires: one } }: Line, { skills: other }: Item): Skill[] {
  if (one.length + other.length === 0) return nothing;
  const levels = new Map<string, number>();
  for (const { name, level } of [...one, ...other]) levels.set(name, Math.max(level, levels.get(name) ?? 0));
  return [...levels].map(([name, level]) => ({ name, level })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the stages that have opened leave of it. */
function stillAsked(line: Line, asked: Skill[], stage: number): Skill[] {
  let left = asked;
  for (let index = 0; index < stage && left.length > 0; index += 1) {
    const requires = line.stages[index]?.requires;
    if (!requires) continue;
    left = left.flatMap(({ name, level }) => {
      const still = requires.find((skill) => skill.name === name);
      return still ? [{ name, level: Math.min(level, still.level) }] : [];
    });
  }
  return left;
}

function serves(agent: Agent, { line, skills }: Need): boolean {
  if (!agent.known || (line.members && !line.members.has(agent.id))) return false;
  return skills.every(({ name, level }) => (agent.skills.get(name) ?? 0) >= level);
}

function join(into: Int32Array, more: Int32Array): void {
  for (let index = 0; index < into.length; index += 1) into[index] = (into[index] ?? 0) | (more[index] ?? 0);
}

function countSeats(state: RoutingState, index: number, more: number): void {
  const count = (state.seats[index] ?? 0) + more;
  state.seats[index] = count;
  put(state.open, index, count > 0);
}

function countAble(state: RoutingState, index: number, more: number): void {
  const count = (state.ables[index] ?? 0) + more;
  state.ables[index] = count;
  const need = state.needAt[index];
  if (count === 0 && need?.next?.skipIfNone === true) state.lonely.add(need);
  if (need?.calls) callsChanged(state, need);
}

function vacate(state: RoutingState, index: number): void {
  state.needAt[index] = null;
  state.seats[index] = 0;
  state.ables[index] = 0;
  for (const some of [state.dirty, state.waiting, state.open, ...[...state.shapes.values()].map((shape) => shape.needs)]) put(some, index, false);
  for (const agent of state.agents.values()) for (const some of [agent.serves, agent.able, agent.free]) put(some, index, false);
}

/** One walk over the agents for a new need, then one over the rosters. */
function openSeats(state: RoutingState, need: Need): void {
  const shapes = [{ index: need.index, shape: shapeOf(state, need, need.index) }];
  if (need.tightIndex >= 0) shapes.push({ index: need.tightIndex, shape: shapeOf(state, { ...need, tight: true }, need.tightIndex) });
  for (const agent of state.agents.values()) {
    if (!serves(agent, need)) continue;
    if (couldEver(agent, need)) {
      put(agent.able, need.index, true);
      state.ables[need.index] = (state.ables[need.index] ?? 0) + 1;
    }
    for (const { index, shape } of shapes) {
      put(agent.serves, index, true);
      if (agent.state !== 'available' || !hasRoom(state, agent, shape)) continue;
      countSeats(state, index, 1);
      put(agent.free, index, true);
      for (const seat of agent.seats) if (!seat.inside && seat.roster === need.roster) reorder(seat, null);
    }
  }
  regather(need.roster);
}

function shapeOf(state: RoutingState, { kind, units, media, tight }: Shape, index: number): Shape {
  const name = `${kind} ${units}${tight ? ' tight' : ''}`;
  const shape = state.shapes.get(name) ?? { kind, units, media, tight, needs: bits(state.words) };
  state.shapes.set(name, shape);
  put(shape.needs, index, true);
  return shape;
}

/** A number no need has, in a word of the roster's own. */
function freeIndex(state: RoutingState, roster: Roster): number {
  for (const own of roster.words) {
    for (let index = own << 5; index < (own + 1) << 5; index += 1) if (state.needAt[index] === null) return index;
  }
  let free = state.wordOf.indexOf(null);
  if (free < 0) {
    free = state.words;
    moreWords(state);
  }
  state.wordOf[free] = roster;
  widen(state, roster, free);
  return free << 5;
}

function moreWords(state: RoutingState): void {
  const first = state.words;
  state.words *= 2;
  state.wordOf.push(...Array.from({ length: first }, () => null));
  state.needAt.push(...Array.from({ length: first * 32 }, () => null));
  state.dirty = widened(state.dirty, state.words);
  state.waiting = widened(state.waiting, state.words);
  state.open = widened(state.open, state.words);
  state.next = bits(state.words);
  const { seats, ables, tops } = state;
  state.seats = new Int32Array(state.words * 32);
  state.seats.set(seats);
  state.ables = new Int32Array(state.words * 32);
  state.ables.set(ables);
  state.tops = new Float64Array(state.words * 32);
  state.tops.set(tops);
  for (const shape of state.shapes.values()) shape.needs = widened(shape.needs, state.words);
  for (const agent of state.agents.values()) {
    agent.serves = widened(agent.serves, state.words);
    agent.able = widened(agent.able, state.words);
    agent.free = widened(agent.free, state.words);
  }
}
