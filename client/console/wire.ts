/** The shapes the server sends, as JSON carries them: dates are ISO strings. The server is of the same release, so they are trusted. */
import type { Attachment, Content, Delivery, Entry, HandOver as PassedOn, Head, Locale, Skill, Words } from '../../server/conversations/schema.ts';
import type { Closed } from '../../server/calendars/schema.ts';
import type { Closing } from '../../server/closing/schema.ts';
import type { Advice as Advised, Canned, Figures, Found, Numbers, Summary, Translation } from '../../server/copilot/schema.ts';
import type { Answer as Known, AskResult as Asked, ImportResult, Placed as Stands, Tried as Trial } from '../../server/answers/schema.ts';
import type { Answered, Cluster, ClusterDetail, Suggestion } from '../../server/unanswered/schema.ts';
import type { Change, KnowledgeDocument as Stored, Passage as Read } from '../../server/knowledge/schema.ts';
import type { Alert, ChannelReport as Report, Offer } from '../../server/channel-health/schema.ts';
import type { ToolState } from '../../server/bot-tools/schema.ts';
import type { AgentState } from '../../server/people/schema.ts';
import type { Pull, Receipt, Stage } from '../../server/routing/schema.ts';
import type { Trend } from '../../server/sentiment/schema.ts';

export type { AgentState, Attachment, Canned, Closing, Content, Found, Translation, ImportResult, Locale, Skill, Summary, Words };

/** A type after its trip through JSON. */
export type Wire<T> = T extends Date ? string : T extends readonly (infer Item)[] ? Wire<Item>[] : T extends object ? { [Key in keyof T]: Wire<T[Key]> } : T;

export type DraftMode = 'reply' | 'note';
export type Conversation = Wire<Head> & { contact: { id: string; name: string }; place?: number; window?: { closesAt: string; left?: number } | null; drafts?: Partial<Record<DraftMode, string>> };
/** What may be sent on a thread now. */
export type Sending = { window: { closesAt: string; left?: number; open: { closesAt: string; left?: number }[] } | null; refusal?: Words };
/** Why an agent was asked; of before scores had terms, that is missing. */
export type Reasons = Pick<Receipt, 'terms' | 'stage' | 'held' | 'candidates' | 'eligible' | 'agents' | 'winner'>;
/** `receipt.tool`: what the bot did with a tool. */
export type TimelineEntry = Wire<Omit<Entry, 'effects' | 'due' | 'receipt'>> & { receipt?: Record<string, unknown> & { tool?: ToolState } & Partial<Reasons> };
export type Advice = Wire<Advised>;
export type CopilotNumbers = Omit<Numbers, 'agents'> & { agents: (Figures & { id: string; name: string })[] };
export type MoodTrend = Wire<Trend>;
export type WireDelivery = Wire<Delivery>;
export type Page<T> = { items: T[]; next?: string | null };

export type Role = 'admin' | 'supervisor' | 'agent';
export type User = {
  id: string; name: string; email: string; role: Role; locale: Locale; state: AgentState;
  stateReason?: string | null; stateSince?: string; offFor?: string[];
  capacity: number; perChannelCaps?: Record<string, number>; load?: number; skills: Skill[]; preferences: Record<string, unknown>; disabled?: boolean;
};
export type Queue = {
  id: string; name: string; members: 'all' | string[]; requires: Skill[]; priority: number; offerSeconds: number; autoAccept: boolean; strategy?: 'longest-idle' | 'least-busy' | 'round-robin' | 'best-fit'; stages?: Stage[] | null; pull?: Pull; calendarId?: string | null; closed?: Closed;
};
export type Health = { state: 'ready' | 'waiting' | 'degraded' | 'down' | 'off'; message?: Words; at?: string; detail?: { message: Words; qr?: string; code?: string; until?: string } };
/** The part of JSON Schema a settings form is drawn from. */
export type FormSchema = {
  type?: string; title?: string; description?: string; properties?: Record<string, FormSchema>; required?: string[]; enum?: string[];
  default?: unknown; format?: string; writeOnly?: boolean; minimum?: number; maximum?: number; maxLength?: number; items?: FormSchema;
  secret?: boolean; generated?: boolean; label?: Record<string, string>; help?: Record<string, string>;
};
export type ChannelKind = {
  kind: string; label: string | Record<string, string>; icon?: string; official?: boolean; config: FormSchema; identity?: string;
  limits?: { textLength?: number; attachmentBytes?: number; media?: { type: string; bytes: number }[]; segments?: { addresses: string } };
  carries?: { copies?: boolean; voice?: boolean; quotes?: boolean; reactions?: boolean; edits?: boolean; recalls?: boolean; templates?: boolean; groups?: boolean };
  /** Its account is connected at the provider's page. */
  authorization?: boolean;
  actions?: { name: string; label: Record<string, string>; input?: { name: string; label: Record<string, string> }[] }[];
};
export type Channel = {
  id: string; kind: string; name: string; config: Record<string, unknown>; health: Health; bot: boolean; queueId: string | null;
  webhookUrl?: string | null; lastInboundAt?: string | null; enabled?: boolean; secrets?: Record<string, string>; calendarId?: string | null; closed?: Closed;
};
export type ChannelReport = Wire<Report>;
export type ChannelAlert = Wire<Alert>;
export type FailOver = Wire<Offer>;
export type PlatformCall = { at: string; method: string; status: number; headers: Record<string, string>; body: string };
export type Template = { name: string; language: string; text: string; variables: number; category?: string; status: 'approved' | 'pending' | 'rejected' };
export type CheckResult = { name: Words; ok: boolean; detail?: Words };
export type Identity = { kind: string; value: string; stable?: boolean; evidence?: string; claim?: boolean };
export type Contact = { id: string; name: string; attributes: Record<string, string>; identities?: Identity[]; members?: { id: string; name: string }[]; conflicts?: string[] };
export type CannedReply = { id: string; shortcut: string; title: string; text: string; locale?: Locale };
export type LabelColor = 'neutral' | 'primary' | 'success' | 'warning' | 'error' | 'info';
export type Label = { name: string; color: LabelColor };
export type Answer = Wire<Known>;
export type Unanswered = Wire<Cluster>;
export type UnansweredDetail = Wire<ClusterDetail>;
export type Reasked = Wire<Answered>;
export type ReplySuggestion = Wire<Suggestion>;
/** `pages`: of a site map, by what became of them; `changes`: with one document only. */
export type KnowledgeDocument = Wire<Stored> & { pages?: { ready: number; failed: number; working: number; passages: number }; changes?: DocumentChanges };
export type DocumentChanges = { at: string; items: Change[]; more: number };
export type Passage = Wire<Read>;
export type AskResult = Asked;
export type Tried = Wire<Trial>;
export type Placed = Stands;
export type HandOver = Wire<PassedOn>;
export type Token = { id: string; name: string; role: Role; token?: string; createdAt?: string; lastUsedAt?: string | null };
export type Quarantined = { id: string; channelId: string; externalId: string; reason: string; at: string; size: number };
export type Viewer = { id: string; name: string; writing: boolean };
export type Counts = { mine: number; unassigned: number; all: number; waiting: number };
