/**
 * What the router holds in memory. One owner changes it in place through the functions of rules/: at a million waiting
 * conversations a copy per event is out of the question. No clock and no I/O in here: `now` is an argument.
 *
 * Why one event is cheap: waiting conversations that need the same (queue, stage, skills, units, channel kind) share a Need, which
 * keeps them in a heap by score. Scores age all at the same pace, so the order of two conversations never changes and nothing is
 * sorted again (score.ts). A stage that opens moves a conversation to another need, once a stage. Agents stand in rosters that find
 * the first one with a free seat for a need (rosters.ts). An event costs log(waiting) + log(agents), never a scan of either;
 * what it does cost is a few machine words for every 32 different needs.
 */
import type { Skill } from '../../conversations/schema.ts';
import type { AgentState } from '../../people/schema.ts';
import type { Media, MoveDecision, Opened, Queue, RoutingPolicy, Stage, WorkItem } from '../schema.ts';
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
  media: Media;
  /** When it came into its line. */
  lineSince: number;
  /** Stages of the line that have opened, and how. */
  stage: number;
  opened: readonly Opened[];
  /** While it waits for one agent alone. */
  hold: Hold | null;
  /** No agent is waited for any more: the time is over, or that one said no. */
  lifted: boolean;
  /** When the next stage opens, or the hold ends. */
  timer: Timer | null;
  /** A call: when it has waited too long. */
  call: Timer | null;
  /** Lines it overflowed from in this wait. */
  passed: ReadonlySet<string>;
  /** Who is asked or has it; null while it waits. */
  agent: Agent | null;
  /** When it began to ring, and the end of the offer as it was told. */
  rings: number;
  until: number;
  /** When the router gives it up: `until`, or at once when the agent went away. */
  due: number;
}

/** Something about an item comes due. */
export type Timer = Placed & { due: number; item: Item };

export type Agent = {
  id: string;
  /** False for one we only heard of as somebody's assignee: never offered anything. */
  known: boolean;
  nth: number;
  state: AgentState;
  capacity: number;
  skills: Map<string, number>;
  caps: Record<string, number>;
  off: Set<string>;
  idleSince: number;
  load: number;
  loadByKind: Map<string, number>;
  /** How much of it is what: conversations and units. */
  holding: number;
  itemsOf: Record<Media, number>;
  unitsOf: Record<Media, number>;
  /** A member of a line that calls came into. */
  takesCalls: boolean;
  missedInRow: number;
  offers: Set<Item>;
  /** Conversations that wait for this agent alone. */
  holds: Map<string, Hold>;
  /** Needs that skills and queues allow; those of them that could ever be taken while signed in; and those there is room for this moment: its free seats. */
  serves: Bits;
  able: Bits;
  free: Bits;
  /** Its place in each roster. */
  seats: Seat[];
  /** Round robin: when this agent's last turn was, per queue. */
  turns: Map<string, number>;
};

/** All conversations that any agent who can take one of them can take. */
export type Need = Shape & {
  key: string;
  /** Its number in every set of needs. */
  index: number;
  /** Its second number, under which seats are counted that leave room for calls; -1: it needs none. */
  tightIndex: number;
  line: Line;
  /** The stage of its line, and the one that comes next. */
  stage: number;
  next: Stage | null;
  /** What is asked in this stage. */
  skills: Skill[];
  waiting: Heap<Item>;
  /** How many wait for one agent alone. */
  held: number;
  /** Calls by the end of their patience; null: not a need of calls. */
  calls: Calls | null;
  roster: Roster;
};

/** The calls of one need; `due`: when the first of them has waited too long. */
type Calls = Placed & { due: number; waiting: Heap<Timer> };

/** Conversations of one need that wait for one agent alone. */
export type Hold = { key: string; agent: Agent; need: Need; by: 'stage' | 'return'; waiting: Heap<Item> };

/** What room of an agent a conversation takes. `tight`: counted without the room that calls need. */
export type Shape = { kind: string; units: number; media: Media; tight: boolean };
/** Needs that take the same room. */
type Shaped = Shape & { needs: Bits };

/** A queue with all that waits in it, in order, to tell people their place. */
export type Line = {
  queue: Queue;
  stages: readonly Stage[];
  members: Set<string> | null;
  /** A call has come in here. */
  takesCalls: boolean;
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
  /** Length of every set of needs, and the roster each word belongs to. */
  words: number;
  wordOf: (Roster | null)[];
  /** Past this many needs, those nobody waits with are forgotten; they come back with their next conversation. */
  enoughNeeds: number;
  shapes: Map<string, Shaped>;
  rosters: Map<string, Roster>;
  offers: Heap<Item>;
  cooldowns: Heap<Cooldown>;
  /** Stages to come, and ends of holds. */
  stages: Heap<Timer>;
  /** Conversations that went on to another queue since the last decide. */
  moves: MoveDecision[];
  /** Needs whose next stage opens at once, since nobody could take them. */
  lonely: Set<Need>;
  /** Agents somebody waits for alone: all of them, those to try, and those who may not be worth waiting for. */
  owners: Set<Agent>;
  keen: Set<Agent>;
  review: Set<Agent>;
  /** Needs with calls that somebody signed in could take; and whether one has waited too long: then the tight seats count. */
  calls: Heap<Calls>;
  voiceFirst: boolean;
  /** For each need, in arrays because every event reads many: how many agents have a free seat, how many could ever, and the order of its first item. */
  seats: Int32Array;
  ables: Int32Array;
  tops: Float64Array;
  /** Needs with a free seat, and needs somebody waits with. */
  open: Bits;
  waiting: Bits;
  /** Needs where a match may have become possible since the last decide. */
  dirty: Bits;
  /** Room to work out an agent's seats in, and which words of them changed. */
  next: Bits;
  touched: number[];
  nth: number;
};

const fewWords = 8;
export const fewNeeds = 2048;

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
    fallback: createLine(everybody, policy),
    needs: new Map(),
    needAt: Array.from({ length: fewWords * 32 }, () => null),
    words: fewWords,
    wordOf: Array.from({ length: fewWords }, () => null),
    enoughNeeds: fewNeeds,
    shapes: new Map(),
    rosters: new Map(),
    offers: heap((a, b) => (a.due === b.due ? a.nth < b.nth : a.due < b.due)),
    cooldowns: heap((a, b) => (a.until === b.until ? a.conversationId < b.conversationId : a.until < b.until)),
    stages: heap((a, b) => (a.due === b.due ? a.item.nth < b.item.nth : a.due < b.due)),
    moves: [],
    lonely: new Set(),
    owners: new Set(),
    keen: new Set(),
    review: new Set(),
    calls: heap((a, b) => a.due < b.due),
    voiceFirst: false,
    seats: new Int32Array(fewWords * 32),
    ables: new Int32Array(fewWords * 32),
    tops: new Float64Array(fewWords * 32),
    open: bits(fewWords),
    waiting: bits(fewWords),
    dirty: bits(fewWords),
    next: bits(fewWords),
    touched: [],
    nth: 0,
  };
}

/** Who goes first: the score, then the longer wait, then arrival. */
export function goesFirst(a: Item, b: Item): boolean {
  if (a.order !== b.order) return a.order > b.order;
  return a.queuedAt === b.queuedAt ? a.nth < b.nth : a.queuedAt < b.queuedAt;
}

export function createLine(queue: Queue, policy: RoutingPolicy): Line {
  return {
    queue,
    stages: queue.stages ?? policy.stages,
    members: queue.members === 'all' ? null : new Set(queue.members),
    takesCalls: false,
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
    id, known: false, nth: state.nth++, state: 'offline', capacity: 0, skills: new Map(), caps: {}, off: new Set(), idleSince: 0, load: 0,
    loadByKind: new Map(), holding: 0, itemsOf: { voice: 0, chat: 0, email: 0 }, unitsOf: { voice: 0, chat: 0, email: 0 }, takesCalls: false, missedInRow: 0,
    offers: new Set(), holds: new Map(), serves: bits(state.words), able: bits(state.words), free: bits(state.words), seats: [], turns: new Map(),
  };
  state.agents.set(id, agent);
  return agent;
}
