/**
 * The time-lab: the rules of routing on a virtual clock. Types only; no I/O. Times are milliseconds.
 *
 * A SCENARIO is all that happens from outside: who is there when, what comes in, how long it takes, how patient it is. What happens
 * then is the rules' doing. The same scenario with the same seed has the same result, to the last figure.
 */
import { z } from 'zod';
import { Id } from '../conversations/schema.ts';
import type { AgentState } from '../people/schema.ts';
import { QueuePatch, RoutingPolicy, type AgentInput, type Queue, type WorkItem } from '../routing/schema.ts';

/** Somebody on shift. Nobody is there before the first of `states`. */
export type ScenarioAgent = {
  input: Omit<AgentInput, 'state' | 'idleSince'>;
  states: { at: number; state: AgentState }[];
  /** How long it lets an offer ring before it accepts: one of these is drawn for each offer. Empty: at once. */
  answersMs: number[];
  /** Shares of offers, 0..1, that it lets ring until they are over, and that it declines. */
  misses: number;
  declines: number;
  /** After so long it comes back when the router has set it to 'missed'. */
  missedMs: number;
};

/** One piece of work. `work.queuedAt` may lie before `at`: it waited already when the scenario began. */
export type ScenarioItem = {
  at: number;
  work: WorkItem;
  handleMs: number;
  wrapMs: number;
  /** Leaves after so long a wait, also while it rings; null: never. */
  patienceMs: number | null;
  /** This agent has it from the beginning: it takes units and is no part of any figure. */
  holder?: string;
};

export type Scenario = {
  seed: number;
  from: number;
  to: number;
  queues: Queue[];
  policy: RoutingPolicy;
  agents: ScenarioAgent[];
  /** In the order of `at`; read once. */
  items: Iterable<ScenarioItem>;
  /** How much longer each other conversation at the same time makes one, as a share: 0.3 is 30 % for each. */
  drag: number;
};

/** What became of one piece of work. `waitMs` counts from the start of the wait. */
export type Outcome = { conversationId: string; queueId: string | null; queuedAt: number; end: 'answered' | 'abandoned' | 'waiting'; waitMs: number; agentId: string | null; handleMs: number };

/** Three definitions are in use; each figure says which it is. */
export const LevelVariant = z.enum(['late-abandons', 'of-offered', 'of-answered']);
export type LevelVariant = z.infer<typeof LevelVariant>;

/**
 * When an answer counts as in time. 'late-abandons': answered in time / (answered + abandoned after that time), the house's way;
 * 'of-offered': / all that was offered; 'of-answered': / answered.
 */
export const Goal = z.strictObject({
  seconds: z.number().min(1, 'at least a second').max(7 * 86_400, 'at most a week'),
  share: z.number().min(0.01, 'at least 1 %').max(0.999, 'less than 100 %'),
  variant: LevelVariant.default('late-abandons'),
  /** Who leaves before is counted apart, as a short abandon. */
  shortSeconds: z.number().min(0).max(60).default(5),
});
export type Goal = z.infer<typeof Goal>;

/** Where a queue has no goal of its own. */
export const usualGoal: Goal = { seconds: 60, share: 0.8, variant: 'late-abandons', shortSeconds: 5 };

/** Counts and means of what entered a line in a time. Null: nothing to divide by. */
export type Figures = {
  offered: number;
  answered: number;
  abandoned: number;
  /** Of the abandoned. */
  shortAbandons: number;
  /** Still in line at the end. */
  waiting: number;
  /** 0..1 */
  serviceLevel: number | null;
  /** Mean wait of the answered, and of all. */
  asaMs: number | null;
  meanWaitMs: number | null;
  ahtMs: number | null;
  longestMs: number;
  /** Of the answered. */
  p50Ms: number | null;
  p90Ms: number | null;
  p99Ms: number | null;
};
/** Units at work / (units at work + free), of whoever is there. */
export type Interval = { at: number; occupancy: number | null; queues: { queueId: string | null; offered: number; answered: number; abandoned: number; shortAbandons: number; serviceLevel: number | null; asaMs: number | null; ahtMs: number | null; longestMs: number }[] };
export type Summary = { total: Figures; occupancy: number | null; queues: ({ queueId: string | null } & Figures)[]; intervals: Interval[] };

export const halfHourMs = 1_800_000;

const day = z.iso.date('a day, e.g. 2026-11-21');
const zone = z.string().max(60).refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', 'an IANA time zone, e.g. Asia/Shanghai');

/** What to replay, and what to change for it. Absent `queues` and `policy`: nothing is changed, and only the trust in the replay is measured. */
export const RunInput = z.strictObject({
  /** First and last day. */
  from: day,
  to: day,
  zone: zone.default('UTC'),
  /** Only what differs, of queues that exist. */
  queues: z.array(QueuePatch.extend({ id: Id })).max(200, 'at most 200 queues').default([]),
  policy: RoutingPolicy.partial().default({}),
  /** By queue id; '' is the line everybody serves. */
  goals: z.record(z.string().max(24), Goal).default({}),
});
export type RunInput = z.infer<typeof RunInput>;

/** Part of a time that could not be replayed, and so is in no figure. */
export type LeftOut = {
  /** Waits that one of ours, a program or a rule ended without anybody having had the conversation. */
  closed: number;
  /** Waits in queues from which agents take by hand: nothing decides when they do. */
  pulled: number;
  /** Waits that a person moved on to another queue: the last of them counts. */
  moved: number;
};

/** May the replay be believed? It is not when today's policy, replayed, is more than `tolerance` away from the service level of the day itself. */
export type Trust = {
  trustworthy: boolean;
  /** Service levels, 0..1; null: nothing to count. */
  recorded: number | null;
  replayed: number | null;
  tolerance: number;
  because: ('level' | 'few' | 'nobody') [];
};
/** Below so many the share says little. */
export const enoughOffered = 30;
export const tolerance = 0.02;

export type Fate = Pick<Outcome, 'end' | 'waitMs' | 'agentId'>;
/** A conversation under today's policy, and under the other. */
export type Difference = { conversationId: string; queueId: string | null; queuedAt: number; before: Fate; after: Fate };

/** `recorded`: what happened; `replayed`: today's policy on the virtual clock; `changed`: the other policy, null when nothing was changed. */
export type RunResult = {
  from: number;
  to: number;
  recorded: Summary;
  replayed: Summary;
  changed: Summary | null;
  trust: Trust;
  leftOut: LeftOut;
  /** Those that change most: what got worse, then what got better. */
  differences: Difference[];
  policies: { before: string; after: string | null };
};

export const RunState = z.enum(['waiting', 'reading', 'replaying', 'done', 'failed']);
export type RunState = z.infer<typeof RunState>;
/** A run as it is kept. `done` of 0..1; `error`: why it failed, in both languages. */
export type Run = { id: string; input: RunInput; state: RunState; done: number; by: string; createdAt: Date; endedAt: Date | null; error: { 'zh-CN': string; en: string } | null; result: RunResult | null };

/** POST /time-lab/armed: what a run tried holds for a time, and goes back by itself. */
export const ArmInput = z.strictObject({
  runId: Id,
  minutes: z.int('whole minutes').min(15, 'at least 15 minutes').max(7 * 1_440, 'at most a week'),
  /** It goes back at once when the service level is more than so many points below what today's rules made of the replayed day. */
  points: z.number().min(1, 'at least a point').max(50, 'at most 50 points').default(5),
});
export type ArmInput = z.infer<typeof ArmInput>;

/** Who judges by fewer judges by chance. */
export const enoughToJudge = 20;
/** 'ended': its time is over; 'worse': the service level fell; 'by-hand': somebody took it back. All of them went back to what was before. */
export type ArmState = 'armed' | 'ended' | 'worse' | 'by-hand';
/** A queue's fields that were changed, as they were. */
export type QueueBefore = { id: string } & Partial<Omit<Queue, 'id'>>;
/**
 * `expected`: service level of today's rules on the replayed day. `judged`: since it was armed, how many were answered or waited too long, and
 * how many of them in time. `kept`: what was not put back, as somebody changed it meanwhile.
 */
export type Armed = {
  id: string; runId: string; by: string; armedAt: Date; endsAt: Date; points: number; expected: number; goal: Goal; state: ArmState; endedAt: Date | null;
  changes: Pick<RunInput, 'queues' | 'policy'>; queuesBefore: QueueBefore[]; policyBefore: Omit<RoutingPolicy, 'version'> | null;
  judged: { all: number; inTime: number }; kept: ('queues' | 'policy')[];
};
