/**
 * What the router holds in memory. One owner changes it in place through the functions of rules/: at a million waiting
 * conversations a copy per event is out of the question. No clock and no I/O in here: `now` is an argument.
 *
 * Why one event is cheap: waiting conversations that need the same (queue, skills, units, channel kind) share a Need, which keeps
 * them in a heap by score. Scores age all at the same pace, so the order of two conversations never changes and nothing is sorted
 * again: score(t) = base + slope x (t - queuedAt) compares like base - slope x queuedAt. Agents stand in rosters that find the
 * first one with a free seat for a need (rosters.ts). An event costs log(waiting) + log(agents), never a scan of either;
 * what it does cost is a few machine words for every 32 different needs.
 */
import type { Skill } from '../../conversations/schema.ts';
import type { AgentState } from '../../people/schema.ts';
import type { Queue, RoutingPolicy, WorkItem } from '../schema.ts';
import { bits, type Bits } from './bits.ts';
import { heap, type Heap, type Placed } from './heap.ts';
import { countedRanking, type Ranked, type Ranking } from './ranking.ts';
import type { Roster, Seat } from './rosters.ts';

/** A conversation that waits, is offered or is with an agent. */
export interface Item extends WorkItem, Placed, Ranked<Item> {
  /** Order of arrival: the last tie-break. */
  nth: number;
  /** The constant part of the score; higher goes first. */
  order: number;
  place: 'waiting' | 'offered' | 'assigned';
  line: Line;
  need: Need | null;
  /** Who is asked or has it; null while it waits. */
  agent: Agent | null;
  /** End of the offer as it was told. */
  until: number;
  /** When the router gives it up: `until`, or at once when the agent went away. */
  due: number;
}

export type Agent = {
  id: string;
  /** False for one we only heard of as somebody's assignee: never offered anything. */
  known: boolean;
  nth: number;
  state: AgentState;
  capacity: number;
  skills: Map<string, number>;
  caps: Record<string, number>;
  idleSince: number;
  load: number;
  loadByKind: Map<string, number>;
  missedInRow: number;
  offers: Set<Item>;
  /** Needs that skills and queues allow, and those of them there is room for this moment: its free seats. */
  serves: Bits;
  free: Bits;
  /** Its place in each roster. */
  seats: Seat[];
  /** Round robin: when this agent's last turn was, per queue. */
  turns: Map<string, number>;
};

/** All conversations that any agent who can take one of them can take. */
export type Need = {
  key: string;
  /** Its number in every set of needs. */
  index: number;
  line: Line;
  skills: Skill[];
  units: number;
  kind: string;
  waiting: Heap<Item>;
  roster: Roster;
};

/** Needs that take the same room of an agent. */
type Shape = { kind: string; units: number; needs: Bits };

/** A queue with all that waits in it, in order, to tell people their place. */
export type Line = {
  queue: Queue;
  members: Set<string> | null;
  waiting: Ranking<Item>;
  turn: number;
  /** Smoothed time between two conversations leaving the line to an agent. */
  pace: { meanMs: number; samples: number; lastAt: number };
};

/** `conversationId` may be offered to somebody again after `until`. */
type Cooldown = Placed & { until: number; conversationId: string };

export type RoutingState = {
  policy: RoutingPolicy;
  items: Map<string, Item>;
  agents: Map<string, Agent>;
  lines: Map<string, Line>;
  fallback: Line;
  needs: Map<string, Need>;
  needAt: (Need | null)[];
  /** Length of every set of needs. */
  words: number;
  shapes: Map<string, Shape>;
  rosters: Map<string, Roster>;
  offers: Heap<Item>;
  cooldowns: Heap<Cooldown>;
  /** For each need, in arrays because every event reads many: how many agents have a free seat, and the order of its first item. */
  seats: Int32Array;
  tops: Float64Array;
  /** Needs with a free seat, and needs somebody waits with. */
  open: Bits;
  waiting: Bits;
  /** Needs where a match may have become possible since the last decide. */
  dirty: Bits;
  /** Room to work out an agent's seats in. */
  next: Bits;
  nth: number;
};

const fewWords = 1;

const everybody: Queue = {
  id: '', name: '', members: 'all', requires: [], priority: 0, offerSeconds: 20, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed',
};

/** An empty state; then queueChanged, agentChanged and sync fill it. */
export function createState(policy: RoutingPolicy): RoutingState {
  return {
    policy,
    items: new Map(),
    agents: new Map(),
    lines: new Map(),
    fallback: createLine(everybody),
    needs: new Map(),
    needAt: Array.from({ length: fewWords * 32 }, () => null),
    words: fewWords,
    shapes: new Map(),
    rosters: new Map(),
    offers: heap((a, b) => (a.due === b.due ? a.nth < b.nth : a.due < b.due)),
    cooldowns: heap((a, b) => (a.until === b.until ? a.conversationId < b.conversationId : a.until < b.until)),
    seats: new Int32Array(fewWords * 32),
    tops: new Float64Array(fewWords * 32),
    open: bits(fewWords),
    waiting: bits(fewWords),
    dirty: bits(fewWords),
    next: bits(fewWords),
    nth: 0,
  };
}

/** Who goes first: the score, then the longer wait, then arrival. */
export function goesFirst(a: Item, b: Item): boolean {
  if (a.order !== b.order) return a.order > b.order;
  return a.queuedAt === b.queuedAt ? a.nth < b.nth : a.queuedAt < b.queuedAt;
}

/** The part of the score that waiting does not change. */
export function orderOf(policy: RoutingPolicy, line: Line, item: WorkItem): number {
  return policy.pointsPerPriority * (line.queue.priority + item.priority) - (policy.agePointsPerMinute * item.queuedAt) / 60_000;
}

/** The score as an admin reads it. */
export function scoreOf(policy: RoutingPolicy, item: Item, now: number): number {
  return item.order + (policy.agePointsPerMinute * now) / 60_000;
}

export function createLine(queue: Queue): Line {
  return {
    queue,
    members: queue.members === 'all' ? null : new Set(queue.members),
    waiting: countedRanking(goesFirst),
    turn: 0,
    pace: { meanMs: 0, samples: 0, lastAt: 0 },
  };
}

/** The line a conversation stands in; every agent serves the line of an unknown queue. */
export function lineOf(state: RoutingState, queueId: string | null): Line {
  return (queueId === null ? undefined : state.lines.get(queueId)) ?? state.fallback;
}

/** The agent, or a stand-in that is offered nothing until agentChanged tells who it is. */
export function agentOf(state: RoutingState, id: string): Agent {
  const found = state.agents.get(id);
  if (found) return found;
  const agent: Agent = {
    id, known: false, nth: state.nth++, state: 'offline', capacity: 0, skills: new Map(), caps: {}, idleSince: 0, load: 0,
    loadByKind: new Map(), missedInRow: 0, offers: new Set(), serves: bits(state.words), free: bits(state.words), seats: [], turns: new Map(),
  };
  state.agents.set(id, agent);
  return agent;
}
