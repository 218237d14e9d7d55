/** Words of routing: queues, agents as the router sees them, work items, the policy and the receipt of a decision. */
import { z } from 'zod';
import { Closed } from '../calendars/schema.ts';
import { Id, Skill } from '../conversations/schema.ts';
import type { AgentState } from '../people/schema.ts';

/** Which of the agents who could take it gets the offer. 'best-fit': the most of what is asked for, weighed; then the longest idle. */
export const Strategy = z.enum(['longest-idle', 'least-busy', 'round-robin', 'best-fit']);
export type Strategy = z.infer<typeof Strategy>;

const name = z.string('give the queue a name').trim().min(1, 'give the queue a name').max(80, 'at most 80 characters');
const members = z.union([z.literal('all'), z.array(Id).max(10_000, 'at most 10,000 members')], "say 'all' or list the members' user ids");
const requires = z
  .array(Skill)
  .max(20, 'at most 20 skills')
  .refine((skills) => new Set(skills.map((skill) => skill.name)).size === skills.length, 'name each skill once');
const priority = z.int('a whole number from 0 (lowest) to 4 (urgent)').min(0, '0 is the lowest').max(4, '4 is the highest');
const seconds = (most: number) => z.int('whole seconds').min(0, 'not less than 0').max(most, `at most ${most} seconds`);

/** How a queue widens for a conversation that waits. Stage 0 is the queue as it is; each of these opens later and never closes again. */
export const Stage = z.strictObject({
  /** Counted from when the conversation came into this queue; 0: at once. */
  afterSeconds: seconds(86_400),
  /** What is still asked from then on, to at most these levels: a skill that is not listed is dropped. Absent: what was asked before. */
  requires: requires.optional(),
  /** Until the next stage only the agent who knows the customer is asked; without effect on who has none. */
  preferred: z.boolean().optional(),
  /** The conversation moves to this queue, with the start of its wait; each queue once a wait. */
  overflowQueueId: Id.optional(),
  /** Opened at once when nobody who is signed in could ever take the conversation in the stage before. */
  skipIfNone: z.boolean().optional(),
});
export type Stage = z.infer<typeof Stage>;

const stages = z
  .array(Stage)
  .max(10, 'at most 10 stages')
  .refine((all) => all.every((stage, index) => stage.afterSeconds >= (all[index - 1]?.afterSeconds ?? 0)), 'a stage cannot open before the one above it');

/** Whether agents take waiting conversations themselves: as well as being offered them, instead ('only'), or never ('off'). */
export const Pull = z.enum(['allowed', 'only', 'off']);
export type Pull = z.infer<typeof Pull>;

const offerSeconds = z.int('whole seconds').min(5, 'an agent needs at least 5 seconds').max(600, 'at most 600 seconds');

/** What an admin writes to make a queue; the defaults suit a small team. */
export const QueueInput = z.strictObject({
  name,
  members: members.default('all'),
  requires: requires.default([]),
  priority: priority.default(0),
  offerSeconds: offerSeconds.default(20),
  autoAccept: z.boolean("true: the agent needs not click 'accept'").default(false),
  strategy: Strategy.default('longest-idle'),
  /** Null: those of the routing policy. */
  stages: stages.nullable().default(null),
  pull: Pull.default('allowed'),
  /** When its people work; null or absent: always. */
  calendarId: Id.nullable().optional(),
  /** What is done for customers at other times. */
  closed: Closed.optional(),
});
export type QueueInput = z.infer<typeof QueueInput>;

/** What an admin changes on a queue: only what is named. */
export const QueuePatch = z.strictObject({
  name: name.optional(),
  members: members.optional(),
  requires: requires.optional(),
  priority: priority.optional(),
  offerSeconds: offerSeconds.optional(),
  autoAccept: z.boolean().optional(),
  strategy: Strategy.optional(),
  stages: stages.nullable().optional(),
  pull: Pull.optional(),
  calendarId: Id.nullable().optional(),
  closed: Closed.optional(),
});
export type QueuePatch = z.infer<typeof QueuePatch>;

/** A waiting line with its own members and manners. */
export type Queue = QueueInput & { id: string };

/** An agent as the outside tells the router. */
export type AgentInput = {
  id: string;
  /** Only 'available' is offered work. */
  state: AgentState;
  /** Units of work at the same time; each channel kind says how many units one conversation costs. */
  capacity: number;
  skills: Skill[];
  /** Most units of one channel kind, e.g. { email: 3 }; a kind that is absent has no cap of its own. */
  perChannelCaps?: Record<string, number>;
  /** Channel kinds the agent takes nothing of this moment. */
  offFor?: string[];
  /** Used when the router meets the agent for the first time; then the router keeps it itself. */
  idleSince?: number;
};

/** An agent as the router knows it: the input plus what it derived. Times are milliseconds. */
export type AgentView = Required<AgentInput> & { load: number; missedInRow: number };

/** One conversation that needs a person. Times are milliseconds. */
export type WorkItem = {
  conversationId: string;
  /** Null or unknown: the fallback line that every agent serves, so nobody waits for a deleted queue. */
  queueId: string | null;
  priority: number;
  skills: Skill[];
  /** Start of the wait; kept over transfers, declined and missed offers. */
  queuedAt: number;
  units: number;
  channelKind: string;
  /** Agents who must not be asked again before `until`. */
  declinedBy: { agentId: string; until: number }[];
  /** When it came into this queue: its stages count from here. Absent: when the wait began. */
  lineSince?: number;
  /** The agent who knows the customer: replied last, or owns the contact. */
  preferred?: string | null;
  /** Only the preferred agent is asked until then, while signed in: a parked conversation that comes back. */
  heldUntil?: number | null;
  /** When somebody must have answered; absent: `slackMinutesWithoutSla` after the wait began. */
  dueAt?: number | null;
  /** What the customer is worth, 0..100. */
  value?: number;
  vip?: boolean;
  /** How the customer feels, -1..1; only bad moods count. */
  mood?: number;
  /** An agent had it, or an offer of it came to nothing. */
  requeued?: boolean;
};

/** What a channel kind is to somebody who is busy. */
export const Media = z.enum(['voice', 'chat', 'email']);
export type Media = z.infer<typeof Media>;

const points = z.number().min(0, 'not less than 0').max(10_000, 'at most 10,000');
const mayRing = z.array(Media).max(3);

/**
 * score = pointsPerPriority x (queue priority + item priority) + agePointsPerMinute x minutes waited + slaPointsPerMinute x minutes past
 * the deadline (negative: minutes left) + points of value, VIP, mood and requeueing. What has no deadline counts as due
 * `slackMinutesWithoutSla` after its wait began: so all scores age alike and the order of two conversations never changes.
 */
export const RoutingPolicy = z.strictObject({
  version: z.string().min(1).max(80),
  pointsPerPriority: points,
  agePointsPerMinute: points,
  slaPointsPerMinute: points,
  slackMinutesWithoutSla: points,
  /** For a customer of value 100; in proportion below. */
  valuePoints: points,
  /** Steps of priority that a VIP is ahead. */
  vipSteps: points,
  /** For the worst mood; in proportion to none. */
  moodPoints: points,
  /** What came back from an agent, or from an offer that came to nothing, goes before its equals. */
  requeuePoints: points,
  /** Who replied last within so many days is preferred; 0: only the owner of the contact. */
  preferredDays: z.int().min(0).max(3_650),
  /** For so long a parked conversation that comes back waits for its agent; 0: it goes into line at once. */
  returnSeconds: seconds(86_400),
  /** Of queues that say nothing of their own. */
  stages,
  /** What a level of a skill weighs when the best fit is asked; a skill that is absent weighs 1. */
  skillWeights: z.record(z.string().min(1).max(60), points).refine((weights) => Object.keys(weights).length <= 200, 'at most 200 skills'),
  /** What may be offered to somebody who is busy with something. */
  interrupts: z.strictObject({ voice: mayRing, chat: mayRing, email: mayRing }),
  /** While a call has waited so long, whoever takes calls is given no more than so many units of anything else; null: never. */
  voiceFirst: z.strictObject({ afterSeconds: seconds(3_600), units: z.int().min(0).max(50) }).nullable(),
  /** A declined offer does not come back to that agent for so long. */
  cooldownSeconds: z.number().nonnegative(),
  /** The same after an offer that rang unanswered: shorter, since nobody said no. */
  missCooldownSeconds: z.number().nonnegative(),
  /** Unanswered offers in a row until the agent's state becomes 'missed'. */
  missesToMissed: z.int().min(1),
  /** Candidates listed in a receipt. */
  candidatesShown: z.int().min(1).max(50),
});
export type RoutingPolicy = z.infer<typeof RoutingPolicy>;

/** One step of priority outweighs ten minutes of waiting. */
export const defaultPolicy: RoutingPolicy = {
  version: 'default-2',
  pointsPerPriority: 10,
  agePointsPerMinute: 0.5,
  slaPointsPerMinute: 0.5,
  slackMinutesWithoutSla: 60,
  valuePoints: 10,
  vipSteps: 10,
  moodPoints: 5,
  requeuePoints: 1,
  preferredDays: 30,
  returnSeconds: 30,
  stages: [],
  skillWeights: {},
  interrupts: { voice: [], chat: ['chat', 'email'], email: ['voice', 'chat', 'email'] },
  voiceFirst: null,
  cooldownSeconds: 60,
  missCooldownSeconds: 15,
  missesToMissed: 2,
  candidatesShown: 10,
};

/** The policy as people save it, and as it is told. `rev`: the saving they began from. */
export const RoutingPolicyInput = z.strictObject({ rev: z.int().min(0), policy: RoutingPolicy.omit({ version: true }) });
export type RoutingPolicyInput = z.infer<typeof RoutingPolicyInput>;
export type KeptPolicy = RoutingPolicyInput & { version: string; at: Date | null; by: { id: string; name: string } | null };

/** One part of a score, with what it was reckoned from. */
export type Term =
  | { code: 'priority'; points: number; queue: number; item: number }
  | { code: 'age'; points: number; minutes: number }
  /** Minutes past the deadline; `assumed`: it has none of its own. */
  | { code: 'sla'; points: number; minutes: number; assumed: boolean }
  | { code: 'value'; points: number; value: number }
  | { code: 'vip'; points: number; steps: number }
  | { code: 'mood'; points: number; mood: number }
  | { code: 'requeued'; points: number };

/** Why an agent cannot take a conversation this moment. Screens word it. */
export type Exclusion =
  | { code: 'unknown' }
  | { code: 'not-member' }
  /** `has` 0: not at all. */
  | { code: 'skill'; skill: string; has: number; needs: number }
  | { code: 'state'; state: AgentState }
  | { code: 'off-channel'; channelKind: string }
  | { code: 'capacity'; load: number; capacity: number; needs: number }
  | { code: 'channel-cap'; channelKind: string; load: number; cap: number; needs: number }
  | { code: 'interrupt'; busyWith: Media; media: Media }
  | { code: 'voice-first'; load: number; units: number }
  | { code: 'declined'; seconds: number }
  /** Somebody who knows the customer is asked alone. */
  | { code: 'not-preferred'; agentId: string };

/** A stage that opened for a conversation, and when: seconds after it came into the queue. `nobody`: no one signed in could have taken it. */
export type Opened = { stage: number; seconds: number; because: 'time' | 'nobody' };

/** One agent in a receipt. */
export type Candidate = {
  agentId: string;
  outcome: 'winner' | 'eligible' | 'excluded';
  /** Only when excluded. */
  because?: Exclusion;
  /** What the strategy compares: idle seconds (most wins), load share 0..1 (least wins), turn (lowest wins), or fit (most wins). */
  score: number;
  load: number;
  capacity: number;
};

/** Why this conversation went to this agent; stored with the offer. */
export type Receipt = {
  policy: string;
  strategy: Strategy;
  queueId: string | null;
  score: number;
  /** What the score is the sum of; terms of no points are left out. */
  terms: Term[];
  waitedSeconds: number;
  /** The stage it was offered in, of how many, which had opened, and what is not asked any more. */
  stage: { index: number; of: number; opened: Opened[]; dropped: Skill[] };
  /** Only this agent was asked: a stage says so, or a parked conversation came back. */
  held?: { agentId: string; by: 'stage' | 'return' };
  /** Skills it asked for, those of the queue included. */
  needs: { skills: Skill[]; units: number; channelKind: string };
  winner: string;
  candidates: Candidate[];
  /** How many could have taken it, and how many agents there are: the list above is capped. */
  eligible: number;
  agents: number;
};

/** `until` in milliseconds. */
export type OfferDecision = { conversationId: string; agentId: string; until: number; autoAccept: boolean; receipt: Receipt };

/** Why a conversation went on to another queue; stored with the entry. */
export type OverflowReceipt = { rule: 'overflow'; policy: string; from: string | null; to: string; stage: number; because: Opened['because']; waitedSeconds: number };
export type MoveDecision = { conversationId: string; queueId: string; receipt: OverflowReceipt };

/** Why an offer came to nothing. Only 'unanswered' is a non-response of the agent's. */
export type MissReceipt = { rule: 'miss'; because: 'unanswered' | 'agent-left'; rangSeconds: number };
/** Why a waiting conversation is an agent's: they took it. */
export type PullReceipt = { rule: 'pull'; queueId: string | null; waitedSeconds: number; place: number | null; waiting: number | null };

/**
 * What one run of the rules wants done: conversations that go on to another queue (first, and in this order), offers to make, and offers
 * whose time is up.
 */
export type Decision = { moves: MoveDecision[]; offers: OfferDecision[]; expired: { conversationId: string; agentId: string; receipt: MissReceipt }[] };

/** Where a customer stands; etaSeconds is null while the queue's pace is unknown. */
export type Place = { position: number; waiting: number; etaSeconds: number | null };
