import { expect, it } from 'vitest';
import { defaultPolicy, QueueInput, type Queue } from '../../routing/schema.ts';
import { usualTargets } from '../schema.ts';
import { agentsFor } from './erlang.ts';
import type { Roster } from './plan.ts';
import { agentsInSimulation } from './simulated.ts';

const queue = (id: string, rest: Partial<Queue> = {}): Queue => ({ ...QueueInput.parse({ name: id }), id, ...rest });
const coming = (queueId: string, offered: number) => ({ queueId, media: 'chat' as const, offered, ahtSeconds: 300, patienceSeconds: null, channelKind: 'webchat', units: 1 });
const count = (queues: Queue[], come: ReturnType<typeof coming>[], roster: Roster, guess = 5) =>
  agentsInSimulation({ coming: come, queues, policy: defaultPolicy, roster, targets: usualTargets, guess, most: 60, seed: 1 });
const alone: Roster = [{ id: 'a', capacity: 1, skills: [] }];

it('finds what Erlang C finds where Erlang C holds', () => {
  for (const offered of [40]) {
    const erlang = agentsFor({ rate: offered / 1800, ahtSeconds: 303 }, { level: 0.8, seconds: 60 });
    for (const guess of [5, 14]) expect(Math.abs((count([queue('q')], [coming('q', offered)], alone, guess) ?? 0) - erlang)).toBeLessThanOrEqual(1);
  }
});

it('counts several conversations at a time, and queues that share their agents, which Erlang does not', () => {
  const single = count([queue('q')], [coming('q', 60)], alone, 12) ?? 0;
  expect(count([queue('q')], [coming('q', 60)], [{ id: 'a', capacity: 3, skills: [] }])).toBeLessThanOrEqual(Math.ceil(single / 3) + 1);
  const two = [queue('q'), queue('r')];
  const apart = (count([queue('q')], [coming('q', 20)], alone) ?? 0) + (count([queue('r')], [coming('r', 20)], alone) ?? 0);
  expect(count(two, [coming('q', 20), coming('r', 20)], alone)).toBeLessThan(apart);
});

it('knows skills and members, and says when no number is enough', () => {
  const needs = queue('q', { requires: [{ name: 'refund', level: 2 }] });
  const half: Roster = [{ id: 'a', capacity: 1, skills: [] }, { id: 'b', capacity: 1, skills: [{ name: 'refund', level: 3 }] }];
  const all = count([needs], [coming('q', 40)], [{ id: 'b', capacity: 1, skills: [{ name: 'refund', level: 3 }] }], 9) ?? 0;
  expect(count([needs], [coming('q', 40)], half, 18)).toBeGreaterThanOrEqual(2 * all - 1);
  expect(count([needs], [coming('q', 40)], alone)).toBeNull();
  expect(count([queue('q', { members: ['b'] })], [coming('q', 20)], half)).toBeGreaterThan((count([queue('q')], [coming('q', 20)], half) ?? 0) + 2);
  expect(count([queue('q')], [coming('q', 5)], [])).toBeNull();
});
