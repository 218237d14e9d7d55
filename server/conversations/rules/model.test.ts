/** Any sequence of facts, in any order, keeps the promises of a conversation; every prefix of the timeline folds to the head of that moment. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../../problem.ts';
import type { Entry, Head } from '../schema.ts';
import { apply, type Fact, type Policy } from './apply.ts';
import { due } from './due.ts';
import { blank, fold, foldOne } from './fold.ts';

const start = Date.UTC(2026, 10, 21);
const policy = (bot: boolean): Policy => ({ bot, queueId: 'q1', burstMs: 1000, priority: 1, returnSeconds: 30 });
const agent = fc.constantFrom('a1', 'a2', 'a3');
const actor = agent.map(id => ({ kind: 'agent' as const, id }));
const text = fc.constantFrom('你好', 'where is my order', '');

type Step = { fact(head: Head, now: Date): Fact };
const step = (fact: Step['fact']): Step => ({ fact });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.boolean(), fc.constantFrom('t1', 't2'), text, fc.uuid()).map(([bot, key, said, externalId]) => step(() => ({ kind: 'contact-said', contactId: 'c1', thread: { channelId: 'ch', key, address: key }, externalId, content: { text: said }, locale: 'en', policy: policy(bot) }))) },
  { weight: 1, arbitrary: fc.uuid().map(externalId => step(() => ({ kind: 'contact-said', contactId: 'c1', thread: { channelId: 'ch', key: 't1' }, externalId, locale: 'en', policy: policy(true), content: { email: { subject: 's', from: 'a@b', to: [], cc: [], messageId: 'm', references: [], automatic: 'auto-reply' } } }))) },
  { weight: 3, arbitrary: fc.tuple(actor, fc.option(fc.nat(5), { nil: undefined })).map(([who, back]) => step(head => ({ kind: 'we-said', actor: who, content: { text: 'hello' }, seenSeq: back === undefined ? undefined : Math.max(0, head.seq - back) }))) },
  { weight: 2, arbitrary: fc.nat(2).map(back => step(head => ({ kind: 'we-said', actor: { kind: 'bot', id: 'retrieval' }, content: { text: 'answer' }, answersSeq: head.lastContactSeq - back, closesAfterMs: back === 1 ? undefined : 60_000 }))) },
  { weight: 1, arbitrary: fc.constant(step((_head, now) => ({ kind: 'kept-open', actor: { kind: 'system', id: 'closing' }, content: {}, again: new Date(now.getTime() + 1000), receipt: {} }))) },
  { weight: 1, arbitrary: fc.constant(step(() => ({ kind: 'we-said', actor: { kind: 'system', id: 'closing' }, content: { text: 'did it help' }, closesAfterMs: 1000 }))) },
  { weight: 2, arbitrary: fc.constant(step(head => ({ kind: 'queued', actor: { kind: 'bot', id: 'retrieval' }, queueId: 'q1', answersSeq: head.lastContactSeq }))) },
  { weight: 2, arbitrary: actor.map(who => step(() => ({ kind: 'queued', actor: who, queueId: 'q2' }))) },
  { weight: 3, arbitrary: agent.map(agentId => step((_head, now) => ({ kind: 'offered', agentId, until: new Date(now.getTime() + 20_000), receipt: {} }))) },
  { weight: 2, arbitrary: fc.tuple(agent, fc.constantFrom('declined' as const, 'missed' as const)).map(([agentId, kind]) => step(() => ({ kind, agentId }))) },
  { weight: 3, arbitrary: fc.tuple(agent, fc.boolean()).map(([agentId, accepting]) => step(() => ({ kind: 'assigned', actor: { kind: 'agent', id: agentId }, agentId, only: accepting ? 'offered' as const : undefined }))) },
  { weight: 3, arbitrary: fc.tuple(actor, fc.constantFrom('resolved' as const, 'reopened' as const, 'pending' as const, 'read' as const)).map(([who, kind]) => step(() => ({ kind, actor: who }))) },
  { weight: 1, arbitrary: fc.tuple(actor, fc.integer({ min: -5, max: 60 })).map(([who, seconds]) => step((_head, now) => ({ kind: 'snoozed', actor: who, until: new Date(now.getTime() + seconds * 1000) }))) },
  { weight: 1, arbitrary: fc.constant(step(head => ({ kind: 'felt', actor: { kind: 'system', id: 'sentiment' }, mood: { score: -0.5, direction: 'falling', bad: 1, furious: 0 }, content: {}, key: `feeling/${head.seq}`, receipt: {} }))) },
  { weight: 1, arbitrary: actor.map(who => step(() => ({ kind: 'labelled', actor: who, labels: ['vip', 'vip'] }))) },
);

function promises(before: Head, head: Head, entry: Entry): void {
  expect(head.seq).toBe(before.seq + 1);
  // A matter that begins anew begins without the mood of the last one.
  if (head.episodeSeq !== before.episodeSeq) expect(head.mood ?? null).toBeNull();
  // Exactly one may speak for us, and the head says who.
  expect(head.handler === 'agent').toBe(head.handler === 'agent' && head.assigneeId !== null);
  if (head.offer) expect(head).toMatchObject({ handler: 'queue', status: 'open' });
  if (head.handler === 'queue') expect(head.queuedAt).not.toBeNull();
  // A parked conversation that the customer comes back to waits for its agent first, and only while it waits.
  if (head.returnTo) expect(head.handler).toBe('queue');
  if (before.handler === 'agent' && before.status !== 'open' && entry.actor.kind === 'contact' && !entry.content?.email?.automatic && before.status !== 'resolved') expect(head).toMatchObject({ handler: 'queue', returnTo: { agentId: before.assigneeId } });
  if (head.status === 'resolved') expect(head).toMatchObject({ handler: 'nobody', offer: null, waitingSince: null, unread: 0 });
  expect(head.status === 'snoozed').toBe(head.snoozedUntil !== null);
  expect(head.nextTimerAt === null).toBe(head.offer === null && head.snoozedUntil === null);
  // Only the bot's last word may end a matter by silence.
  if (head.closesAt) expect(head).toMatchObject({ handler: 'bot', status: 'open' });
  if (entry.actor.kind !== 'bot' && entry.actor.kind !== 'system' && entry.kind === 'message' && !entry.content?.email?.automatic) expect(head.closesAt ?? null).toBeNull();
  // The bot never speaks once a person holds the conversation, and never to an old question.
  if (entry.actor.kind === 'bot' && entry.kind === 'message') expect(before.handler).toBe('bot');
  // Waiting is never forgotten: a place in line is kept while one waits.
  if (before.handler === 'queue' && head.handler === 'queue' && before.status === 'open' && entry.kind !== 'message') expect(head.queuedAt).toEqual(before.queuedAt);
  // A machine's mail wakes nobody and is never answered by a machine.
  if (entry.content?.email?.automatic) { expect(entry.effects).toEqual([]); expect(head.unread).toBe(before.unread); }
  if (entry.due) expect(entry.effects.length).toBeGreaterThan(0);
  expect(new Set(head.labels).size).toBe(head.labels.length);
}

test('every sequence of facts keeps the promises, and every prefix folds to the head of that moment', () => {
  fc.assert(fc.property(fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: 30_000 })), { maxLength: 60 }), steps => {
    let head = blank('conversation');
    let now = start;
    const entries: Entry[] = [];
    const heads: Head[] = [head];
    for (const [{ fact }, later] of steps) {
      now += later;
      const at = new Date(now);
      const said = fact(head, at);
      if (head.seq === 0 && said.kind !== 'contact-said') continue;
      try {
        const entry: Entry = { id: String(head.seq), conversationId: head.id, seq: head.seq + 1, at, ...apply(head, said, at) };
        const after = foldOne(head, entry);
        promises(head, after, entry);
        entries.push(entry);
        heads.push(head = after);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }
    heads.forEach((each, seq) => expect(fold(blank('conversation'), structuredClone(entries.slice(0, seq)))).toEqual(each));
    for (let rounds = 0; ; rounds++) {
      const fact = due(head, new Date(8.64e15));
      if (!fact) break;
      expect(rounds).toBeLessThan(3);
      head = foldOne(head, { seq: head.seq + 1, changes: apply(head, fact, new Date(now)).changes });
    }
    expect(head.nextTimerAt).toBeNull();
  }), { numRuns: 1000 });
});

test('an entry that is not the next one is refused', () => {
  expect(() => foldOne(blank('x'), { seq: 2, changes: {} })).toThrow('cannot follow');
});
