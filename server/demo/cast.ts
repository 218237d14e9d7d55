/** Who takes part in one conversation of the demo, and the steps each of them can take. */
import type { Answer } from '../answers/schema.ts';
import { passingOn } from '../answers/words.ts';
import type { Fact, Policy } from '../conversations/rules/apply.ts';
import type { Actor, Attachment, Content, Delivery, HandOver, Locale, Thread } from '../conversations/schema.ts';
import { defaultPolicy, type Receipt } from '../routing/schema.ts';
import type { Courtesies, FileKind, Topic } from './content/shape.ts';
import type { Chance } from './random.ts';
import type { Step } from './record.ts';

export type Cast = {
  chance: Chance;
  locale: Locale;
  topic: Topic;
  words: Courtesies;
  contact: { id: string; name: string; address: string };
  thread: Thread;
  kind: string;
  /** The last that the platform tells of a message of ours. */
  reaches: 'sent' | 'delivered' | 'read';
  policy: Policy;
  subject: string;
  queueId: string;
  agentId: string;
  /** Another one who serves the queue; lets an offer ring, or speaks in an earlier episode. */
  otherId: string;
  answers: Answer[];
  /** Ways to begin. */
  asks: string[];
  /** A moment to come, for what is snoozed. */
  until: Date;
  file(kind: FileKind): Attachment | undefined;
  /** Fills in {order} and its like. */
  fill(text: string): string;
};

const bot: Actor = { kind: 'bot', id: 'retrieval' };
const agent = (id: string): Actor => ({ kind: 'agent', id });

/** The customer says something. */
export function says(cast: Cast, after: number, text: string, files: Attachment[] = []): Step {
  const said = cast.fill(text);
  const externalId = cast.kind === 'email' ? `<${cast.chance.hex()}@mail.example>` : `${cast.thread.key}:${cast.chance.hex()}`;
  return {
    after,
    fact: head => {
      const email: Content['email'] = {
        subject: head.seq === 0 ? cast.subject : `Re: ${cast.subject}`, from: `${cast.contact.name} <${cast.contact.address}>`, to: ['service@shop.example'], cc: [],
        messageId: externalId, references: head.seq === 0 ? [] : [cast.thread.key], ...(head.lastReplySeq ? { quoted: head.preview } : {}),
      };
      const content: Content = { text: said, ...(files.length ? { attachments: files } : {}), ...(cast.kind === 'email' ? { email } : {}) };
      return { kind: 'contact-said', contactId: cast.contact.id, thread: cast.thread, externalId, content, policy: cast.policy, locale: cast.locale, ...(cast.kind === 'email' ? { subject: cast.subject } : {}) };
    },
  };
}

/** A machine of the customer's answers: kept, never answered. */
export function autoReply(cast: Cast): Step {
  const { fact } = says(cast, 0, cast.words.away.text);
  return {
    after: 0,
    fact: (head, at) => {
      const said = fact(head, at);
      if (said.kind !== 'contact-said' || !said.content.email) return said;
      const { subject } = cast.words.away;
      return { ...said, subject, content: { ...said.content, email: { ...said.content.email, subject, automatic: 'auto-reply' } } };
    },
  };
}

/** The bot says something; with answers it says where it knows from. */
export function botSays(cast: Cast, text: string, from: Answer[], confidence: number, choices?: string[]): Step {
  return {
    after: cast.chance.between(2, 4), delivery: reached(cast),
    fact: head => ({
      kind: 'we-said', actor: bot, answersSeq: head.lastContactSeq,
      content: { text, ...(from.length ? { sources: from.map(({ id, question, url }) => ({ id, title: question, ...(url ? { url } : {}) })) } : {}), ...(choices ? { choices } : {}) },
      receipt: { bot: bot.id, confidence, sources: from.map(({ id }) => id), topics: [...new Set(from.flatMap(({ topics }) => topics))] },
    }),
  };
}

/** The bot passes the conversation on, and the customer is told so. */
export function handsOver(cast: Cast, reason: HandOver['reason'], summary: string, tried: Answer[]): Step[] {
  const { chance, topic, queueId } = cast;
  const handOver: HandOver = {
    reason, summary, queueId, skills: topic.skills ?? [], ...(topic.policy ? { priority: 3 } : {}),
    tried: tried.map(({ id, question }, index) => ({ question, answerId: id, confidence: Math.round((0.71 - 0.2 * index - 0.1 * chance.next()) * 100) / 100 })),
  };
  return [
    { after: chance.between(2, 4), fact: head => ({ kind: 'queued', actor: bot, queueId, answersSeq: head.lastContactSeq, priority: handOver.priority, skills: handOver.skills, handOver, receipt: { bot: bot.id, reason } }) },
    { after: 1, delivery: reached(cast), fact: () => ({ kind: 'we-said', actor: { kind: 'system', id: 'hand-over' }, content: { text: passingOn(cast.locale, reason) } }) },
  ];
}

/** The router offers it; now and then the first one lets it ring. */
export function taken(cast: Cast): Step[] {
  const { chance, agentId, otherId } = cast;
  const rings = otherId !== agentId && chance.happens(0.15);
  return [
    ...(rings ? [offered(cast, otherId, chance.between(3, 40)), step(20, { kind: 'missed', agentId: otherId })] : []),
    offered(cast, agentId, rings ? 1 : chance.between(3, 60)),
    step(chance.between(3, 14), { kind: 'assigned', actor: agent(agentId), agentId, only: 'offered' }),
    step(1, { kind: 'read', actor: agent(agentId) }),
  ];
}

function offered(cast: Cast, agentId: string, after: number): Step {
  const others = [...new Set([cast.agentId, cast.otherId])];
  return {
    after,
    fact: (head, at) => {
      const waitedSeconds = Math.round((at.getTime() - (head.queuedAt ?? at).getTime()) / 1000);
      const terms: Receipt['terms'] = [
        { code: 'priority', points: head.priority * defaultPolicy.pointsPerPriority, queue: 0, item: head.priority },
        { code: 'age', points: Math.round(waitedSeconds / 60 * defaultPolicy.agePointsPerMinute * 10) / 10, minutes: Math.round(waitedSeconds / 6) / 10 },
      ];
      const receipt: Receipt = {
        policy: defaultPolicy.version, strategy: 'longest-idle', queueId: head.queueId, score: terms.reduce((sum, term) => sum + term.points, 0), terms, waitedSeconds,
        stage: { index: 0, of: 1, opened: [], dropped: [] },
        needs: { skills: head.skills, units: 1, channelKind: cast.kind }, winner: agentId, eligible: others.length, agents: 8,
        candidates: others.map(id => ({ agentId: id, outcome: id === agentId ? 'winner' : 'eligible', score: id === agentId ? 420 : 65, load: 2, capacity: 6 })),
      };
      return { kind: 'offered', agentId, until: new Date(at.getTime() + 20_000), receipt };
    },
  };
}

/** The agent says something. */
export function answers(cast: Cast, after: number, text: string, agentId = cast.agentId): Step {
  const content = { text: cast.kind === 'email' ? `${cast.fill(text)}\n\n${cast.words.signature[0] ?? ''}` : cast.fill(text) };
  return { after, delivery: reached(cast), fact: () => ({ kind: 'we-said', actor: agent(agentId), content }) };
}

/** Anything that is the same whenever it happens. */
export const step = (after: number, fact: Fact): Step => ({ after, fact: () => fact });
/** Anything the agent does that is the same whenever it happens. */
export const does = (cast: Cast, after: number, kind: 'resolved' | 'pending' | 'read'): Step => step(after, { kind, actor: agent(cast.agentId) });
export const notes = (cast: Cast, after: number, text: string): Step => step(after, { kind: 'note', actor: agent(cast.agentId), content: { text: cast.fill(text) } });
export const labels = (cast: Cast, after: number, names: string[]): Step => step(after, { kind: 'labelled', actor: agent(cast.agentId), labels: names });
export const snoozes = (cast: Cast, after: number): Step => step(after, { kind: 'snoozed', actor: agent(cast.agentId), until: cast.until });
export const leaves = (cast: Cast, after: number): Step => step(after, { kind: 'resolved', actor: { kind: 'contact', id: cast.contact.id } });

/** How far our word got: mail servers do not say. */
function reached({ kind, reaches, chance, locale }: Cast): Omit<Delivery, 'at'> {
  const luck = chance.next();
  if (kind === 'email') return luck < 0.03 ? { state: 'failed', reason: '550 5.1.1 mailbox unavailable' } : luck < 0.05 ? { state: 'unknown', reason: 'the connection broke off after the mail was sent' } : { state: 'sent' };
  const refused = refusals[kind]?.[locale];
  if (refused && luck < 0.02) return { state: 'failed', reason: refused };
  if (reaches === 'sent') return { state: 'sent' };
  return { state: luck < 0.12 ? 'sent' : luck < 0.3 || reaches === 'delivered' ? 'delivered' : 'read' };
}

/** Now and then a platform does not bring a message to its customer. */
const refusals: Record<string, Record<Locale, string>> = {
  api: { en: 'The app answered 410: the customer signed out.', 'zh-CN': '对方系统返回 410：用户已退出登录。' },
  'whatsapp-cloud': { en: 'Message undeliverable (131026): the customer may have an old version of WhatsApp.', 'zh-CN': '消息无法送达（131026）：对方的 WhatsApp 版本可能过旧。' },
  'twilio-sms': { en: 'The phone is switched off or out of reach (30003).', 'zh-CN': '对方手机关机或不在服务区（30003）。' },
};
