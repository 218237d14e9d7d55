/** What a use case may touch. Everything else is behind these. */
import type { Logger } from 'pino';
import type { LRUCache } from 'lru-cache';
import type { Bot } from '../bots/bot.ts';
import type { Judge } from '../bots/judge.ts';
import type { Writer } from '../bots/writer.ts';
import type { AnswerStore } from './answers/store.ts';
import type { Knowledge } from './answers/knowledge.ts';
import type { BotNumberStore } from './bot-numbers/store.ts';
import type { AttachmentStore } from './attachments/store.ts';
import type { Conducts } from './bot-conduct/served.ts';
import type { ConductStore } from './bot-conduct/store.ts';
import type { Ledger } from './bot-spend/ledger.ts';
import type { BreakStore } from './breaks/store.ts';
import type { BotToolStore } from './bot-tools/store.ts';
import type { BotTools } from './bot-tools/tools.ts';
import type { SpendStore } from './bot-spend/store.ts';
import type { Calendars } from './calendars/open-calendars.ts';
import type { CalendarStore } from './calendars/store.ts';
import type { CannedReplyStore } from './canned-replies/store.ts';
import type { AuthorizationStore } from './authorizations/store.ts';
import type { ChannelStore } from './channels/store.ts';
import type { Canary } from './channel-health/schema.ts';
import type { ChannelHealthStore } from './channel-health/store.ts';
import type { platformCalls } from './channels/calls.ts';
import type { Running } from './channels/running.ts';
import type { ContactStore } from './contacts/store.ts';
import type { ConversationStore } from './conversations/store.ts';
import type { Heads } from './conversations/heads.ts';
import type { Content, Entry, Head } from './conversations/schema.ts';
import type { Receipt } from '../connectors/connector.ts';
import type { ClosingStore } from './closing/store.ts';
import type { CopilotStore } from './copilot/store.ts';
import type { Edits } from './knowledge/follow-edits.ts';
import type { EmbeddingStore } from './embeddings/store.ts';
import type { DocumentStore } from './knowledge/store.ts';
import type { LabelStore } from './labels/store.ts';
import type { PeopleStore } from './people/store.ts';
import type { ReportStore } from './reports/store.ts';
import type { QueueStore, RoutingPolicyStore } from './routing/store.ts';
import type { Place, RoutingPolicy } from './routing/schema.ts';
import type { Hours } from './routing/hours.ts';
import type { RulesServed } from './routing-rules/served.ts';
import type { RoutingRulesStore } from './routing-rules/store.ts';
import type { Sla } from './sla/policies.ts';
import type { SlaStore } from './sla/store.ts';
import type { DemoStore } from './demo/store.ts';
import type { DraftStore } from './drafts/store.ts';
import type { hubEvents } from './events.ts';
import type { Following } from './training/follow.ts';
import type { TrainingStore } from './training/store.ts';
import type { TimeLabStore } from './time-lab/store.ts';
import type { Turns } from './turns.ts';
import type { UnansweredStore } from './unanswered/store.ts';

export type Hub = {
  store: {
    conversations: ConversationStore; contacts: ContactStore; people: PeopleStore; breaks: BreakStore; channels: ChannelStore; queues: QueueStore; routingPolicies: RoutingPolicyStore; routingRules: RoutingRulesStore;
    answers: AnswerStore; attachments: AttachmentStore; cannedReplies: CannedReplyStore; labels: LabelStore; drafts: DraftStore; demo: DemoStore; copilot: CopilotStore; channelHealth: ChannelHealthStore; authorizations: AuthorizationStore; unanswered: UnansweredStore; documents: DocumentStore;
    training: TrainingStore; botNumbers: BotNumberStore; conduct: ConductStore; reports: ReportStore; spend: SpendStore; closing: ClosingStore; botTools: BotToolStore; calendars: CalendarStore; sla: SlaStore; timeLab: TimeLabStore; embeddings: EmbeddingStore;
  };
  heads: Heads;
  /** Thread -> conversation, identity -> contact: what never changes is asked once. Receipts that overtook their send wait a minute. */
  known: { threads: LRUCache<string, string>; contacts: LRUCache<string, string>; earlyReceipts: LRUCache<string, Receipt> };
  /** The outbox worker. */
  effects: { schedule(entry: Entry, due: Date): void };
  turns: Turns;
  channels: Running;
  calls: ReturnType<typeof platformCalls>;
  canary: { of(channelId: string): Canary | undefined };
  /** When we are open. */
  calendars: Calendars;
  hours: Omit<Hours, 'stop'>;
  knowledge: Knowledge;
  edits: Pick<Edits, 'refresh' | 'caughtUp'>;
  training: Pick<Following, 'look' | 'track'>;
  /** After how long a silence that follows the bot's answer somebody looks whether the matter is done; undefined: never. */
  closing: { silenceMs(channelId: string): Promise<number | undefined> };
  /** How the bot is to behave, and what models may cost. */
  conduct: Conducts;
  spend: Ledger;
  botTools: BotTools;
  bot: Bot;
  /** Judges the bot's answers to cases that ask for it. */
  judge: Judge;
  /** Writes for our own people; absent where no model is configured. */
  writer?: Writer | undefined;
  events: ReturnType<typeof hubEvents>;
  /** Place in line of a waiting conversation; null when nobody knows (another node routes). */
  place(conversationId: string): Place | null;
  /** The mood of a conversation after one more message of the customer's; undefined: it stays. */
  moodAfter(head: Head, content: Content): Head['mood'];
  /** How work is given out, as this node knows it. */
  routingPolicy(): RoutingPolicy;
  /** Where what comes into line goes by the routing rules; undefined: as ever. Nothing is read where there are no rules. Never rejects. */
  routeFor: RulesServed['routeFor'];
  routingRules: Pick<RulesServed, 'refresh'>;
  /** The deadlines of a head to which something was done just now; undefined: as they were. */
  slaAfter(head: Head, now: Date): Head['sla'];
  sla: Pick<Sla, 'which' | 'refresh'>;
  /** Units an agent carries right now, as the router knows it. */
  load(agentId: string): number;
  now(): Date;
  random(): number;
  log: Logger;
  publicUrl: string;
  stopping: AbortSignal;
};
