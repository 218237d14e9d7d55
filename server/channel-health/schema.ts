import { z } from 'zod';
import { Id, type Thread, type Words } from '../conversations/schema.ts';

/** What happened on one channel within one hour (UTC), counted by every node. `found`: came in because we asked, no push had brought it. */
export type Hour = { channelId: string; hour: Date; received: number; sent: number; failed: number; unknown: number; found: number; probes: number; probesFailed: number };
/** Sums of hours. `errorShare`: 0..1 of what we tried to send; null: nothing. `awayShare`: 0..1 of the probes. */
export type Budget = Omit<Hour, 'channelId' | 'hour'> & { errorShare: number | null; awayShare: number | null };

/** What probes and sends say of a channel, the same for all nodes. */
export type Canary = {
  channelId: string;
  state: 'up' | 'down';
  /** Up, or down, since then: down since the first of the failures that made it so. */
  since: Date;
  /** In a row. */
  failures: number;
  failingSince?: Date;
  /** The last failure that counted. */
  failedAt?: Date;
  reason?: Words;
  /** Of the last probe that came back. */
  roundTripMs?: number;
  probedAt?: Date;
  /** It worked once. */
  proven: boolean;
  version: number;
};

/** Something about a channel that people must know. `since`: of 'pushes-lost' the last time. */
export type Alert = { channelId: string; name: string; kind: string; what: 'down' | 'pushes-lost'; since: Date; reason?: Words; waiting: number };

/** Another way to the customer. `conversationId`: where that thread is spoken in; `refused`: why it cannot be taken now. */
export type Way = { thread: Thread; conversationId: string; channelId: string; name: string; kind: string; refused?: Words };
/** Replies of one conversation that wait for a channel that is down. `doubtful`: the platform may have it already. */
export type Offer = {
  channel: { id: string; name: string; kind: string };
  since: Date;
  reason?: Words;
  replies: { seq: number; doubtful: boolean }[];
  ways: Way[];
};

/** POST /conversations/:id/fail-over. */
export const FailOverInput = z.strictObject({
  seqs: z.array(z.number().int().min(1)).min(1, 'say which messages').max(200),
  thread: z.strictObject({ channelId: Id, key: z.string().min(1).max(500) }),
  /** Also those that the platform may have already: a person was warned. */
  doubtful: z.boolean().default(false),
});
export type FailOverInput = z.infer<typeof FailOverInput>;

/** How a channel is, as its page shows it. */
export type ChannelReport = {
  state: string;
  message?: Words;
  at: Date;
  /** Last message from a customer, and last message the platform took from us. */
  lastIn: Date | null;
  lastOut: Date | null;
  /** Messages of ours that wait to go out. */
  backlog: number;
  /** Messages that could not be read. */
  quarantined: number;
  /** The last hour (at least), and the last 24. */
  hour: Budget;
  day: Budget;
  /** The connector runs since. */
  runningSince: Date | null;
  /** What probes say; null: not probed yet. */
  canary: Omit<Canary, 'channelId' | 'version'> | null;
  /** There is a call that proves that the platform answers. */
  probed: boolean;
  /** The platform can be asked what it holds. */
  canReconcile: boolean;
  /** Nothing the platform had before this moment is missing here; null: not known. */
  completeUntil: Date | null;
  /** Why it was not complete when last asked. */
  gap?: Words;
  /** Last time a message came in that no push had brought. */
  foundAt: Date | null;
};
