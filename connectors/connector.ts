/** The whole contract between a channel and the hub. A method that is missing says: this platform cannot. */
import type { z } from 'zod';
import type { Attachment, Content, DeliveryState, Head, Locale, Ratings, ReplyWindow, Words } from '../server/conversations/schema.ts';

/** A sentence for people of ours: in both languages, or one string where it is a name, a code or the platform's own words. Never both in one string. */
export type { Words };

/** A customer's message, normalised. `externalId` is the platform's and the same at every redelivery. */
export type Inbound = {
  externalId: string;
  /** Stable over restarts; messages with one key belong to one conversation. */
  thread: string;
  /** Other thread keys or external ids it answers to, strongest first (mail: token, In-Reply-To, References). */
  related?: string[];
  from: Sender;
  /** Several people share the thread. `mentioned`: somebody called for us; without it nobody is routed. */
  group?: { name: string; mentioned: boolean };
  /** What the platform says; shown, never used for order. */
  sentAt?: Date;
  /** What the platform takes it for where it opens less than a message does: one of replyWindow's names. */
  act?: string;
  content: Content;
  /** Bytes that came along; the hub stores them and adds them to content.attachments. */
  files?: InboundFile[];
  /** Files the platform still holds: the hub asks `fetch` for them once the message is stored, again and again until they are here. */
  later?: { ref: string; name: string; type: string; role?: Attachment['role'] }[];
};

/** Who wrote. `also`: further addresses of the same person; attested means that the platform vouches for it. */
export type Sender = { value: string; name?: string; stable: boolean; attributes?: Record<string, string>; also?: { kind: string; value: string; attested: boolean }[]; /** The name, and what is attested, was signed by the site's own server. */ signed?: true };
export type InboundFile = { name: string; type: string; bytes: Uint8Array; cid?: string; role?: Attachment['role'] };

/**
 * What happens beside messages. `externalId` names the happening and is the same at every redelivery; `about` is the external id of
 * the message it changes. The message itself stays as it was: screens fold the happening over it.
 */
export type Happening = { externalId: string; thread: string; sentAt?: Date } & (
  /** One of ours spoke on the platform itself (the phone app, the Sent folder). */
  | { kind: 'echo'; to: Sender; content: Content; files?: InboundFile[]; later?: Inbound['later'] }
  /** An empty emoji takes the reaction back. */
  | { kind: 'reaction'; about: string; from: Sender; emoji: string }
  | { kind: 'edited'; about: string; content: Content }
  | { kind: 'recalled'; about: string }
  /** Followed, scanned, entered, tapped a menu, joined ...: `name` is the platform's word, `text` a sentence for people. */
  | { kind: 'event'; from: Sender; name: string; text: { 'zh-CN': string; en: string }; data?: Record<string, string> }
  /** The customer allows or forbids us to write, in their own words. */
  | { kind: 'consent'; from: Sender; granted: boolean; words: string }
  /** The platform says that an address became another one: a changed number, a new id of the same person. `next`: the thread of their next words; absent: the new address where the thread was the old one, else the same thread. */
  | { kind: 'moved'; from: Sender; to: Sender; next?: string }
);

/** What we say. `key` is the same at every attempt (the further messages of one entry add #1, #2 ...); `again`: an earlier attempt's outcome was lost. */
export type Outbound = {
  key: string;
  again: boolean;
  thread: string;
  content: Content;
  /** Who speaks, in the words the customer may see. */
  speaker: { kind: 'agent' | 'bot' | 'system'; name: string };
  /** The customer's address on this channel. */
  to: string;
  subject?: string;
  /** The language of the conversation, for words that a connector adds of its own. Absent: not known. */
  locale?: Locale;
  /** External ids of the thread so far, oldest first. */
  history: string[];
  /** Streams a stored file; call only for attachments of this content. */
  file(attachment: Attachment): Promise<Uint8Array>;
  /** A public address of a stored file that works for some days, for platforms that fetch files themselves. Absent: there is none. */
  link?(attachment: Attachment): Promise<string>;
};

/** `key`: the Outbound's, where the platform hands it back; it settles a send whose outcome was lost. `because`: it failed for its file, which then goes as a link. */
export type Receipt = { externalId: string; key?: string; state: Extract<DeliveryState, 'sent' | 'delivered' | 'read' | 'failed'>; reason?: Words; because?: 'file' };
/** `waiting`: for a person, who scans `qr` or types `code` on the phone before `until`. */
export type Health = { state: 'ready' | 'waiting' | 'degraded' | 'down'; detail?: { message: Words; qr?: string; code?: string; until?: Date } };

/** A message text the platform has approved. Variables are {{1}}, {{2}} ... in `text`. */
export type Template = { name: string; language: string; text: string; variables: number; category?: string; status: 'approved' | 'pending' | 'rejected' };

/** What a customer who is looking may be told about the conversation. */
export type ThreadStatus = Pick<Head, 'status' | 'handler'> & { position?: number; agent?: string };

export interface Inbox {
  /** Resolves once stored: only then acknowledge. A redelivery resolves quietly. */
  receive(message: Inbound): Promise<{ seq: number }>;
  /** Bytes that could not be parsed: kept, shown to supervisors, acknowledged. */
  quarantine(raw: { externalId: string; bytes: Uint8Array; reason: string }): Promise<void>;
  receipt(receipt: Receipt): Promise<void>;
  /** Resolves once stored, like receive. */
  happened(happening: Happening): Promise<void>;
  typing(thread: string, typing: boolean): void;
  /** The customer says the matter is done. Absent: a customer cannot end a conversation. */
  end?(thread: string): Promise<void>;
  /** Small state a connector must not lose (a cursor); one JSON value per name. */
  recall(name: string): Promise<unknown>;
  remember(name: string, value: unknown): Promise<void>;
  /** Runs while nobody else runs under this name for this channel, on any node (a token that only one may renew). Absent: there is one node. */
  alone?<T>(name: string, run: () => Promise<T>): Promise<T>;
  health(health: Health): void;
  readonly log: { info(fact: object, text: string): void; warn(fact: object, text: string): void };
  readonly stopping: AbortSignal;
}

/** A browser of a visitor who proved to own `thread`. `transcript` holds what a customer may see, nothing else. */
export interface VisitorSocket {
  readonly thread: string;
  /** Who the site proved the visitor to be; `signed`: it vouches for name, mail and phone too. */
  readonly user?: { name?: string; email?: string; phone?: string; signed: boolean };
  /** The anonymous visitor that the same browser was before it signed in. */
  readonly device?: string;
  emit(event: string, payload: unknown): void;
  on(event: string, listener: (payload: unknown, ack?: (answer: unknown) => void) => void): void;
  onClose(listener: () => void): void;
  transcript(afterSeq: number): Promise<TranscriptEntry[]>;
  /** What the customer thinks of what was said. */
  ratings(): Promise<Ratings>;
  status(): Promise<ThreadStatus | null>;
}
export type TranscriptEntry = { seq: number; at: Date; from: 'contact' | 'agent' | 'bot' | 'system'; name?: string; content: Content; delivery?: DeliveryState; externalId?: string };

export interface Connector {
  start(inbox: Inbox): Promise<void>;
  send(message: Outbound): Promise<{ externalId: string; state?: Extract<DeliveryState, 'sent' | 'delivered'> }>;
  /**
   * The platform's messages that this content becomes, in order: each a content that `send` takes as one. The hub counts them, sends one
   * after another and remembers each. Pure; absent: always one, and no file is sent again as a link.
   */
  split?(content: Content, to: string): Content[];
  stop(): Promise<void>;
  webhook?(request: Request): Promise<Response>;
  /** The same as webhook without Request objects, for the hottest paths: a POST's raw bytes, lower-case headers, and what follows the question mark. `type` of the answer absent: JSON. */
  hot?(body: Uint8Array, headers: Record<string, string | undefined>, query: string): Promise<{ status: number; body: string; type?: string }>;
  socket?(visitor: VisitorSocket): void;
  typing?(thread: string, typing: boolean): Promise<void>;
  status?(thread: string, status: ThreadStatus): Promise<void>;
  /** The bytes of a file named in Inbound.later. Throws ConnectorError: 'rejected' when they are gone for good. */
  fetch?(ref: string): Promise<{ name: string; type: string; bytes: Uint8Array }>;
  /** Our reaction to a message; an empty emoji takes it back. */
  react?(thread: string, externalId: string, emoji: string): Promise<void>;
  edit?(thread: string, externalId: string, content: Content): Promise<void>;
  /** Takes our message back. */
  recall?(thread: string, externalId: string): Promise<void>;
  /** What became of a send whose outcome was lost; null: it never arrived. Throws 'in-doubt' when nobody can tell. */
  settle?(message: Outbound): Promise<{ externalId: string } | null>;
  /** Asks the platform for what it holds since then and receives what was missed. Complete up to `until` afterwards. */
  reconcile?(since: Date): Promise<{ until: Date }>;
  /** The cheapest authenticated call that proves that we could send now and would be told. Throws ConnectorError. Called every minute: mind the platform's quotas. */
  probe?(): Promise<void>;
  templates?(): Promise<Template[]>;
  /** Carries out one of the manifest's actions; answers with a sentence for the person who asked. */
  act?(action: string, input: Record<string, string>): Promise<Words>;
  /** Our side has read up to the customer's message with this external id. */
  read?(thread: string, externalId: string): Promise<void>;
  /** Named checks a person can run from the console; an error says what to do. */
  test?(): Promise<{ name: Words; ok: boolean; detail?: Words }[]>;
}

/** What a channel kind is, as data: its settings form, icon, limits and health light follow from it. */
export type Manifest<Config extends z.ZodObject = z.ZodObject> = {
  kind: string;
  label: { 'zh-CN': string; en: string };
  icon: string;
  official: boolean;
  /** Namespace of the addresses; two channels with one namespace know the same people. Absent: each channel its own. */
  identity?: string;
  /** Fields with meta({ secret: true }) are encrypted and never leave; meta({ generated: true }) are made by us and shown once; meta({ letters: 43 }): of so many letters and digits; with meta({ advanced: true }) are folded away. */
  config: Config;
  carries: { html: boolean; attachments: boolean; typing: boolean; receipts: boolean; quotes?: boolean; reactions?: boolean; edits?: boolean; recalls?: boolean; groups?: boolean; templates?: boolean; voice?: boolean; /** Copies to others: content.email.cc and .bcc of a message of ours are who gets them; without content.email the connector decides. */ copies?: boolean };
  /** `media`: narrower rules, the first whose type prefix fits counts; a type that fits none goes out as a link. Absent: anything within attachmentBytes. */
  limits: { textLength: number; attachmentBytes: number; media?: { type: string; bytes: number }[]; /** Words to addresses that begin so go out, and are paid, in segments of SMS. */ segments?: { addresses: string } };
  /** Capacity units one conversation takes of an agent. */
  units: number;
  /** When we may write freely; absent: always. */
  replyWindow?: ReplyWindow;
  /** How fast one account, and one thread, may send; absent: as fast as we can. `threadBurst`: so many within `threadSeconds`, borrowed from the time that follows. */
  rate?: { perSecond: number; burst: number; threadSeconds?: number; threadBurst?: number };
  /** Buttons on the channel's page: what a person may do beside changing settings. Each field of `input` is a text field. */
  actions?: { name: string; label: { 'zh-CN': string; en: string }; input?: { name: string; label: { 'zh-CN': string; en: string } }[] }[];
  /** 'idempotent': sending a key twice delivers once; 'in-doubt': a lost outcome must be asked about. */
  sending: 'idempotent' | 'in-doubt';
  /** Milliseconds to wait for the customer to finish a burst before the bot answers. */
  burstMs: number;
};

/** Signing in at the platform's own page (OAuth 2, authorization code with PKCE). The hub keeps state and verifier, and checks who comes back. */
export type Authorization = {
  /** Where the person's browser goes. Throws ConnectorError when a setting is missing. */
  page(config: Record<string, unknown>, asked: { redirectUri: string; state: string; challenge: string }): string;
  /** What the code is worth, as settings to keep. `issuer`: who says to have answered (RFC 9207). */
  redeem(config: Record<string, unknown>, answer: { code: string; verifier: string; redirectUri: string; issuer?: string }): Promise<Record<string, unknown>>;
};

/** One line of connectors/index.ts. `create` imports the platform's SDK lazily. `dataDir`: a folder of the channel's own, where a session may keep files; it goes when the channel goes. */
export type ChannelKind = { manifest: Manifest; create(config: Record<string, unknown>, channel: { id: string; publicUrl: string; dataDir?: string }): Promise<Connector>; authorization?(): Promise<Authorization> };

/** The platform failed, or refused. Rejected is final; the others are tried again. */
export class ConnectorError extends Error {
  readonly kind: 'rejected' | 'rate-limited' | 'signed-out' | 'unreachable' | 'in-doubt';
  /** What people read; `message` is its English, for logs. */
  readonly words: Words;
  readonly retryAfterMs: number | undefined;
  /** Refused for its file: it may go as a link. */
  readonly because: 'file' | undefined;
  constructor(kind: ConnectorError['kind'], words: Words, options: { cause?: unknown; retryAfterMs?: number; because?: 'file' | undefined } = {}) {
    super(typeof words === 'string' ? words : words.en, { cause: options.cause });
    this.kind = kind;
    this.words = words;
    this.retryAfterMs = options.retryAfterMs;
    this.because = options.because;
  }
}

/** What an error says to people. */
export const wordsOf = (error: unknown): Words => (error instanceof ConnectorError ? error.words : error instanceof Error ? error.message : String(error));

/** Words in one language. */
export const inLanguage = (words: Words, locale: Locale): string => (typeof words === 'string' ? words : words[locale]);
