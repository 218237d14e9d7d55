/** Words of routing: queues, agents as the router sees them, work items, the policy and the receipt of a decision. */
import { z } from 'zod';
import { Id, Skill } from '../conversations/schema.ts';
import type { AgentState } from '../people/schema.ts';

/** Which of the agents who could take it gets the offer. */
export const Strategy = z.enum(['longest-idle', 'least-busy', 'round-robin']);
export type Strategy = z.infer<typeof Strategy>;

const name = z.string('give the queue a name').trim().min(1, 'give the queue a name').max(80, 'at most 80 characters');
const members = z.union([z.literal('all'), z.array(Id).max(10_000, 'at most 10,000 members')], "say 'all' or list the members' user ids");
const requires = z
  .array(Skill)
  .max(20, 'at most 20 skills')
  .refine((skills) => new Set(skills.map((skill) => skill.name)).size === skills.length, 'name each skill once');
const priority = z.int('a whole number from 0 (lowest) to 4 (urgent)').min(0, '0 is the lowest').max(4, '4 is the highest');
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
};

/** score = pointsPerPriority x (queue priority + item priority) + agePointsPerMinute x minutes waited. */
export const RoutingPolicy = z.strictObject({
  version: z.string().min(1),
  pointsPerPriority: z.number().nonnegative(),
  agePointsPerMinute: z.number().nonnegative(),
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
  version: 'default-1',
  pointsPerPriority: 10,
  agePointsPerMinute: 1,
  cooldownSeconds: 60,
  missCooldownSeconds: 15,
  missesToMissed: 2,
  candidatesShown: 10,
};

/** One agent in a receipt. */
export type Candidate = {
  agentId: string;
  outcome: 'winner' | 'eligible' | 'excluded';
  /** Only when excluded: 'capacity 4/4', 'skill refund 2 < 3', 'state break'. */
  reason?: string;
  /** What the strategy compares: idle seconds (most wins), load share 0..1 (least wins), or turn (lowest wins). */
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
  waitedSeconds: number;
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

/** What one run of the rules wants done: offers to make, and offers whose time is up. */
export type Decision = { offers: OfferDecision[]; expired: { conversationId: string; agentId: string }[] };

/** Where a customer stands; etaSeconds is null while the queue's pace is unknown. */
export type Place = { position: number; waiting: number; etaSeconds: number | null };
