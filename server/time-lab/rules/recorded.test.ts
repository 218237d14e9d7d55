import { describe, expect, it } from 'vitest';
import type { Actor, Changes, EntryKind } from '../../conversations/schema.ts';
import { defaultPolicy, QueueInput, type Queue } from '../../routing/schema.ts';
import type { Outcome, ScenarioItem } from '../schema.ts';
import { changedBy, compare, trustIn } from './compare.ts';
import { createTally } from './tally.ts';
import { exponential, stream } from './dice.ts';
import { recordedDay, type Day, type Recorded } from './recorded.ts';
import { simulate } from './simulate.ts';

const minute = 60_000;
const nine = Date.UTC(2026, 10, 20, 9);
const queue = (id: string, rest: Partial<Queue> = {}): Queue => ({ ...QueueInput.parse({ name: id }), id, ...rest });
const customer: Actor = { kind: 'contact', id: 'c' };
const router: Actor = { kind: 'system', id: 'router' };
type Step = [minutes: number, kind: EntryKind, actor: Actor, changes: Changes, rule?: string];

const conversation = (id: string, steps: Step[]): Recorded => ({
  id, entries: steps.map(([at, kind, actor, changes, rule], index) => ({ seq: index + 1, at: new Date(nine + at * minute), kind, actor, changes, rule })),
});
const arrives = (at: number, queueId = 'q'): Step => [at, 'message', customer, { status: 'open', handler: 'queue', queueId, queuedAt: new Date(nine + at * minute), thread: { channelId: 'web', key: 'k' }, waitingSince: new Date(nine + at * minute) }];
const offered = (at: number, agentId: string): Step => [at, 'offered', router, { offer: { agentId, until: new Date(nine + at * minute + 20_000) } }];
const taken = (at: number, agentId: string): Step => [at, 'assigned', { kind: 'agent', id: agentId }, { handler: 'agent', assigneeId: agentId, offer: null }];
const resolved = (at: number, by: Actor = { kind: 'agent', id: 'a' }): Step => [at, 'resolved', by, { status: 'resolved', handler: 'nobody', offer: null, queuedAt: null }];
const day = (rest: Partial<Day> = {}): Day => ({
  from: nine, to: nine + 480 * minute, seed: 1, queues: [queue('q')], policy: defaultPolicy, channels: { web: { kind: 'webchat', units: 1 } },
  people: [{ input: { id: 'a', capacity: 1, skills: [] }, states: [{ at: nine - 60 * minute, state: 'available' }] }], ...rest,
});
const read = (of: Day, ...all: Recorded[]) => {
  const reading = recordedDay(of);
  for (const one of all) reading.add(one);
  return reading.replay();
};

describe('a recorded day', () => {
  it('says who came when, how it ended, how long it took without what was set aside, and how agents answer', () => {
    const replay = read(day(),
      conversation('one', [arrives(0), offered(0, 'a'), taken(0.1, 'a'), [2, 'pending', { kind: 'agent', id: 'a' }, { status: 'pending' }], [5, 'message', customer, { status: 'open' }], resolved(6)]),
      conversation('two', [arrives(1), resolved(3, customer)]),
      conversation('three', [arrives(4), offered(7, 'a'), [7 + 1 / 3, 'missed', router, { offer: null }]]),
      conversation('four', [arrives(-30), taken(-20, 'a'), resolved(10)]),
      conversation('five', [arrives(-90), taken(-80, 'a'), resolved(-60)]),
      conversation('six', [arrives(20), resolved(25)]));
    expect(replay.outcomes.map(({ conversationId, end, waitMs, handleMs }) => [conversationId, end, waitMs / minute, handleMs / minute])).toEqual([
      ['one/1', 'answered', 0.1, 2.9], ['two/1', 'abandoned', 2, 0], ['three/1', 'waiting', 476, 0],
    ]);
    expect(replay.leftOut).toEqual({ closed: 1, pulled: 0, moved: 0 });
    expect(replay.scenario.agents).toMatchObject([{ answersMs: [6_000], misses: 0.5, declines: 0 }]);
    const held = replay.scenario.items.find(({ holder }) => holder === 'a');
    expect(held).toMatchObject({ at: nine, handleMs: 10 * minute });
    // Who did leave leaves then; who was answered would have left some time later.
    const patience = Object.fromEntries(replay.scenario.items.map(({ work, patienceMs }) => [work.conversationId, patienceMs]));
    expect(patience['two/1']).toBe(2 * minute);
    expect(patience['one/1']).toBeGreaterThan(0.1 * minute);
  });

  it('lets rules do again what rules did, and takes what a person did as it was', () => {
    const overflow = conversation('over', [arrives(0), [1, 'queued', router, { queueId: 'r' }, 'overflow'], taken(2, 'a'), resolved(3)]);
    const byHand = conversation('hand', [arrives(10), [11, 'queued', { kind: 'agent', id: 'x' }, { queueId: 'r' }], taken(12, 'a'), resolved(13)]);
    const { outcomes, leftOut } = read(day({ queues: [queue('q'), queue('r'), queue('p', { pull: 'only' })] }), overflow, byHand, conversation('pull', [arrives(20, 'p'), taken(21, 'a'), resolved(22)]));
    expect(outcomes.map(({ conversationId, queueId, waitMs }) => [conversationId, queueId, waitMs / minute])).toEqual([['over/1', 'q', 2], ['hand/2', 'r', 2]]);
    expect(leftOut).toEqual({ closed: 0, pulled: 1, moved: 1 });
  });

  it('replayed under the policy it was made with comes within two points, and is not believed when it does not', () => {
    const agents = Array.from({ length: 9 }, (_, nth) => ({ input: { id: `a${nth}`, capacity: 1, skills: [] }, states: [{ at: nine - minute, state: 'available' as const }] }));
    const of = day({ people: agents });
    const day1 = lived(of, 700);
    const faithful = read(of, ...day1);
    const result = compare(faithful, { queues: [], policy: {}, goals: {} }, () => undefined);
    expect(result.recorded.total.offered).toBeGreaterThan(600);
    expect(result.recorded.total.serviceLevel).toBeLessThan(0.95);
    expect(Math.abs((result.trust.recorded ?? 0) - (result.trust.replayed ?? 1))).toBeLessThanOrEqual(0.02);
    expect(result.trust).toMatchObject({ trustworthy: true, because: [] });
    // Somebody who was there is not in the log of states.
    const short = compare(read({ ...of, people: agents.slice(2) }, ...day1), { queues: [], policy: {}, goals: {} }, () => undefined);
    expect(short.trust).toMatchObject({ trustworthy: false, because: ['level'] });
    expect(compare(read(of, ...day1.slice(0, 20)), { queues: [], policy: {}, goals: {} }, () => undefined).trust.because).toContain('few');
    expect(compare(read({ ...of, people: [] }, ...day1), { queues: [], policy: {}, goals: {} }, () => undefined).trust.because).toContain('nobody');
  });

  it('may be two points off, and no more', () => {
    const level = (share: number) => {
      const tally = createTally({ from: 0, to: minute, queueIds: ['q'] });
      for (let nth = 0; nth < 1_000; nth += 1) tally.ended({ conversationId: '', queueId: 'q', queuedAt: 0, end: 'answered', waitMs: nth < share * 1_000 ? 0 : 61_000, agentId: null, handleMs: 0 });
      return tally.summary();
    };
    const agents = read(day()).scenario.agents;
    expect([0.82, 0.78, 0.821, 0.779].map((share) => trustIn(level(0.8), level(share), { agents }).trustworthy)).toEqual([true, true, false, false]);
  });

  it('is compared with a changed policy: figures, and the conversations that change most', () => {
    const people = Array.from({ length: 9 }, (_, nth) => ({ input: { id: `a${nth}`, capacity: 1, skills: [] }, states: [{ at: nine - minute, state: 'available' as const }] }));
    const of = day({ people });
    const seen: number[] = [];
    const result = compare(read(of, ...lived(of, 700)), { queues: [{ id: 'q', members: ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6'] }], policy: { version: 'fewer' }, goals: {} }, (done) => seen.push(done));
    expect(result.changed?.total.serviceLevel).toBeLessThan((result.replayed.total.serviceLevel ?? 0) - 0.1);
    expect(result.policies).toEqual({ before: defaultPolicy.version, after: 'fewer' });
    expect(result.differences).toHaveLength(40);
    const first = result.differences[0];
    expect((first?.after.waitMs ?? 0) - (first?.before.waitMs ?? 0)).toBeGreaterThan(2 * minute);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(changedBy({ queues: [{ id: 'q', name: undefined }], policy: {} }, of).queues).toEqual(of.queues);
  });
});

/** A day as the product would have written it down: simulated with other dice, in entries. */
function lived(of: Day, count: number): Recorded[] {
  const chance = stream(77);
  const items: ScenarioItem[] = [];
  for (let at = nine, nth = 0; nth < count; nth += 1) {
    at += exponential(chance, (480 * minute) / count);
    items.push({
      at, work: { conversationId: `c${nth}`, queueId: 'q', priority: 1, skills: [], queuedAt: at, units: 1, channelKind: 'webchat', declinedBy: [] },
      handleMs: exponential(chance, 5 * minute), wrapMs: 0, patienceMs: exponential(chance, 10 * minute),
    });
  }
  const outcomes: Outcome[] = [];
  simulate({
    seed: 5, from: of.from, to: of.to, queues: of.queues, policy: of.policy, drag: 0, items,
    agents: of.people.map((person) => ({ ...person, answersMs: [2_000, 5_000, 11_000], misses: 0, declines: 0, missedMs: minute })),
  }, { ended: (outcome) => outcomes.push(outcome) });
  return outcomes.map(({ conversationId, queuedAt, end, waitMs, agentId, handleMs }) => {
    const [came, ended] = [(queuedAt - nine) / minute, (queuedAt + waitMs - nine) / minute];
    if (end === 'waiting') return conversation(conversationId, [arrives(came)]);
    if (end === 'abandoned' || agentId === null) return conversation(conversationId, [arrives(came), resolved(ended, customer)]);
    return conversation(conversationId, [arrives(came), offered(ended - 6_000 / minute, agentId), taken(ended, agentId), resolved(ended + handleMs / minute)]);
  });
}
