/** What a fact means for a conversation: which entry it becomes. Pure; a fact that cannot be is a Problem. */
import { Problem } from '../../problem.ts';
import type { Routed } from '../../routing-rules/schema.ts';
import { resettledContent, ringContent, ringing, rung } from './clock.ts';
import type { Actor, Changes, ClockName, Content, Entry, HandOver, Head, Locale, Skill, Thread } from '../schema.ts';
import { awaits, draft, fetch, heardFrom, outgoing, timed } from './draft.ts';
import { echoed, happened } from './happened.ts';
import { passedOn } from './passed-on.ts';
import { previewOf } from './preview.ts';
import { sameThread } from './thread.ts';

/** What the channel's settings say about its conversations. */
export type Policy = {
  bot: boolean;
  queueId: string | null;
  burstMs: number;
  priority: number;
  /** For so long a parked conversation that the customer comes back to waits for its agent alone; absent: it stays theirs. */
  returnSeconds?: number;
  /** Where a routing rule puts it, should this message bring it into line. */
  routed?: Routed | undefined;
};

/** Something that happened, before it is decided what it changes. */
export type Fact =
  /** `memberId`: who of the group spoke; `quiet`: nobody is called for. */
  | { kind: 'contact-said'; contactId: string; memberId?: string; quiet?: boolean; thread: Thread; externalId: string; content: Content; locale: Locale; subject?: string; policy: Policy; act?: string; saidAt?: Date; mood?: Head['mood'] }
  /** `closesAfterMs`: after so long a silence somebody looks whether the matter is done. */
  | { kind: 'we-said'; actor: Actor; content: Content; key?: string; thread?: Thread; seenSeq?: number; answersSeq?: number; closesAfterMs?: number | undefined; receipt?: Entry['receipt'] }
  /** A message of ours that was taken back elsewhere goes on here. It is no new word: who holds the conversation stays. */
  | { kind: 'passed-on'; actor: Actor; content: Content; thread: Thread; key: string; receipt: Entry['receipt'] }
  | { kind: 'happened'; happening: 'reaction' | 'edited' | 'recalled' | 'event'; actor: Actor; contactId: string; thread: Thread; externalId?: string; about?: string; aboutSeq?: number; emoji?: string; content?: Content; receipt?: Entry['receipt']; saidAt?: Date; movedTo?: { address: string; also?: Thread } }
  /** One of ours spoke on the platform itself. */
  | { kind: 'echoed'; contactId: string; thread: Thread; externalId: string; content: Content }
  | { kind: 'note'; actor: Actor; content: Content; key?: string }
  /** `only`: it still waits and nobody is asked; absent: whatever it was. */
  | { kind: 'queued'; actor: Actor; queueId: string | null; only?: 'waiting'; key?: string; answersSeq?: number; priority?: number; skills?: Skill[]; handOver?: HandOver; receipt?: Entry['receipt'] }
  | { kind: 'offered'; agentId: string; until: Date; receipt: Entry['receipt'] }
  | { kind: 'declined' | 'missed'; agentId: string; receipt?: Entry['receipt'] }
  /** `only`: 'offered' to this agent, or 'waiting' without an offer; absent: a person decides, whatever it was. */
  | { kind: 'assigned'; actor: Actor; agentId: string; only?: 'offered' | 'waiting'; receipt?: Entry['receipt'] }
  | { kind: 'resolved'; actor: Actor; seenSeq?: number; receipt?: Entry['receipt'] }
  /** The customer fell silent, and the matter may not be done: it stays open. `again`: when to look anew. */
  | { kind: 'kept-open'; actor: Actor; content: Content; again?: Date; receipt: Entry['receipt'] }
  | { kind: 'reopened' | 'pending' | 'woken' | 'read'; actor: Actor }
  | { kind: 'snoozed'; actor: Actor; until: Date }
  /** A deadline is near, or over. */
  | { kind: 'rang'; clock: ClockName; state: 'warned' | 'breached' }
  /** The policies are others now: the deadlines, which ride on every entry, are reckoned anew. */
  | { kind: 'resettled' }
  | { kind: 'labelled'; actor: Actor; labels: string[] }
  /** A message of the customer's was read anew: the mood with it. */
  | { kind: 'felt'; actor: Actor; mood: NonNullable<Head['mood']> | null; content: Content; key: string; receipt: Entry['receipt'] }
  | { kind: 'prioritised'; actor: Actor; priority: number; key?: string; receipt?: Entry['receipt'] };

/** An entry but for its place in the timeline. */
export type Draft = Omit<Entry, 'id' | 'conversationId' | 'seq' | 'at'>;

const router: Actor = { kind: 'system', id: 'router' };
const refuse = (message: string): never => { throw new Problem('conflict', message); };

/** The entry this fact becomes on this head at this moment. Throws a Problem 'conflict' when the head forbids it. */
export function apply(head: Head, fact: Fact, now: Date): Draft {
  switch (fact.kind) {
    case 'contact-said': return contactSaid(head, fact, now);
    case 'we-said': return weSaid(head, fact, now);
    case 'passed-on': return passedOn(head, fact, now);
    case 'happened': return happened(head, fact, now);
    case 'echoed': return echoed(head, fact, now);
    case 'note': return draft(fact.actor, 'note', {}, { content: fact.content, key: fact.key });
    case 'queued': return queued(head, fact, now);
    case 'offered':
      if (head.handler !== 'queue' || head.offer) refuse('The conversation is not waiting for an offer.');
      return draft(router, 'offered', timed(head, { offer: { agentId: fact.agentId, until: fact.until } }), { receipt: fact.receipt });
    case 'declined':
    case 'missed':
      if (head.offer?.agentId !== fact.agentId) refuse('The offer is gone: it was taken, withdrawn or has expired.');
      return draft(fact.kind === 'missed' ? router : { kind: 'agent', id: fact.agentId }, fact.kind, timed(head, { offer: null }), { receipt: fact.receipt });
    case 'assigned': return assigned(head, fact, now);
    case 'resolved':
      if (head.status === 'resolved') refuse('The conversation is resolved already.');
      if (fact.seenSeq !== undefined && head.lastContactSeq > fact.seenSeq) refuse('The customer wrote again. Read it before you resolve.');
      return draft(fact.actor, 'resolved', timed(head, {
        status: 'resolved', handler: 'nobody', offer: null, resolvedAt: now, waitingSince: null, unread: 0, snoozedUntil: null, queuedAt: null,
      }), { receipt: fact.receipt });
    case 'kept-open':
      if (!head.closesAt) refuse('Nobody waits for this conversation to end.');
      return draft(fact.actor, 'event', timed(head, { closesAt: fact.again ?? null }), { content: fact.content, receipt: fact.receipt });
    case 'reopened':
      if (head.status !== 'resolved') refuse('The conversation is open already.');
      return draft(fact.actor, 'reopened', reopening(head, now, fact.actor.kind === 'agent' ? { handler: 'agent', assigneeId: fact.actor.id } : { handler: 'queue', queuedAt: now, lineSince: now }));
    case 'pending': return rest(head, fact.actor, 'pending', { status: 'pending', snoozedUntil: null });
    case 'snoozed':
      if (fact.until <= now) throw new Problem('invalid', 'A conversation can only be snoozed until a time to come.', { until: 'must be in the future' });
      return rest(head, fact.actor, 'snoozed', { status: 'snoozed', snoozedUntil: fact.until });
    case 'woken':
      if (head.status !== 'snoozed') refuse('The conversation is not snoozed.');
      return draft(fact.actor, 'woken', timed(head, { status: 'open', snoozedUntil: null }));
    case 'read': return draft(fact.actor, 'read', { unread: 0 });
    case 'rang': return rang(head, fact, now);
    case 'resettled': return draft({ kind: 'system', id: 'sla' }, 'event', {}, { content: resettledContent, receipt: { rule: 'sla', why: 'policies-changed' } });
    case 'labelled': return draft(fact.actor, 'labelled', { labels: [...new Set(fact.labels)] });
    case 'felt':
      if (head.status === 'resolved') refuse('The matter is done: how it felt is as it was.');
      return draft(fact.actor, 'event', { mood: fact.mood }, { content: fact.content, key: fact.key, receipt: fact.receipt });
    case 'prioritised': return draft(fact.actor, 'prioritised', { priority: fact.priority }, { key: fact.key, receipt: fact.receipt });
  }
}

function contactSaid(head: Head, fact: Extract<Fact, { kind: 'contact-said' }>, now: Date): Draft {
  const { policy, content } = fact;
  const automatic = content.email?.automatic !== undefined;
  const from = { kind: 'contact', id: fact.memberId ?? fact.contactId } as const;
  const message = { thread: fact.thread, externalId: fact.externalId, content, saidAt: fact.saidAt, receipt: fact.act === undefined ? undefined : { event: fact.act } };
  const fetching = awaits(content) ? { effects: [fetch], due: now } : {};
  // A machine wrote: keep it, let nobody be woken by it, never answer it, never let it redirect our replies (RFC 3834).
  if (automatic && head.seq > 0) return draft(from, 'message', {}, { ...message, ...fetching });
  const said: Changes = { preview: previewOf(content, fact.locale), previewBy: 'contact', lastMessageAt: now, thread: fact.thread };
  Object.assign(said, heardFrom(head, fact.contactId, fact.thread, now));
  if (head.seq === 0 || head.lastContactSeq === 0) Object.assign(said, { locale: fact.locale, subject: fact.subject ?? head.subject, priority: policy.priority });

  const idle = head.handler === 'nobody' || head.status === 'resolved';
  if (automatic || (fact.quiet && idle)) return draft(from, 'message', { ...said, ...(fact.quiet ? { unread: head.unread + 1 } : {}), status: 'pending', handler: 'nobody', queueId: policy.queueId }, { ...message, ...fetching });

  const fresh = beginsAnew(head);
  const routed = fresh && !policy.bot ? policy.routed : undefined;
  const changes: Changes = {
    ...said, unread: head.unread + 1, lastContactSeq: head.seq + 1, waitingSince: head.waitingSince ?? now,
    ...(fresh ? reopening(head, now, policy.bot ? { handler: 'bot', queueId: policy.queueId } : inLine(policy.queueId, routed, now)) : {}),
    ...(!fresh && (head.status !== 'open' || head.closesAt) ? timed(head, { status: 'open', snoozedUntil: null, closesAt: null, ...returning(head, policy, now) }) : {}),
    ...(fact.mood === undefined ? {} : { mood: fact.mood }),
  };
  const handler = changes.handler ?? head.handler;
  return draft(from, 'message', changes, {
    ...message, ...fetching, ...(routed ? { receipt: { ...message.receipt, routed: routed.receipt } } : {}),
    ...(handler === 'bot' ? { effects: [...fetching.effects ?? [], { kind: 'ask-bot', state: 'pending', attempts: 0 }], due: new Date(now.getTime() + policy.burstMs) } : {}),
  });
}

/** The customer's next message begins a new episode: nobody of ours holds it. */
export const beginsAnew = (head: Pick<Head, 'seq' | 'status' | 'handler'>): boolean => head.seq === 0 || head.status === 'resolved' || head.handler === 'nobody';

function inLine(queueId: string | null, routed: Routed | undefined, now: Date): Changes {
  return { handler: 'queue', queueId: routed ? routed.queueId : queueId, queuedAt: now, lineSince: now, ...(routed ? { skills: routed.skills } : {}), ...(routed?.priority === undefined ? {} : { priority: routed.priority }) };
}

/** Parked, it cost its agent nothing; now it waits like any other, for that agent first. */
function returning(head: Head, { returnSeconds }: Policy, now: Date): Changes {
  const { handler, assigneeId: agentId } = head;
  if (returnSeconds === undefined || head.status === 'open' || handler !== 'agent' || agentId === null) return {};
  return { handler: 'queue', assigneeId: null, queuedAt: now, lineSince: now, returnTo: returnSeconds > 0 ? { agentId, until: new Date(now.getTime() + returnSeconds * 1000) } : null };
}

/** Speaking: one of ours at a time. A person who answers takes the conversation; the bot may only answer what is newest. */
function weSaid(head: Head, fact: Extract<Fact, { kind: 'we-said' }>, now: Date): Draft {
  const wanted = fact.thread ?? head.thread;
  const thread = head.threads.find(known => sameThread(known, wanted));
  if (!thread) throw new Problem('invalid', 'The customer never wrote on that thread.', { thread: 'choose one of the conversation\'s threads' });
  if (fact.seenSeq !== undefined && head.lastReplySeq > fact.seenSeq && head.lastReplyBy !== fact.actor.id) refuse('A colleague answered since you opened the conversation. Read it, then send again.');
  if (fact.actor.kind === 'bot') botMaySpeak(head, fact.answersSeq);
  const person = fact.actor.kind === 'agent';
  const changes: Changes = {
    lastMessageAt: now,
    // A word of courtesy answers nothing: the list goes on showing what the customer wants.
    ...(fact.actor.kind === 'system' ? {} : { preview: previewOf(fact.content, head.locale), previewBy: fact.actor.kind, lastReplySeq: head.seq + 1, lastReplyBy: fact.actor.id, waitingSince: null, unread: 0 }),
    ...(person && head.status === 'resolved' ? reopening(head, now, { handler: 'agent', assigneeId: fact.actor.id }) : {}),
    ...(person && head.status !== 'resolved' ? timed(head, { handler: 'agent', assigneeId: head.handler === 'agent' ? head.assigneeId ?? fact.actor.id : fact.actor.id, offer: null }) : {}),
    ...(person ? { firstReplyAt: head.status === 'resolved' ? now : head.firstReplyAt ?? now } : {}),
    ...(!person && (fact.closesAfterMs || (head.closesAt && fact.actor.kind !== 'system')) ? timed(head, { closesAt: fact.closesAfterMs ? new Date(now.getTime() + fact.closesAfterMs) : null }) : {}),
  };
  return draft(fact.actor, 'message', changes, {
    thread, content: fact.content, key: fact.key, receipt: fact.receipt,
    ...outgoing(now),
  });
}

function botMaySpeak(head: Head, answersSeq: number | undefined): void {
  if (head.handler !== 'bot') refuse('The bot no longer holds this conversation.');
  if (answersSeq !== undefined && head.lastContactSeq > answersSeq) refuse('The customer wrote again: the answer is out of date.');
}

function queued(head: Head, fact: Extract<Fact, { kind: 'queued' }>, now: Date): Draft {
  if (head.status === 'resolved') refuse('The conversation is resolved; reopen it first.');
  if (fact.actor.kind === 'bot') botMaySpeak(head, fact.answersSeq);
  if (fact.only === 'waiting') mustWait(head);
  const stays = head.handler === 'queue' && head.status === 'open' && head.queueId === fact.queueId;
  return draft(fact.actor, 'queued', timed(head, {
    status: 'open', handler: 'queue', queueId: fact.queueId, assigneeId: null, offer: null, snoozedUntil: null,
    // Who waits already keeps the place; who was with an agent waits since the last unanswered word.
    queuedAt: head.handler === 'queue' ? head.queuedAt ?? now : head.waitingSince ?? now,
    lineSince: stays ? head.lineSince ?? head.queuedAt ?? now : now,
    ...(fact.priority === undefined ? {} : { priority: fact.priority }),
    ...(fact.skills ? { skills: fact.skills } : {}),
    ...(fact.handOver ? { handOver: fact.handOver } : {}),
  }), { key: fact.key, receipt: fact.receipt });
}

function assigned(head: Head, fact: Extract<Fact, { kind: 'assigned' }>, now: Date): Draft {
  if (fact.only === 'waiting') mustWait(head);
  if (fact.only === 'offered' && head.offer?.agentId !== fact.agentId) refuse('The offer is gone: it was taken, withdrawn or has expired.');
  if (head.handler === 'agent' && head.assigneeId === fact.agentId) refuse('The conversation is assigned to this agent already.');
  const changes: Changes = { handler: 'agent', assigneeId: fact.agentId, offer: null };
  return draft(fact.actor, 'assigned', head.status === 'resolved' ? reopening(head, now, changes) : timed(head, changes), { receipt: fact.receipt });
}

function rang(head: Head, { clock: name, state }: Extract<Fact, { kind: 'rang' }>, now: Date): Draft {
  const { sla } = head;
  const clock = sla?.[name];
  const rings = ringing(head, now);
  if (!sla || !clock || rings?.clock !== name || rings.state !== state) return refuse('This deadline is not due.');
  const receipt = { rule: 'sla', policyId: sla.policyId, version: sla.version, clock: name, state, since: clock.since, due: clock.due, warn: clock.warn };
  return draft({ kind: 'system', id: 'sla' }, 'event', timed(head, rung(sla, name, state)), { content: ringContent(name, state), receipt });
}

function mustWait(head: Head): void {
  if (head.handler !== 'queue' || head.offer || head.status !== 'open') refuse('The conversation is not waiting any more.');
}

/** Set aside until the customer writes or the time comes: nobody is offered it meanwhile. */
function rest(head: Head, actor: Actor, kind: 'pending' | 'snoozed', changes: Changes): Draft {
  if (head.status === 'resolved') refuse('The conversation is resolved; reopen it first.');
  const mine: Changes = head.handler === 'agent' || actor.kind !== 'agent' ? {} : { handler: 'agent', assigneeId: actor.id };
  return draft(actor, kind, timed(head, { ...mine, offer: null, ...changes }));
}

/** A new episode: what was agreed before no longer binds the bot, the clocks start again. */
function reopening(head: Head, now: Date, who: Changes): Changes {
  return timed(head, {
    status: 'open', resolvedAt: null, snoozedUntil: null, offer: null, assigneeId: null, handOver: null, queuedAt: null, skills: [], ...(head.mood ? { mood: null } : {}),
    ...(head.seq === 0 ? {} : { openedAt: now, firstReplyAt: null, episodeSeq: head.seq }), ...who,
  });
}
