/**
 * What happened, as facts that can be counted. Types only; no I/O.
 *
 * An EPISODE runs from the customer's first message (or a reopening) until it is resolved, or now. Within it stand, each with its own
 * times: WAITS (it stood in a queue), OFFERS (it rang at an agent), HANDLINGS (an agent had it) and TURNS (the customer waited for a word
 * of ours). All of them are read off the entries, and nothing else: the same entries, the same facts.
 */
import { z } from 'zod';
import { Id, type Head, type Locale } from '../conversations/schema.ts';

/**
 * One work item that entered a queue: this is what is OFFERED, so a conversation that comes back into line counts again.
 * `answered`: somebody took it; `abandoned`: the customer ended it; `moved`: on to another queue, unanswered; `closed`: one of ours, a
 * program or a rule ended it or took it out of line without anybody having it.
 */
export type Wait = {
  /** Of the entry that put it in line. */
  seq: number;
  queueId: string | null;
  priority: number;
  /** Since when the customer waits for a person: kept over requeues. */
  startedAt: Date;
  /** When it came into this line. */
  enteredAt: Date;
  /** Null: it waits. */
  endedAt: Date | null;
  end: 'answered' | 'abandoned' | 'moved' | 'closed' | null;
  /** Who answered. */
  agentId: string | null;
  offers: Offer[];
};

/** It rang at an agent. `missed`: until its time was up (RONA); `left`: the customer went while it rang, which is nobody's miss; `withdrawn`: somebody else took it, or it was moved. */
export type Offer = { seq: number; agentId: string; at: Date; endedAt: Date | null; end: 'accepted' | 'declined' | 'missed' | 'left' | 'withdrawn' | null };

/** An agent had it. `parkedMs`: set aside meanwhile (pending, snoozed) and not to be handled. */
export type Handling = {
  seq: number;
  agentId: string;
  queueId: string | null;
  from: Date;
  to: Date | null;
  end: 'resolved' | 'to-agent' | 'to-queue' | 'let-go' | null;
  parkedMs: number;
  /** Messages of this agent. */
  replies: number;
};

/** The customer's first word that nobody had answered, until the next word of ours. `by` null: ended without one, or open while `endedAt` is null. */
export type Turn = { seq: number; at: Date; endedAt: Date | null; by: 'agent' | 'bot' | 'program' | null; agentId: string | null; queueId: string | null };

export type Episode = {
  /** Conversation and seq of the first entry. */
  id: string;
  conversationId: string;
  start: number;
  /** The conversation before it: facts can be read anew from here. */
  before: Head;
  contactId: string;
  channelId: string;
  /** The last queue it was in. */
  queueId: string | null;
  locale: Locale;
  labels: string[];
  /** The customer's first message, or the reopening. */
  openedAt: Date;
  /** First word of a person of ours. */
  firstReplyAt: Date | null;
  firstReplyBy: string | null;
  resolvedAt: Date | null;
  resolvedBy: { kind: 'contact' | 'bot' | 'agent' | 'program' | 'system'; id: string } | null;
  /** Of the time until it was resolved, how long we had spoken last. */
  waitedForCustomerMs: number;
  /** It was reopened at this time; null: it was not. */
  reopenedAt: Date | null;
  waits: Wait[];
  handlings: Handling[];
  turns: Turn[];
};

/** Slots are quarters of an hour, UTC: every zone of today begins its days, hours and half-hours with one. */
export const slotMs = 900_000;

/** What is counted one by one in a slot, and of which the times are kept, in ms. */
export const counts = ['offered', 'moved', 'closed', 'declined', 'missed', 'left', 'withdrawn', 'replies', 'toAgent', 'toQueue', 'opened', 'reopened', 'botOnly'] as const;
export const times = ['answered', 'abandoned', 'accepted', 'handled', 'responses', 'firstResponses', 'resolved', 'resolvedNet'] as const;
export type Counted = (typeof counts)[number];
export type Timed = (typeof times)[number];

/** All that fell into one slot, of one queue, channel and agent. What is 0 or empty is absent. */
export type Cell = { queueId: string | null; channelId: string; agentId: string | null; n: Partial<Record<Counted, number>>; ms: Partial<Record<Timed, number[]>> };

/** Times put together; null where there are none. Percentiles by nearest rank: a value that occurred. */
export type Spread = { n: number; mean: number | null; p50: number | null; p90: number | null; p99: number | null; max: number | null };

/** `serviceLevel`: answered within the target / (answered + abandoned after it). Shares 0..1; null: of nothing. */
export type Figures = Record<Counted, number> & Record<Timed, Spread> & {
  within: number; abandonedAfter: number; shortAbandoned: number;
  serviceLevel: number | null; abandonRate: number | null; acceptRate: number | null; ronaRate: number | null; transferRate: number | null; reopenRate: number | null;
};

/** By what figures are grouped. */
export const By = z.enum(['slot', 'half-hour', 'hour', 'day', 'weekday-hour', 'queue', 'channel', 'agent']);
export type By = z.infer<typeof By>;

export const none = 'none';
const nothing = z.literal(none);
const time = z.iso.datetime({ offset: true, error: 'an ISO 8601 time with zone, e.g. 2026-11-23T09:00:00+08:00' });
const zone = z.string().max(60).refine(isZone, 'a zone of the IANA list, e.g. Asia/Shanghai');
const range = {
  /** Both on a quarter of an hour; `to` is not included. Absent: the last seven days of the zone, today included. */
  from: time.optional(),
  to: time.optional(),
  zone: zone.default('UTC'),
  queueId: z.union([nothing, Id]).optional(),
  channelId: Id.optional(),
  agentId: z.union([nothing, Id]).optional(),
};

/** GET /reports. `target`: of the service level, in seconds. Waits shorter than `short` seconds that were abandoned count apart. */
export const ReportQuery = z.strictObject({ ...range, by: By.default('day'), target: z.coerce.number().int().min(1).max(604_800).default(60), short: z.coerce.number().min(0).max(60).default(5) });
export type ReportQuery = z.output<typeof ReportQuery>;
export type Filter = Pick<ReportQuery, 'queueId' | 'channelId' | 'agentId'>;

/** A number whose conversations are wanted. */
export const Metric = z.enum([...counts, ...times]);
export type Metric = z.infer<typeof Metric>;

const ms = z.coerce.number().int().min(0);
/** GET /reports/behind: what one number counts, newest first. `key`: of one group of `by` only. `atLeast`, `atMost`: of those that took so long, in ms. */
export const BehindQuery = z.strictObject({ ...range, metric: Metric, by: By.optional(), key: z.string().max(60).optional(), atLeast: ms.optional(), atMost: ms.optional(), cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });
export type BehindQuery = z.output<typeof BehindQuery>;

/** One thing behind a number: the entry it began with, when it counts, how long it took. */
export type Instance = { metric: Metric; conversationId: string; seq: number; at: Date; ms: number | null; queueId: string | null; channelId: string; agentId: string | null };

export type Group = Figures & { key: string; label: string };
export type Report = { zone: string; from: Date; to: Date; target: number; short: number; total: Figures; /** Of the same length of time before, as far into it as the time asked for has come. */ before: Figures; compared: { from: Date; to: Date }; groups: Group[] };

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
