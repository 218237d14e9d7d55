import { describe, expect, it } from 'vitest';
import { defaultPolicy, QueueInput, QueuePatch, type AgentInput, type Queue, type WorkItem } from '../schema.ts';
import { agentChanged, agentRemoved, agentView } from './agents.ts';
import { decide, nextAt } from './decide.ts';
import { accepted, declined, dequeue, enqueue } from './items.ts';
import { position } from './position.ts';
import { policyChanged, queueChanged, queuesChanged } from './queues.ts';
import { createState } from './state.ts';

const t0 = 1_800_000_000_000;
const queue = (id: string, rest: Partial<Queue> = {}): Queue => ({ ...QueueInput.parse({ name: id }), id, ...rest });
const agent = (id: string, rest: Partial<AgentInput> = {}): AgentInput => ({ id, state: 'available', capacity: 4, skills: [], idleSince: t0 - 60_000, ...rest });
const work = (conversationId: string, rest: Partial<WorkItem> = {}): WorkItem => ({
  conversationId, queueId: 'q', priority: 1, skills: [], queuedAt: t0, units: 1, channelKind: 'webchat', declinedBy: [], ...rest,
});

describe('decide', () => {
  it('writes a receipt that names the policy, the scores, the winner and why others were left out', () => {
    const state = createState(defaultPolicy);
    queueChanged(state, queue('q', { requires: [{ name: 'refund', level: 3 }], members: ['idle', 'new', 'full', 'weak', 'none', 'away', 'capped', 'no'] }));
    const refund = (level: number) => [{ name: 'refund', level }];
    agentChanged(state, agent('new', { skills: refund(3), idleSince: t0 - 5000 }), t0);
    agentChanged(state, agent('idle', { skills: refund(5) }), t0);
    agentChanged(state, agent('full', { skills: refund(5), capacity: 1 }), t0);
    agentChanged(state, agent('weak', { skills: refund(2) }), t0);
    agentChanged(state, agent('none'), t0);
    agentChanged(state, agent('away', { skills: refund(5), state: 'break' }), t0);
    agentChanged(state, agent('capped', { skills: refund(5), perChannelCaps: { webchat: 1 } }), t0);
    agentChanged(state, agent('outsider', { skills: refund(5) }), t0);
    agentChanged(state, agent('no', { skills: refund(5) }), t0);
    policyChanged(state, { ...defaultPolicy, candidatesShown: 12 });
    for (const id of ['full', 'capped']) {
      enqueue(state, work(`of ${id}`));
      accepted(state, `of ${id}`, id, t0);
    }
    enqueue(state, work('c', { priority: 2, queuedAt: t0 - 90_000, declinedBy: [{ agentId: 'no', until: t0 + 30_000 }] }));
    const [offer, ...rest] = decide(state, t0).offers;
    expect(rest).toEqual([]);
    expect(offer).toMatchObject({ conversationId: 'c', agentId: 'idle', until: t0 + 20_000, autoAccept: false });
    expect(offer?.receipt).toMatchObject({
      policy: 'default-2', strategy: 'longest-idle', score: -8.5, waitedSeconds: 90, winner: 'idle', agents: 9,
      terms: [{ code: 'priority', points: 20, queue: 0, item: 2 }, { code: 'age', points: 0.75, minutes: 1.5 }, { code: 'sla', points: -29.25, minutes: -58.5, assumed: true }],
      stage: { index: 0, of: 1, opened: [], dropped: [] },
      needs: { skills: refund(3), units: 1, channelKind: 'webchat' },
    });
    expect(offer?.receipt.candidates.map(({ agentId, outcome, because, score }) => [agentId, outcome, because, score])).toEqual([
      ['idle', 'winner', undefined, 60],
      ['no', 'excluded', { code: 'declined', seconds: 30 }, 60],
      ['new', 'eligible', undefined, 5],
      ['full', 'excluded', { code: 'capacity', load: 1, capacity: 1, needs: 1 }, 0],
      ['weak', 'excluded', { code: 'skill', skill: 'refund', has: 2, needs: 3 }, 60],
      ['none', 'excluded', { code: 'skill', skill: 'refund', has: 0, needs: 3 }, 60],
      ['away', 'excluded', { code: 'state', state: 'break' }, 60],
      ['capped', 'excluded', { code: 'channel-cap', channelKind: 'webchat', load: 1, cap: 1, needs: 1 }, 0],
      ['outsider', 'excluded', { code: 'not-member' }, 60],
    ]);
  });

  it('lets waiting outgrow priority, without anything being sorted again', () => {
    const state = createState(defaultPolicy);
    enqueue(state, work('urgent', { priority: 4, queuedAt: t0 }));
    enqueue(state, work('patient', { priority: 0, queuedAt: t0 - 41 * 60_000 }));
    expect(position(state, 'patient')?.position).toBe(1);
    enqueue(state, work('patient', { priority: 0, queuedAt: t0 - 39 * 60_000 }));
    expect(position(state, 'patient')?.position).toBe(2);
    agentChanged(state, agent('a', { capacity: 1 }), t0);
    expect(decide(state, t0).offers.map((offer) => offer.conversationId)).toEqual(['urgent']);
  });

  it('asks agents in turn, or those with the least to do, when the queue wants it', () => {
    const state = createState(defaultPolicy);
    queuesChanged(state, [queue('turns', { strategy: 'round-robin' }), queue('loads', { strategy: 'least-busy' })]);
    for (const [id, capacity] of [['a', 10], ['b', 10], ['c', 5]] as const) agentChanged(state, agent(id, { capacity }), t0);
    let now = t0;
    const asked = (queueId: string, count: number): string[] => Array.from({ length: count }, (_, index) => {
      enqueue(state, work(`${queueId} ${index}`, { queueId }));
      return decide(state, (now += 1)).offers[0]?.agentId ?? 'nobody';
    });
    expect(asked('turns', 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    // They begin with two each: 2/10, 2/10, 2/5.
    expect(asked('loads', 5)).toEqual(['a', 'b', 'a', 'b', 'c']);
  });

  it('wakes up by itself for the end of an offer and of a cool-down', () => {
    const state = createState(defaultPolicy);
    expect(nextAt(state)).toBeNull();
    agentChanged(state, agent('a'), t0);
    enqueue(state, work('c'));
    decide(state, t0);
    expect(nextAt(state)).toBe(t0 + 20_000);
    declined(state, 'c', t0 + 1000);
    expect(decide(state, t0 + 1000).offers).toEqual([]);
    expect(nextAt(state)).toBe(t0 + 61_000);
    expect(decide(state, t0 + 61_000).offers).toHaveLength(1);
  });

  it('estimates the wait from the pace of the line, not from its quiet hours', () => {
    const state = createState(defaultPolicy);
    queueChanged(state, queue('q'));
    for (const index of [0, 1, 2]) {
      const at = t0 + index * 3_600_000;
      enqueue(state, work(`early ${index}`, { queuedAt: at }));
      expect(position(state, `early ${index}`)).toEqual({ position: 1, waiting: 1, etaSeconds: null });
      accepted(state, `early ${index}`, 'somebody', at + 30_000);
    }
    for (const index of [0, 1]) enqueue(state, work(`late ${index}`, { queuedAt: t0 + 8_000_000 + index }));
    expect(position(state, 'late 1')).toEqual({ position: 2, waiting: 2, etaSeconds: 60 });
    dequeue(state, 'late 0', t0 + 8_100_000);
    expect(position(state, 'late 1')).toEqual({ position: 1, waiting: 1, etaSeconds: 30 });
  });

  it('serves what waits for a removed queue, and forgets a removed agent', () => {
    const state = createState(defaultPolicy);
    queuesChanged(state, [queue('q', { members: [] })]);
    agentChanged(state, agent('a'), t0);
    agentChanged(state, agent('b'), t0);
    enqueue(state, work('c'));
    expect(decide(state, t0).offers).toEqual([]);
    queuesChanged(state, []);
    agentRemoved(state, 'a', t0);
    expect(decide(state, t0).offers.map((offer) => offer.agentId)).toEqual(['b']);
    expect(agentView(state, 'a')).toBeNull();
    agentRemoved(state, 'b', t0);
    expect(decide(state, t0).expired).toEqual([{ conversationId: 'c', agentId: 'b', receipt: { rule: 'miss', because: 'agent-left', rangSeconds: 0 } }]);
  });

  it('keeps its seats straight past any number of different needs', () => {
    const state = createState(defaultPolicy);
    state.enoughNeeds = 512;
    const skill = (index: number) => [{ name: `topic ${index}`, level: 3 }];
    for (let own = 0; own < 3; own += 1) {
      const skills = Array.from({ length: 325 }, (_, index) => skill(4 * index + own)).flat();
      agentChanged(state, agent(`a${own}`, { capacity: 1, skills }), t0);
    }
    for (let index = 0; index < 1300; index += 1) enqueue(state, work(`c${index}`, { skills: skill(index), queuedAt: t0 + index }));
    for (let served = 0; served < 975; served += 3) {
      const { offers } = decide(state, t0 + served);
      expect(offers).toHaveLength(3);
      for (const { conversationId } of offers) dequeue(state, conversationId, t0 + served);
      enqueue(state, work(`again ${served}`, { channelKind: `other ${served}`, skills: [{ name: 'nobody has it', level: 1 }] }));
      dequeue(state, `again ${served}`, t0);
    }
    expect(decide(state, t0 + 2000).offers).toEqual([]);
    expect(position(state, 'c3')).toMatchObject({ waiting: 325 });
  });
});

describe('what an admin writes', () => {
  const problems = (input: unknown): Record<string, string> =>
    Object.fromEntries((QueueInput.safeParse(input).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]));

  it('is filled up with defaults', () => {
    expect(QueueInput.parse({ name: ' Refunds ' })).toEqual({
      name: 'Refunds', members: 'all', requires: [], priority: 0, offerSeconds: 20, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed',
    });
    expect(QueuePatch.parse({ priority: 2 })).toEqual({ priority: 2 });
  });

  it('is refused in words that say what to write', () => {
    expect(problems({})).toEqual({ name: 'give the queue a name' });
    expect(problems({ name: ' ' })).toEqual({ name: 'give the queue a name' });
    expect(problems({ name: 'q', members: 'some', offerSeconds: 1, priority: 9 })).toEqual({
      members: "say 'all' or list the members' user ids", offerSeconds: 'an agent needs at least 5 seconds', priority: '4 is the highest',
    });
    expect(problems({ name: 'q', requires: [{ name: 'x', level: 1 }, { name: 'x', level: 2 }] })).toEqual({ requires: 'name each skill once' });
  });
});
