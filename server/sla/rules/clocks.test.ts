/** Deadlines against an oracle that counts minutes off the entries; whatever happens, the fold of the entries is the head. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen } from '../../calendars/rules/calendar.ts';
import type { Hours } from '../../calendars/schema.ts';
import { apply, type Fact } from '../../conversations/rules/apply.ts';
import { clockNames } from '../../conversations/rules/clock.ts';
import { withDeadlines } from '../../conversations/rules/draft.ts';
import { due } from '../../conversations/rules/due.ts';
import { blank, fold, foldOne } from '../../conversations/rules/fold.ts';
import type { ClockName, Entry, Head } from '../../conversations/schema.ts';
import { Problem } from '../../problem.ts';
import { SlaPolicyInput, type SlaPolicy } from '../schema.ts';
import { chosen, misfit, which } from './choose.ts';
import { clocksAfter } from './clocks.ts';

const minute = 60_000;
const nine = [{ from: '09:00', to: '12:00' }, { from: '13:00', to: '18:00' }];
const office: Hours = { zone: 'Asia/Shanghai', week: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }, days: [{ kind: 'holiday', date: '2026-11-24', name: '' }] };
const policy = (id: string, change: Partial<SlaPolicy>): SlaPolicy => ({ ...SlaPolicyInput.parse({ name: id, targets: { first: 30, next: 20, resolution: 240 } }), id, version: 1, order: 0, ...change });
const clockTime = policy('clock', {});
const businessTime = policy('business', { calendarId: 'c', targets: { first: 60, next: 45, resolution: 300 }, warning: { unit: 'minutes', value: 15 } });
const vip = policy('vip', { appliesTo: { labels: ['vip'] }, targets: { first: 5, next: 5 }, warning: null });

type Step = (head: Head, now: Date) => Fact;
const agent = { kind: 'agent' as const, id: 'a1' };
const bot = { kind: 'bot' as const, id: 'retrieval' };
const says = (withBot: boolean): Step => (head) => ({ kind: 'contact-said', contactId: 'c1', thread: { channelId: 'ch', key: 't', address: 't' }, externalId: String(head.seq), content: { text: 'hi' }, locale: 'en', policy: { bot: withBot, queueId: 'q1', burstMs: 0, priority: 1 } });
const acts: [number, Step][] = [
  [5, says(false)], [2, says(true)], [4, () => ({ kind: 'we-said', actor: agent, content: { text: 'a' } })],
  [1, (head) => ({ kind: 'we-said', actor: bot, content: { text: 'b' }, answersSeq: head.lastContactSeq })], [2, (head) => ({ kind: 'queued', actor: bot, queueId: 'q1', answersSeq: head.lastContactSeq })],
  [1, () => ({ kind: 'queued', actor: agent, queueId: 'q2' })], [2, () => ({ kind: 'assigned', actor: agent, agentId: 'a1' })], [3, () => ({ kind: 'pending', actor: agent })],
  [1, (_head, now) => ({ kind: 'snoozed', actor: agent, until: new Date(now.getTime() + 45 * minute) })], [1, () => ({ kind: 'resolved', actor: agent })], [1, () => ({ kind: 'reopened', actor: agent })],
  [1, () => ({ kind: 'labelled', actor: agent, labels: ['vip'] })], [1, () => ({ kind: 'labelled', actor: agent, labels: [] })], [1, () => ({ kind: 'note', actor: agent, content: { text: 'n' } })],
];
const steps = fc.array(fc.tuple(fc.oneof(...acts.map(([weight, step]) => ({ weight, arbitrary: fc.constant(step) }))), fc.integer({ min: 0, max: 400 })), { maxLength: 25 });

/** When so many open minutes have gone by, looked at one by one; those in a pause do not count. */
function counted(hours: Hours | null, since: number, minutes: number, pauses: [number, number][]): number {
  let left = minutes;
  for (let at = since; ; at += minute) {
    if (left === 0) return at;
    if ((!hours || isOpen(hours, new Date(at))) && !pauses.some(([from, to]) => at >= from && at < to)) left -= 1;
  }
}

/** What the entries say that is due; the head is not looked at. */
function recounted(entries: Entry[], policies: SlaPolicy[]): { policyId: string; due: Partial<Record<ClockName, number>> } | null {
  let [opened, replied, status, handler, spoke] = [0, false, 'open', 'nobody', false];
  let waits: number | null = null;
  let labels: string[] = [];
  let pauses: [number, number][] = [];
  let paused: number | null = null;
  for (const { kind, actor, at, changes } of entries) {
    const now = at.getTime();
    const begins = (status === 'resolved' && changes.status === 'open') || (kind === 'message' && actor.kind === 'contact' && handler === 'nobody');
    if (begins) { [opened, replied, pauses] = [now, false, []]; waits = null; paused = null; }
    status = changes.status ?? status;
    handler = changes.handler ?? handler;
    labels = changes.labels ?? labels;
    if (kind === 'message' && actor.kind === 'contact') { waits ??= now; spoke = true; }
    if (kind === 'message' && (actor.kind === 'agent' || actor.kind === 'bot')) waits = null;
    if (kind === 'message' && actor.kind === 'agent') replied = true;
    if (kind === 'resolved') waits = null;
    if (status === 'pending' && paused === null) paused = now;
    if (status !== 'pending' && paused !== null) { pauses.push([paused, now]); paused = null; }
  }
  const chose = policies.find((each) => !each.appliesTo.labels || labels.includes('vip'));
  if (!chose || status === 'resolved' || (handler !== 'queue' && handler !== 'agent') || !spoke) return null;
  const hours = chose.calendarId ? office : null;
  const { first, next, resolution } = chose.targets;
  return { policyId: chose.id, due: {
    ...(first !== undefined && !replied ? { first: counted(hours, opened, first, []) } : {}),
    ...(next !== undefined && replied && waits !== null ? { next: counted(hours, waits, next, []) } : {}),
    ...(resolution !== undefined && paused === null ? { resolution: counted(hours, opened, resolution, pauses) } : {}),
  } };
}

test.each([['clock time', [clockTime]], ['business time, another for VIPs', [vip, businessTime]]])('as an oracle recounts them from the entries: %s', (_name, policies) => {
  fc.assert(fc.property(steps, (all) => {
    let head = blank('conversation');
    let now = Date.parse('2026-11-20T10:00:00+08:00');
    const entries: Entry[] = [];
    const slaAfter = (after: Head, at: Date) => {
      const chose = chosen(policies, { queueId: after.queueId, channelId: after.thread.channelId, priority: after.priority, labels: after.labels });
      const sla = clocksAfter(after, chose, chose?.calendarId ? office : null, at);
      return sla === (after.sla ?? null) ? undefined : sla;
    };
    const take = (fact: Fact, at: Date) => {
      const made = apply(head, fact, at);
      const entry: Entry = { id: '', conversationId: head.id, seq: head.seq + 1, at, ...made, changes: withDeadlines(head, made.changes, slaAfter, at) };
      entries.push(entry);
      head = foldOne(head, entry);
    };
    for (const [step, later] of all) {
      const until = now + later * minute;
      // The clock goes on, and whatever comes due happens at its time.
      while (head.nextTimerAt && head.nextTimerAt.getTime() <= until) {
        const at = head.nextTimerAt;
        const fact = due(head, at);
        if (!fact) throw new Error('a timer without a reason');
        take(fact, at);
        if (fact.kind === 'rang') expect(entries.at(-1)).toMatchObject({ kind: 'event', actor: { kind: 'system', id: 'sla' }, receipt: { rule: 'sla', clock: fact.clock, state: fact.state } });
      }
      now = until;
      const fact = step(head, new Date(now));
      if (head.seq === 0 && fact.kind !== 'contact-said') continue;
      try { take(fact, new Date(now)); } catch (error) { if (!(error instanceof Problem)) throw error; }
      const expected = recounted(entries, policies);
      expect(head.sla?.policyId ?? null).toBe(expected?.policyId ?? null);
      for (const name of clockNames) {
        const clock = head.sla?.[name];
        expect([name, clock && !clock.paused ? clock.due.getTime() : undefined]).toEqual([name, expected?.due[name]]);
        if (clock?.state === 'breached') expect(clock.due.getTime()).toBeLessThanOrEqual(now);
      }
      expect(fold(blank('conversation'), structuredClone(entries))).toEqual(head);
    }
  }), { numRuns: 120 });
});

test('a warning comes before the breach, each once; who was away over both hears of the breach', () => {
  const at = (minutes: number) => new Date(Date.parse('2026-11-20T10:00:00+08:00') + minutes * minute);
  const slaAfter = (after: Head, now: Date) => clocksAfter(after, clockTime, null, now);
  const told = (every: number) => {
    let head = blank('c');
    const entries: string[] = [];
    const take = (fact: Fact, now: Date) => { const made = apply(head, fact, now); head = foldOne(head, { seq: head.seq + 1, changes: withDeadlines(head, made.changes, slaAfter, now) }); };
    take(says(false)(head, at(0)), at(0));
    for (let minutes = every; minutes <= 200; minutes += every) for (let fact = due(head, at(minutes)); fact; fact = due(head, at(minutes))) { take(fact, at(minutes)); if (fact.kind === 'rang') entries.push(`${minutes} ${fact.clock} ${fact.state}`); }
    return { entries, head };
  };
  expect(told(1).entries).toEqual(['24 first warned', '30 first breached', '192 resolution warned']);
  expect(told(100).entries).toEqual(['100 first breached', '200 resolution warned']);
  expect(told(1).head.sla).toMatchObject({ state: 'breached', dueAt: at(30), first: { state: 'breached' }, resolution: { state: 'warned', due: at(240) } });
});

test('the first policy that fits is chosen, and each is said why not', () => {
  const facts = { queueId: 'q1', channelId: 'ch', priority: 1, labels: ['vip'] };
  const all = [policy('off', { enabled: false }), policy('queue', { appliesTo: { queueIds: ['q2'] } }), policy('channel', { appliesTo: { channelIds: ['other'] } }), policy('priority', { appliesTo: { priorities: [4] } }), policy('label', { appliesTo: { labels: ['slow'] } }), vip, clockTime];
  expect(all.map((each) => misfit(each, facts))).toEqual(['disabled', 'queue', 'channel', 'priority', 'label', null, null]);
  expect(which(all, facts).policyId).toBe('vip');
  expect(chosen(all, { ...facts, labels: [], queueId: null })?.id).toBe('clock');
});
