import { describe, expect, it } from 'vitest';
import { defaultPolicy, QueueInput, type Queue } from '../../routing/schema.ts';
import { erlangA, erlangC } from '../../staffing/rules/erlang.ts';
import type { Outcome, Scenario, ScenarioAgent, ScenarioItem } from '../schema.ts';
import { exponential, stream } from './dice.ts';
import { simulate } from './simulate.ts';
import { createTally } from './tally.ts';

const minute = 60_000;
const queue = (rest: Partial<Queue> = {}): Queue => ({ ...QueueInput.parse({ name: 'q' }), id: 'q', ...rest });
const agent = (id: string, rest: Partial<ScenarioAgent> = {}): ScenarioAgent => ({
  input: { id, capacity: 1, skills: [] }, states: [{ at: 0, state: 'available' }], answersMs: [2_000], misses: 0, declines: 0, missedMs: 5 * minute, ...rest,
});
const item = (conversationId: string, at: number, rest: Partial<ScenarioItem> = {}): ScenarioItem => ({
  at, work: { conversationId, queueId: 'q', priority: 0, skills: [], queuedAt: at, units: 1, channelKind: 'webchat', declinedBy: [] }, handleMs: minute, wrapMs: 0, patienceMs: null, ...rest,
});
const scenario = (rest: Partial<Scenario>): Scenario => ({ seed: 1, from: 0, to: 60 * minute, queues: [queue()], policy: defaultPolicy, agents: [agent('a')], items: [], drag: 0, ...rest });
const played = (of: Scenario): Outcome[] => {
  const outcomes: Outcome[] = [];
  simulate(of, { ended: (outcome) => outcomes.push(outcome) });
  return outcomes;
};
const told = (outcomes: Outcome[]) => outcomes.map(({ conversationId, end, waitMs, agentId }) => [conversationId, end, waitMs, agentId]);

describe('the centre on a virtual clock', () => {
  it('serves one after the other, wrap-up included, and says what still waits', () => {
    const items = [item('one', 0, { wrapMs: 30_000 }), item('two', 10_000), item('three', 20_000, { handleMs: 90 * minute }), item('four', 30_000)];
    expect(told(played(scenario({ items })))).toEqual([
      ['one', 'answered', 2_000, 'a'],
      ['two', 'answered', 84_000, 'a'],
      ['three', 'answered', 136_000, 'a'],
      ['four', 'waiting', 60 * minute - 30_000, null],
    ]);
  });

  it('lets the impatient go, also while it rings, and never twice', () => {
    const items = [item('rings', 0, { patienceMs: 1_999 }), item('lucky', 5_000, { patienceMs: 2_001 }), item('waits', 10_000, { patienceMs: 7_000 })];
    expect(told(played(scenario({ items })))).toEqual([['rings', 'abandoned', 1_999, null], ['lucky', 'answered', 2_000, 'a'], ['waits', 'abandoned', 7_000, null]]);
  });

  it('has who lets it ring passed over, set to missed and back again; the wait goes on', () => {
    const agents = [agent('deaf', { misses: 1, missedMs: 10 * minute }), agent('awake', { states: [{ at: 50_000, state: 'available' }] })];
    const outcomes = played(scenario({ agents, items: [item('one', 0), item('two', 100), item('late', 11 * minute)] }));
    // 20 s of ringing, 15 s of pause, 20 s of ringing: then the deaf one is 'missed', and back for the third.
    expect(outcomes[0]).toMatchObject({ end: 'answered', agentId: 'awake' });
    expect(outcomes.map(({ agentId }) => agentId)).toEqual(['awake', 'awake', 'awake']);
    expect(played(scenario({ agents: agents.slice(0, 1), items: [item('one', 0)] }))).toMatchObject([{ end: 'waiting', waitMs: 60 * minute }]);
  });

  it('works in shifts: what rings at somebody who goes home is taken back, what is in hand is finished', () => {
    const agents = [agent('early', { states: [{ at: 0, state: 'available' }, { at: minute, state: 'offline' }] }), agent('late', { states: [{ at: 5 * minute, state: 'available' }] })];
    const outcomes = played(scenario({ agents, items: [item('first', 0, { handleMs: 3 * minute }), item('second', 30_000)] }));
    expect(told(outcomes)).toEqual([['first', 'answered', 2_000, 'early'], ['second', 'answered', 4 * minute + 32_000, 'late']]);
  });

  it('counts what agents hold from the beginning as no figure, but as work', () => {
    const outcomes = played(scenario({ items: [item('held', 0, { holder: 'a', handleMs: 5 * minute }), item('next', 1_000)] }));
    expect(told(outcomes)).toEqual([['next', 'answered', 5 * minute + 1_000, 'a']]);
  });

  it('is the same twice, and another with another seed', () => {
    const busy = (seed: number): Outcome[] => {
      const agents = ['a', 'b', 'c'].map((id) => agent(id, { answersMs: [1_000, 4_000, 9_000], misses: 0.1, declines: 0.1, input: { id, capacity: 2, skills: [] } }));
      return played(scenario({ seed, agents, items: poisson(11, 200, 15_000, 80_000, 60_000), drag: 0.2 }));
    };
    expect(busy(3)).toEqual(busy(3));
    expect(busy(3)).not.toEqual(busy(4));
    expect(busy(3)).toHaveLength(200);
  });

  it('agrees with Erlang C and A, given the load that the dice made', () => {
    const c = counted(stationary(30_000, 14, 18_000, 180_000, null));
    const exact = erlangC(c.traffic, 14);
    expect(near(c.level, exact.level(20))).toBeLessThan(0.02);
    expect(near(c.pWait, exact.pWait)).toBeLessThan(0.1);
    // Within 1 % it is in the long run of the bench; the mean wait settles last, and is looked at there only.
    expect(near(c.occupancy, exact.occupancy)).toBeLessThan(0.01);
    const a = counted(stationary(15_000, 10, 18_000, 180_000, 120_000));
    const leaving = erlangA(a.traffic, 10, 120);
    expect(near(a.level, leaving.level(20))).toBeLessThan(0.03);
    expect(near(a.abandoned, leaving.pAbandon)).toBeLessThan(0.08);
    expect(near(a.asa, leaving.asaSeconds)).toBeLessThan(0.08);
  });
});

const near = (one: number, other: number): number => Math.abs(one / other - 1);

describe('the tally', () => {
  it('counts each way of saying service level, short abandons apart, by half-hour', () => {
    const outcome = (end: Outcome['end'], queuedAt: number, waitMs: number): Outcome => ({ conversationId: '', queueId: 'q', queuedAt, end, waitMs, agentId: null, handleMs: minute });
    const levels = (['late-abandons', 'of-offered', 'of-answered'] as const).map((variant) => {
      const tally = createTally({ from: 0, to: 60 * minute, queueIds: ['q'], goals: { q: { seconds: 20, share: 0.8, variant, shortSeconds: 5 } } });
      for (const each of [outcome('answered', 0, 20_000), outcome('answered', 0, 20_001), outcome('abandoned', 0, 4_999), outcome('abandoned', 0, 10_000), outcome('abandoned', 31 * minute, 30_000), outcome('waiting', 59 * minute, 60_000)]) tally.ended(each);
      tally.units(0, 1, 2);
      tally.units(45 * minute, 0, 4);
      return tally.summary();
    });
    expect(levels.map(({ total }) => total.serviceLevel)).toEqual([1 / 3, 1 / 5, 1 / 2]);
    expect(levels[0]).toMatchObject({
      total: { offered: 6, answered: 2, abandoned: 3, shortAbandons: 1, waiting: 1, ahtMs: minute, asaMs: 20_000.5, longestMs: 60_000, p50Ms: 20_000, p90Ms: 20_001 },
      occupancy: 45 / (90 + 60),
      intervals: [{ at: 0, occupancy: 0.5, queues: [{ offered: 4, answered: 2, serviceLevel: 0.5 }] }, { at: 30 * minute, occupancy: 15 / (30 + 60), queues: [{ offered: 2, answered: 0, serviceLevel: 0 }] }],
    });
  });
});

function* poisson(seed: number, count: number, gap: number, handle: number, patience: number | null): Generator<ScenarioItem> {
  const chance = stream(seed);
  let at = 0;
  for (let nth = 0; nth < count; nth += 1) {
    at += exponential(chance, gap);
    yield item(`c${nth}`, at, { handleMs: exponential(chance, handle), patienceMs: patience === null ? null : exponential(chance, patience) });
  }
}

function stationary(count: number, agents: number, gap: number, handle: number, patience: number | null): Scenario {
  return scenario({
    to: count * gap, queues: [queue({ autoAccept: true })], agents: Array.from({ length: agents }, (_, nth) => agent(`a${nth}`, { answersMs: [] })), items: poisson(20_261, count, gap, handle, patience),
  });
}

function counted(of: Scenario) {
  const tally = createTally({ from: of.from, to: of.to, queueIds: ['q'], everywhere: { seconds: 20, share: 0.8, variant: 'late-abandons', shortSeconds: 5 } });
  let [waited, all, handle] = [0, 0, 0];
  const items = [...of.items];
  for (const { handleMs } of items) handle += handleMs;
  simulate({ ...of, items }, {
    ended(outcome) {
      tally.ended(outcome);
      all += 1;
      if (outcome.waitMs > 0) waited += 1;
    },
    units: tally.units,
  });
  const { total, occupancy } = tally.summary(false);
  const last = items.at(-1)?.at ?? NaN;
  return {
    traffic: { rate: (items.length / last) * 1000, ahtSeconds: handle / items.length / 1000 },
    level: total.serviceLevel ?? NaN, asa: (total.asaMs ?? NaN) / 1000, pWait: waited / all, abandoned: total.abandoned / total.offered, occupancy: occupancy ?? NaN,
  };
}
