import { describe, expect, it } from 'vitest';
import type { Conversation, TimelineEntry } from '../wire.ts';
import { belongs, heldOrder, type Filter } from './order-rows.ts';
import { snoozeTimes } from './snooze-times.ts';
import { textParts } from './text-parts.ts';
import { timelineRows } from './timeline-rows.ts';
import type { OutboxItem } from './use-outbox.ts';

const head = (more: Partial<Conversation>): Conversation => ({
  id: 'c', seq: 1, contactId: 'p', contact: { id: 'p', name: 'P' }, thread: { channelId: 'ch', key: 'k' }, threads: [], subject: null, locale: 'en', status: 'open', handler: 'agent', queueId: null, priority: 2, skills: [],
  queuedAt: null, offer: null, assigneeId: 'me', handOver: null, labels: [], unread: 0, preview: '', previewBy: 'contact', lastMessageAt: '', lastContactSeq: 1, lastReplySeq: 0, waitingSince: null, openedAt: '', firstReplyAt: null,
  resolvedAt: null, snoozedUntil: null, episodeSeq: 0, nextTimerAt: null, ...more,
});
const entry = (seq: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({ id: String(seq), conversationId: 'c', seq, at: '2026-11-21T10:00:00.000Z', actor: { kind: 'agent', id: 'me' }, kind: 'message', changes: {}, content: { text: `t${seq}` }, ...more });
const filter: Filter = { view: 'mine', status: 'active', q: '', channelId: '', unhappy: false };

describe('the list', () => {
  it('takes live conversations into the view they belong to', () => {
    expect(belongs(head({}), filter, 'me')).toBe(true);
    expect(belongs(head({ assigneeId: 'other' }), filter, 'me')).toBe(false);
    expect(belongs(head({ status: 'resolved' }), filter, 'me')).toBe(false);
    expect(belongs(head({ handler: 'queue', assigneeId: null }), { ...filter, view: 'unassigned' }, 'me')).toBe(true);
    expect(belongs(head({ handler: 'bot', assigneeId: null }), { ...filter, view: 'unassigned' }, 'me')).toBe(false);
    expect(belongs(head({}), { ...filter, q: 'x' }, 'me')).toBe(false);
    expect([head({}), head({ mood: { score: -0.3, direction: 'falling', bad: 1, furious: 0 } })].map((each) => belongs(each, { ...filter, unhappy: true }, 'me'))).toEqual([false, true]);
  });
  it('does not move rows while it is held: new ones wait, gone ones leave', () => {
    expect(heldOrder(['a', 'b', 'c'], ['new', 'c', 'a'])).toEqual({ rows: ['a', 'c'], waiting: 1 });
  });
});

describe('the thread', () => {
  const item: OutboxItem = { clientId: 'x', conversationId: 'c', mode: 'reply', text: 't3', attachments: [], seenSeq: 2, afterSeq: 2, resolve: false, at: '', state: 'sending' };
  it('shows an outgoing message once, also when its event comes before the answer', () => {
    expect(timelineRows([entry(1), entry(2)], [item], null, 'me').map((row) => row.kind)).toEqual(['day', 'entry', 'entry', 'outgoing']);
    expect(timelineRows([entry(1), entry(2), entry(3)], [item], null, 'me').filter((row) => row.kind === 'outgoing')).toEqual([]);
    expect(timelineRows([entry(1), entry(2)], [{ ...item, text: 't2' }], null, 'me').some((row) => row.kind === 'outgoing')).toBe(true);
  });
  it('leaves out what nobody needs to read', () => {
    expect(timelineRows([entry(1), entry(2, { kind: 'read', content: undefined }), entry(3, { kind: 'offered', content: undefined })], [], null, 'me').filter((row) => row.kind === 'entry')).toHaveLength(1);
  });
});

it('links web addresses and nothing else, and joins to the same text', () => {
  const text = 'see https://a.example/x?y=1. javascript:alert(1) @李娜 ok';
  const parts = textParts(text);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  expect(parts.filter((part) => part.href).map((part) => part.href)).toEqual(['https://a.example/x?y=1']);
  expect(parts.find((part) => part.mention)?.text).toBe('@李娜');
});

it('offers only times to come', () => {
  const late = new Date(2026, 10, 21, 20, 0);
  expect(snoozeTimes(late).map((each) => each.id)).toEqual(['hour', 'tomorrow', 'monday']);
  for (const each of snoozeTimes(late)) expect(each.at.getTime()).toBeGreaterThan(late.getTime());
});
