import { expect, test } from 'vitest';
import { fold, blank } from '../conversations/rules/fold.ts';
import { answersEn } from './content/answers-en.ts';
import { answersZh } from './content/answers-zh.ts';
import { endings, history, type World } from './history.ts';
import { chance } from './random.ts';

const now = new Date('2026-11-20T09:30:00Z');
const id = (number: number) => number.toString(16).padStart(24, '0');
const channel = (number: number, kind: string, locale: 'zh-CN' | 'en', bot = true) => ({
  channelId: id(number), kind, locales: [locale], share: 1, namespace: `${kind}:${id(number)}`, reaches: 'read' as const, policy: { bot, queueId: id(90), burstMs: 0, priority: 1 },
});

function world(seed = 7): World {
  const answers = [...answersZh.map(one => ({ ...one, locale: 'zh-CN' as const })), ...answersEn.map(one => ({ ...one, locale: 'en' as const }))]
    .map(({ key, ...answer }, index) => ({ key, answer: { ...answer, topics: [], id: id(1000 + index), createdAt: now, updatedAt: now } }));
  return {
    now, chance: chance(seed), answers, queues: { service: id(90), sales: id(91), technical: id(92) },
    places: [channel(1, 'webchat', 'zh-CN'), channel(2, 'webchat', 'en'), channel(3, 'email', 'zh-CN', false), channel(4, 'email', 'en', false), channel(5, 'api', 'zh-CN')],
    agents: (['zh-CN', 'en'] as const).flatMap((locale, side) => [0, 1, 2].map(number => ({ id: id(50 + side * 10 + number), locale, queues: ['service' as const, 'sales' as const, 'technical' as const], capacity: 9, everything: false }))),
    files: { photo: [{ id: id(80), name: 'a.png', type: 'image/png', size: 9 }], screenshot: [], invoice: [], receipt: [] },
  };
}
const past = history(world());

test('as many conversations stand as they should', () => {
  const standing: Record<string, number> = {};
  for (const { head } of past.conversations) {
    const how = head.status === 'open' ? head.handler : head.status === 'pending' && head.handler === 'nobody' ? 'automatic' : head.status;
    standing[how] = (standing[how] ?? 0) + 1;
  }
  expect(standing).toEqual({
    bot: endings.bot, queue: endings.queue, agent: endings.assigned + endings['waits-for-us'] + endings.reopened, pending: endings.pending, snoozed: endings.snoozed,
    automatic: endings.automatic, resolved: endings.resolved + endings['resolved-by-bot'],
  });
  expect(past.conversations).toHaveLength(300);
});

test('every head is the fold of its entries, and nobody has two open conversations on one thread', () => {
  const threads = new Set<string>();
  for (const { head, entries } of past.conversations) {
    expect(fold(blank(head.id), entries)).toEqual(head);
    expect(entries.map(entry => entry.seq)).toEqual(entries.map((_, index) => index + 1));
    threads.add(`${head.thread.channelId}:${head.thread.key}`);
  }
  expect(threads.size).toBe(300);
});

test('times go forward, end before now, and lie within the last 33 days', () => {
  for (const { entries } of past.conversations) {
    const times = entries.map(entry => entry.at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(now.getTime());
    expect(times[0]).toBeGreaterThan(now.getTime() - 33 * 86_400_000);
  }
});

test('nothing is left to do: no effect is pending, no delivery queued, no timer overdue', () => {
  for (const { head, entries } of past.conversations) {
    for (const entry of entries) {
      expect(entry.due).toBeUndefined();
      expect(entry.effects.filter(effect => effect.state === 'pending')).toEqual([]);
      expect(entry.delivery?.state).not.toBe('queued');
    }
    if (head.nextTimerAt) expect(head.nextTimerAt.getTime()).toBeGreaterThan(now.getTime());
  }
});

test('ids, platform ids and addresses are unique', () => {
  const entries = past.conversations.flatMap(conversation => conversation.entries);
  const unique = (list: unknown[]) => expect(new Set(list).size).toBe(list.length);
  unique(entries.map(entry => entry.id));
  unique(entries.flatMap(entry => (entry.externalId ? [`${entry.thread?.channelId}:${entry.externalId}`] : [])));
  unique(past.identities.map(identity => `${identity.kind}|${identity.value}`));
  unique(past.contacts.map(contact => contact.id));
});

test('no placeholder is left, and both languages are spoken', () => {
  const texts = past.conversations.flatMap(({ entries }) => entries.flatMap(entry => [entry.content?.text ?? '', entry.content?.email?.subject ?? '']));
  expect(texts.filter(text => /\{\w+\}/.test(text))).toEqual([]);
  expect(past.conversations.filter(({ head }) => head.locale === 'en').length).toBeGreaterThan(60);
  expect(new Set(past.conversations.map(({ head }) => head.preview)).size).toBeGreaterThan(80);
  const kinds = new Set(past.conversations.flatMap(({ entries }) => entries.map(entry => entry.kind)));
  expect([...kinds].toSorted()).toEqual(['assigned', 'labelled', 'message', 'missed', 'note', 'offered', 'pending', 'queued', 'read', 'resolved', 'snoozed']);
  expect(past.conversations.some(({ head, entries }) => head.handOver && entries.some(entry => entry.content?.sources))).toBe(true);
});

test('some customers are known on several channels', () => {
  const places = new Map<string, Set<string>>();
  for (const identity of past.identities) places.set(identity.contactId, (places.get(identity.contactId) ?? new Set()).add(identity.kind));
  expect([...places.values()].filter(kinds => kinds.size > 1).length).toBeGreaterThan(10);
});

test('the same seed tells the same past, another seed another one', () => {
  expect(JSON.stringify(history(world()))).toBe(JSON.stringify(past));
  expect(JSON.stringify(history(world(8)))).not.toBe(JSON.stringify(past));
});
