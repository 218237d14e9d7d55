/** What goes over the visitors' socket and the port between page and frame. The server is of the same release, so its words are trusted. */
import type { Attachment, Content, DeliveryState, Handler, Locale, Ratings, Status } from '../../server/conversations/schema.ts';

export type { Attachment, Content, DeliveryState, Locale, Ratings };
export type Rating = Ratings[number];

/** One line of the conversation as the visitor may see it. */
export type Line = {
  seq: number; at: string; from: 'contact' | 'agent' | 'bot' | 'system'; name?: string; content: Content; delivery?: DeliveryState; externalId?: string;
};
export type ThreadStatus = { status: Status; handler: Handler; position?: number; agent?: string };
export type Problem = { code: string; detail?: string; fields?: Record<string, string>; retryAfterMs?: number };
/** An uploaded file; the proof shows the hub that it was uploaded in this chat. */
export type Uploaded = Attachment & { proof?: string };
export type Localized = { 'zh-CN': string; en: string };
export type WidgetConfig = {
  title: Localized; greeting: Localized; color: string; position: 'right' | 'left';
  limits: { textLength: number; attachmentBytes: number; attachments: number };
  preChat: { name: boolean; email: boolean };
};
/** `problem`: why the site's user was not believed; the visitor stays anonymous. */
export type Welcome = { token: string; thread: string; config: WidgetConfig; verified?: boolean; problem?: Problem };
export type Refused = { ok: false; problem: Problem };
export type Sent = { ok: true; seq: number } | Refused;
export type Resumed = { ok: true; entries: Line[]; reset?: boolean; ratings?: Ratings; status: ThreadStatus | null; ends?: boolean } | Refused;
export type Outgoing = { id: string; text?: string; attachments?: Uploaded[]; name?: string; email?: string };

export type ServerEvents = {
  welcome(welcome: Welcome): void;
  /** The hub does not serve this browser; it closes the socket. */
  refused(problem: Problem): void;
  entry(line: Line): void;
  restart(): void;
  delivery(change: { seq?: number; externalId?: string; state: DeliveryState }): void;
  typing(typing: { typing: boolean }): void;
  /** The visitor rated an answer, here or in another tab; null took it back. */
  rating(rated: { seq: number; rating: Rating | null }): void;
  status(status: ThreadStatus): void;
};
export type ClientEvents = {
  send(message: Outgoing, ack: (answer: Sent) => void): void;
  resume(from: { after: number }, ack: (answer: Resumed) => void): void;
  rate(rated: { id: string; seq: number; rating: Rating | null }, ack: (answer: { ok: true } | Refused) => void): void;
  end(nothing: object, ack: (answer: { ok: true } | Refused) => void): void;
  typing(typing: { typing: boolean }): void;
  delivered(upTo: { seq: number }): void;
  read(upTo: { seq: number }): void;
};

export type Theme = 'auto' | 'light' | 'dark';
/** A signed-in user of the site, proved by its server: `token` is a JWT (HS256), or `hash` an HMAC-SHA256, with the identity secret. */
export type SiteUser = { id?: string; hash?: string; token?: string; name?: string; email?: string; phone?: string };

/** Page -> frame. */
export type ToFrame =
  | { type: 'init'; token: string | null; open: boolean; locale: string | null; theme: Theme; user: SiteUser | null }
  | { type: 'open'; token: string | null } | { type: 'close' } | { type: 'reset' }
  | { type: 'locale'; locale: string } | { type: 'theme'; theme: Theme } | { type: 'user'; user: SiteUser };
/** Frame -> page. */
export type ToPage =
  | { type: 'ready' } | { type: 'close' } | { type: 'token'; token: string } | { type: 'unread'; count: number }
  | { type: 'look'; color: string; position: 'right' | 'left'; locale: Locale }
  | { type: 'message'; from: Line['from']; text: string } | { type: 'error'; code: string; detail?: string };
