/**
 * The one idea: a conversation is an append-only timeline of entries; the head is the fold of that timeline.
 * Types only know data: no I/O, no clock. The client, the connectors and the bots may import this file.
 */
import { z } from 'zod';

/** 24 lower-case hex digits. */
export const Id = z.string().regex(/^[0-9a-f]{24}$/, 'an id is 24 hex digits');

export const Locale = z.enum(['zh-CN', 'en']);
export type Locale = z.infer<typeof Locale>;

/** A sentence for people of ours: in one language, or in each. Screens show the reader's. */
export const Words = z.union([z.string(), z.object({ 'zh-CN': z.string(), en: z.string() })]);
export type Words = z.infer<typeof Words>;

export const Actor = z.object({
  kind: z.enum(['contact', 'bot', 'agent', 'program', 'system']),
  /** contact id, user id, bot name ('retrieval', 'langchain'), API token id, or the name of the rule that acted. */
  id: z.string(),
});
export type Actor = z.infer<typeof Actor>;

/** A file that is stored already; bytes are fetched by id. */
export const Attachment = z.object({
  id: Id,
  name: z.string().max(255),
  /** Sniffed from the bytes, not believed from the sender. */
  type: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** Content-ID of an image shown inside an HTML mail. */
  cid: z.string().optional(),
  /** A voice note is played, a sticker shown small; absent: an ordinary file. */
  role: z.enum(['voice', 'sticker']).optional(),
  /** The platform still holds the bytes, under this name; `size` is 0 until they are here. */
  awaited: z.object({ ref: z.string(), lost: Words.optional() }).optional(),
});
export type Attachment = z.infer<typeof Attachment>;

/** Where a bot's sentence comes from. */
export const Source = z.object({ id: z.string(), title: z.string(), url: z.string().optional() });
export type Source = z.infer<typeof Source>;

/** Of a customer's mail all of it; of ours, before it is sent, whom the agent chose: `to`, `cc` and `bcc` are then exactly who gets it. */
export const EmailFacts = z.object({
  subject: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  /** Ours only: who gets a copy that nobody else learns of. */
  bcc: z.array(z.string()).optional(),
  messageId: z.string(),
  inReplyTo: z.string().optional(),
  references: z.array(z.string()),
  /** What the customer quoted below the answer; shown folded. */
  quoted: z.string().optional(),
  /** RFC 3834 and its relatives: such a mail is stored but never answered by a machine. */
  automatic: z.enum(['auto-reply', 'bounce', 'bulk']).optional(),
  /** A forward: who wrote the original, as the forwarder shows it. A suggestion for people; nothing is linked by it. */
  forwarded: z.object({ address: z.string(), name: z.string().optional(), subject: z.string().optional() }).optional(),
  /** Another thread this mail seems to go on with, though nothing proves it: shown, never joined by itself. */
  resembles: z.object({ thread: z.string(), confidence: z.number().min(0).max(1), why: z.string() }).optional(),
  /** Encrypted or signed; signatures are kept as files, not checked. */
  protection: z.enum(['pgp-encrypted', 'pgp-signed', 'smime-encrypted', 'smime-signed']).optional(),
  invitation: z.object({ method: z.string(), summary: z.string().optional(), start: z.string().optional(), end: z.string().optional(), location: z.string().optional(), organizer: z.string().optional() }).optional(),
});
export type EmailFacts = z.infer<typeof EmailFacts>;

/** What a message carries. Every part is optional; what a channel cannot carry degrades to text. */
export const Content = z.object({
  text: z.string().max(100_000).optional(),
  /** Sanitised on arrival; remote images parked in data-remote. */
  html: z.string().optional(),
  attachments: z.array(Attachment).max(100).optional(),
  email: EmailFacts.optional(),
  sources: z.array(Source).optional(),
  /** Quick replies the customer may tap. */
  choices: z.array(z.string().max(80)).max(10).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }).optional(),
  /** The message could not be read, or is of a kind we do not know: the raw bytes are kept as an attachment. Screens word it; `text` is what could be read all the same. */
  unreadable: z.object({ reason: Words, kind: z.string().max(100).optional() }).optional(),
  /** What happened on the platform, by its own name, in a sentence for us: neither the customer nor a bot is told. */
  event: z.object({ name: z.string().max(200), text: Words, data: z.record(z.string(), z.string()).optional() }).optional(),
  /** External id of the message this one quotes, on the same thread, and the words quoted where the platform sends them. */
  quote: z.object({ externalId: z.string(), text: z.string().max(2_000).optional() }).optional(),
  /** Contact cards. */
  cards: z.array(z.object({ name: z.string().max(200), phones: z.array(z.string().max(60)).max(20).default([]), emails: z.array(z.string().max(200)).max(20).default([]) })).max(20).optional(),
  /** A link, an article or a mini-program, shown as a card. */
  link: z.object({ title: z.string().max(500), url: z.string().max(4_000).optional(), description: z.string().max(2_000).optional(), app: z.string().max(200).optional() }).optional(),
  /** A text the platform approved, with its variables filled in; `text` is what the customer reads. */
  template: z.object({ name: z.string().max(512), language: z.string().max(20), variables: z.array(z.string().max(1_000)).max(20) }).optional(),
});
export type Content = z.infer<typeof Content>;

export const Skill = z.object({ name: z.string().min(1).max(60), level: z.number().int().min(1).max(5) });
export type Skill = z.infer<typeof Skill>;

/** Why the bot passed a conversation to people, and what it knows: typed, so nobody asks the customer again. */
export const HandOver = z.object({
  reason: z.enum(['asked', 'low-confidence', 'policy', 'error', 'automatic-off']),
  summary: z.string(),
  /** Answers the bot considered, best first, with its confidence 0..1. */
  tried: z.array(z.object({ question: z.string(), answerId: z.string(), confidence: z.number() })),
  queueId: Id.optional(),
  skills: z.array(Skill).default([]),
  priority: z.number().int().min(0).max(4).optional(),
});
export type HandOver = z.infer<typeof HandOver>;

export const Status = z.enum(['open', 'pending', 'snoozed', 'resolved']);
export type Status = z.infer<typeof Status>;

/** Who may speak for us: exactly one at a time. */
export const Handler = z.enum(['bot', 'queue', 'agent', 'nobody']);
export type Handler = z.infer<typeof Handler>;

/** A place on a channel where a customer speaks: a visitor, a mail thread, a phone number. `address` is who spoke there last: replies go to it. */
export type Thread = { channelId: string; key: string; address?: string };

/** How the customer feels in this episode, off their words; absent: nothing notable was said. */
export type HeadMood = {
  /** -1..1, the newest message half of it. */
  score: number;
  direction: 'falling' | 'steady' | 'rising';
  /** Bad messages in a row, and how many were furious. */
  bad: number;
  furious: number;
  /** Seq of the message from which on somebody should look. */
  alarmSeq?: number;
};
/** first: the customer's first message or the last reopening to the first human reply; next: each turn of theirs to the next one; resolution: opened to resolved. */
export type ClockName = 'first' | 'next' | 'resolution';
/** A deadline. `since`: what it counts from. `paused`: we wait for the customer, so it does not run; `due` is anew when it goes on. */
export type Clock = { since: Date; due: Date; warn: Date | null; state: 'running' | 'warned' | 'breached'; paused?: true };
/** The deadlines by a version of a policy; `dueAt` and `state` sum them up for lists: the earliest, and the worst. `pauses`: when we waited for the customer in this episode. */
export type HeadSla = {
  policyId: string; version: number; episodeSeq: number; pauses: { from: Date; to: Date | null }[];
  first?: Clock; next?: Clock; resolution?: Clock; dueAt: Date | null; state: Clock['state'];
};

/** From here on a conversation is listed as unhappy. */
export const UNHAPPY = -0.3;

/** A conversation as it stands: the fold of its entries. Times are ISO dates in JSON, Date in the store. */
export type Head = {
  id: string;
  /** Sequence number of the last entry folded in; the first entry is 1; 0 is an empty conversation. */
  seq: number;
  contactId: string;
  /** Where the customer last spoke: replies go there. */
  thread: Thread;
  /** Every thread that leads here while the conversation is not resolved; see openThreads in the store. */
  threads: Thread[];
  subject: string | null;
  locale: Locale;
  status: Status;
  handler: Handler;
  queueId: string | null;
  /** 0 lowest .. 4 urgent. */
  priority: number;
  skills: Skill[];
  /** Start of the wait for a person; kept over transfers and missed offers. */
  queuedAt: Date | null;
  /** When it came into its queue: the queue's stages count from here. Absent: since queuedAt. */
  lineSince?: Date | null;
  /** A parked conversation the customer came back to: until then only this agent is asked. */
  returnTo?: { agentId: string; until: Date } | null;
  offer: { agentId: string; until: Date } | null;
  assigneeId: string | null;
  handOver: HandOver | null;
  labels: string[];
  /** Customer messages since somebody of ours last spoke or opened it. */
  unread: number;
  preview: string;
  previewBy: Actor['kind'];
  /** Last message in either direction. */
  lastMessageAt: Date;
  /** Seq of the last customer message; the bot answers only while nothing newer came. */
  lastContactSeq: number;
  /** Seq of our last message and who wrote it: the guard against two colleagues answering at once. */
  lastReplySeq: number;
  lastReplyBy: string | null;
  /** The customer waits for us since then; null when we spoke last. */
  waitingSince: Date | null;
  /** Opened, or last reopened. */
  openedAt: Date;
  /** First human reply since (re)opening. */
  firstReplyAt: Date | null;
  resolvedAt: Date | null;
  snoozedUntil: Date | null;
  /** The episode starts after this seq: context of an earlier, resolved matter is not mixed in. */
  episodeSeq: number;
  /** The bot answered: if nobody says anything until then, somebody looks whether the matter is done. */
  closesAt?: Date | null;
  mood?: HeadMood | null;
  /** By when somebody has to answer or to be done; null or absent: no policy applies, or nothing is due. */
  sla?: HeadSla | null;
  /** Earliest time at which due(head, now) may say something. */
  nextTimerAt: Date | null;
};

/** What a fact changes in the head, as data: folding is assignment, so an old entry never re-runs an old rule. */
export type Changes = Partial<Omit<Head, 'id' | 'seq'>>;

export const EntryKind = z.enum([
  'message', 'note',
  'queued', 'offered', 'declined', 'missed', 'assigned',
  'resolved', 'reopened', 'snoozed', 'woken', 'pending',
  'read', 'labelled', 'prioritised',
  'reaction', 'edited', 'recalled', 'event',
]);
export type EntryKind = z.infer<typeof EntryKind>;

/** Reactions by which a customer says whether our word helped. */
export const thumbs = { up: '\u{1F44D}', down: '\u{1F44E}' } as const;
/** By the message's seq; what was taken back is not there. */
export type Ratings = Record<number, keyof typeof thumbs>;

/** What must follow an entry. It travels in the entry, so it is as durable as its cause. */
export type Effect = {
  kind: 'ask-bot' | 'deliver' | 'fetch' | 'pass-on';
  state: 'pending' | 'done' | 'failed';
  attempts: number;
  error?: string;
  /** An attempt is under way or its outcome was lost: the platform may have taken the message. */
  doubt?: boolean;
  /** How often the delivery was begun anew: what an earlier worker has to say no longer counts. */
  round?: number;
  /** An attempt is under way, or ended with its node: it may not be taken back quietly. */
  trying?: boolean;
  /** 'pass-on': where the words go instead, in which conversation, and who said so. */
  to?: Thread;
  into?: string;
  by?: Actor;
};

/** One ladder for every channel; it only moves forward. 'unknown': sent perhaps, the platform cannot tell. 'withdrawn': taken back before it went out. */
export const DeliveryState = z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'unknown', 'withdrawn']);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** `note`: what our side should know though it went out. `instead`: where a withdrawn message goes, and the entry it became there. */
export type Delivery = { state: DeliveryState; at: Date; reason?: Words; note?: Words; instead?: { thread: Thread; conversationId: string; seq?: number } };

/** One message of the platform that an entry became. `round`: how often it was sent anew, under another key; `linked`: why its file went as a link. */
export type Part = { state: DeliveryState; at: Date; externalId?: string; reason?: Words; round?: number; linked?: Words };

/**
 * What lets us write freely to a customer, and for how long. Each line of `opens` is a permission of its own: the next such act renews it,
 * nothing adds up; permissions of different lines stand side by side, and what ends first is used first.
 */
export type ReplyWindow = {
  /** Only addresses that begin so are bound; absent: all. */
  addresses?: string;
  /** What the customer did: 'message', or an event by the platform's name. So many messages (absent: any number) for so many minutes. */
  opens: { by: string[]; minutes: number; messages?: number }[];
  /** Events after which nothing more may be sent. */
  endedBy?: string[];
};

/** One fact. Written once, never changed, but for its delivery, its effects' progress and legal erasure. */
export type Entry = {
  id: string;
  conversationId: string;
  seq: number;
  at: Date;
  /** When it was said, where the platform tells and it was notably earlier than it came; kept where a reply window counts from it. */
  saidAt?: Date;
  actor: Actor;
  kind: EntryKind;
  /** The thread it came from or goes to; absent for what never leaves the house. */
  thread?: Thread;
  /** The platform's id of the message; unique with thread.channelId. */
  externalId?: string;
  /** Unique key of whoever caused it (a client's send, an effect), so a retry cannot repeat it. */
  key?: string;
  content?: Content;
  /** External id of the message that this entry reacts to, edits or takes back. */
  about?: string;
  /** A reaction's emoji; empty when it was taken back. */
  emoji?: string;
  changes: Changes;
  effects: Effect[];
  /** When a worker may take the effects up; absent once all are settled. Doubles as their lease. */
  due?: Date;
  delivery?: Delivery;
  /** Where one entry is several messages of the platform, or was sent anew: each of them; `delivery` is their sum. */
  parts?: Part[];
  /** Why: routing candidates and reasons, bot scores and sources, the name of the rule. */
  receipt?: Record<string, unknown>;
};
