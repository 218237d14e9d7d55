/** The whole contract between a channel and the hub. A method that is missing says: this platform cannot. */
import type { z } from 'zod';
import type { Attachment, Content, DeliveryState, Head } from '../server/conversations/schema.ts';

/** A customer's message, normalised. `externalId` is the platform's and the same at every redelivery. */
export type Inbound = {
  externalId: string;
  /** Stable over restarts; messages with one key belong to one conversation. */
  thread: string;
  /** Other thread keys or external ids it answers to, strongest first (mail: token, In-Reply-To, References). */
  related?: string[];
  from: { value: string; name?: string; stable: boolean; attributes?: Record<string, string> };
  /** What the platform says; shown, never used for order. */
  sentAt?: Date;
  content: Content;
  /** Bytes that came along; the hub stores them and adds them to content.attachments. */
  files?: { name: string; type: string; bytes: Uint8Array; cid?: string }[];
};

/** What we say. `key` is the same at every attempt; `again`: an earlier attempt's outcome was lost. */
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
  /** External ids of the thread so far, oldest first. */
  history: string[];
  /** Streams a stored file; call only for attachments of this content. */
  file(attachment: Attachment): Promise<Uint8Array>;
};

export type Receipt = { externalId: string; state: Extract<DeliveryState, 'delivered' | 'read' | 'failed'>; reason?: string };
export type Health = { state: 'ready' | 'waiting' | 'degraded' | 'down'; detail?: { message: string; qr?: string } };

/** What a customer who is looking may be told about the conversation. */
export type ThreadStatus = Pick<Head, 'status' | 'handler'> & { position?: number; agent?: string };

export interface Inbox {
  /** Resolves once stored: only then acknowledge. A redelivery resolves quietly. */
  receive(message: Inbound): Promise<{ seq: number }>;
  /** Bytes that could not be parsed: kept, shown to supervisors, acknowledged. */
  quarantine(raw: { externalId: string; bytes: Uint8Array; reason: string }): Promise<void>;
  receipt(receipt: Receipt): Promise<void>;
  typing(thread: string, typing: boolean): void;
  /** The customer says the matter is done. Absent: a customer cannot end a conversation. */
  end?(thread: string): Promise<void>;
  /** Small state a connector must not lose (a cursor); one JSON value per name. */
  recall(name: string): Promise<unknown>;
  remember(name: string, value: unknown): Promise<void>;
  health(health: Health): void;
  readonly log: { info(fact: object, text: string): void; warn(fact: object, text: string): void };
  readonly stopping: AbortSignal;
}

/** A browser of a visitor who proved to own `thread`. `transcript` holds what a customer may see, nothing else. */
export interface VisitorSocket {
  readonly thread: string;
  emit(event: string, payload: unknown): void;
  on(event: string, listener: (payload: unknown, ack?: (answer: unknown) => void) => void): void;
  onClose(listener: () => void): void;
  transcript(afterSeq: number): Promise<TranscriptEntry[]>;
  status(): Promise<ThreadStatus | null>;
}
export type TranscriptEntry = { seq: number; at: Date; from: 'contact' | 'agent' | 'bot' | 'system'; name?: string; content: Content; delivery?: DeliveryState; externalId?: string };

export interface Connector {
  start(inbox: Inbox): Promise<void>;
  send(message: Outbound): Promise<{ externalId: string; state?: Extract<DeliveryState, 'sent' | 'delivered'> }>;
  stop(): Promise<void>;
  webhook?(request: Request): Promise<Response>;
  /** The same as webhook without Request objects, for the hottest paths: a POST's raw bytes and lower-case headers. */
  hot?(body: Uint8Array, headers: Record<string, string | undefined>): Promise<{ status: number; body: string }>;
  socket?(visitor: VisitorSocket): void;
  typing?(thread: string, typing: boolean): Promise<void>;
  status?(thread: string, status: ThreadStatus): Promise<void>;
  /** Our side has read up to the customer's message with this external id. */
  read?(thread: string, externalId: string): Promise<void>;
  /** Named checks a person can run from the console; an error says what to do. */
  test?(): Promise<{ name: string; ok: boolean; detail?: string }[]>;
}

/** What a channel kind is, as data: its settings form, icon, limits and health light follow from it. */
export type Manifest<Config extends z.ZodObject = z.ZodObject> = {
  kind: string;
  label: { 'zh-CN': string; en: string };
  icon: string;
  official: boolean;
  /** Namespace of the addresses; two channels with one namespace know the same people. Absent: each channel its own. */
  identity?: string;
  /** Fields with meta({ secret: true }) are encrypted and never leave; meta({ generated: true }) are made by us and shown once. */
  config: Config;
  carries: { html: boolean; attachments: boolean; typing: boolean; receipts: boolean };
  limits: { textLength: number; attachmentBytes: number };
  /** Capacity units one conversation takes of an agent. */
  units: number;
  /** Hours after the customer's last message in which we may write freely; absent: always. */
  replyWindowHours?: number;
  /** 'idempotent': sending a key twice delivers once; 'in-doubt': a lost outcome must be asked about. */
  sending: 'idempotent' | 'in-doubt';
  /** Milliseconds to wait for the customer to finish a burst before the bot answers. */
  burstMs: number;
};

/** One line of connectors/index.ts. `create` imports the platform's SDK lazily. */
export type ChannelKind = { manifest: Manifest; create(config: Record<string, unknown>, channel: { id: string; publicUrl: string }): Promise<Connector> };

/** The platform failed, or refused. Rejected is final; the others are tried again. */
export class ConnectorError extends Error {
  readonly kind: 'rejected' | 'rate-limited' | 'signed-out' | 'unreachable' | 'in-doubt';
  readonly retryAfterMs: number | undefined;
  constructor(kind: ConnectorError['kind'], message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
