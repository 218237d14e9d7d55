/**
 * Numbers of the bot. Types only; no I/O.
 *
 * An EPISODE runs from the customer's first message (or a reopening) until it is resolved, or now. Only those in which the bot had a part
 * are counted: it replied, or handed over. It belongs to the day (UTC) on which it began.
 * HANDLED: the bot replied, and nobody else; the customer was not put into a line.
 * DEFLECTED: handled, and the person met none of our people from its beginning until 72 hours after the bot's last word: not in this
 * conversation, not in another one, not on another channel, under none of the contacts that are this person today. Until the 72 hours are
 * over it is PENDING. Its share is of all episodes whose 72 hours are over, hand-overs included.
 * A reply is GOOD when customers say that it helped; BAD when a customer says that it did not, when one of ours marks it as wrong, and when
 * one of ours changes it or takes it back. Bad outweighs good. Quality is the good share of those that anybody judged.
 */
import { z } from 'zod';
import { Id, Locale } from '../conversations/schema.ts';

/** So long nobody of ours may meet the person after the bot's last word. */
export const quietMs = 72 * 3_600_000;
/** What stands for "no release", "no topic", "no queue" in filters and groups. */
export const none = 'none';

/** What is true of an episode, as words that are indexed. `clean`: handled, and nobody was met so far: deflected when it is due, pending before. */
export type Flag = 'handled' | 'clean' | 'met' | 'handed-over' | `reason:${string}` | 'asked-back' | 'good' | 'bad' | 'reopened';

/** What one episode's own entries say. */
export type Facts = {
  /** Conversation and seq of the first entry. */
  id: string;
  conversationId: string;
  start: number;
  startedAt: Date;
  contactId: string;
  channelId: string;
  locale: Locale;
  queueId: string | null;
  /** Of the bot's last word; null: it was served what people edit. */
  release: number | null;
  /** Of the answers it named. */
  topics: string[];
  replies: number;
  /** Replies that asked back. */
  askedBack: number;
  good: number;
  bad: number;
  /** Seqs of replies that one of ours marked as wrong. */
  wrong: number[];
  /** Why the bot handed over; null: it did not. */
  reason: string | null;
  handled: boolean;
  lastBotAt: Date;
  dueAt: Date;
  /** The customer came back in this conversation before it was due. */
  reopenedAt: Date | null;
};
/** `metAt`: when the person first met one of our people within the episode's time; says something of handled ones only. */
export type Episode = Facts & { metAt: Date | null; flags: Flag[] };

/** Episodes, but `replies`, `good` and `bad`, which are replies. */
export type Figures = {
  episodes: number; due: number; handled: number; deflected: number; pending: number; met: number;
  handedOver: number; askedBack: number; reopened: number; replies: number; good: number; bad: number;
};
/** Episodes that are alike in what is asked for: by one thing, and by what is true of them. `due` of the `n` are over. */
export type Cell = Pick<Episode, 'flags'> & { key: string | number | null | string[]; n: number; due: number; replies: number; good: number; bad: number };
/** All of a day that have one thing in common, added up. */
export type Line = Figures & { by: By | 'reason'; key: string };
export type Day = { day: string; lines: Line[] };
export type Group = Figures & { key: string; label: string };
export type Numbers = { zone: 'UTC'; from: string; to: string; total: Figures; /** The same number of days before. */ before: Figures; reasons: { reason: string; handedOver: number }[]; groups: Group[] };

/** What can be looked at behind a number. */
export const Count = z.enum(['episodes', 'due', 'handled', 'deflected', 'pending', 'met', 'handed-over', 'asked-back', 'reopened', 'judged', 'good', 'bad']);
export type Count = z.infer<typeof Count>;

export const By = z.enum(['day', 'release', 'topic', 'channel', 'locale', 'queue']);
export type By = z.infer<typeof By>;

const day = z.iso.date('a day, e.g. 2026-11-21');
const nothing = z.literal(none);
const range = {
  /** First and last day, UTC. Absent: the last 30 days. */
  from: day.optional(),
  to: day.optional(),
  release: z.union([nothing, z.coerce.number().int().min(1).max(1e9)]).optional(),
  topic: z.string().min(1).max(60).optional(),
  channelId: Id.optional(),
  locale: Locale.optional(),
  queueId: z.union([nothing, Id]).optional(),
};
/** GET /bot/numbers. */
export const NumbersQuery = z.strictObject({ ...range, by: By.default('day') });
export type NumbersQuery = z.output<typeof NumbersQuery>;
export type Filter = Pick<NumbersQuery, 'release' | 'topic' | 'channelId' | 'locale' | 'queueId'>;
/** GET /bot/numbers/conversations. */
export const BehindQuery = z.strictObject({ ...range, number: Count.default('episodes'), reason: z.string().min(1).max(60).optional(), cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });
export type BehindQuery = z.output<typeof BehindQuery>;
