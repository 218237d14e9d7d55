/** Random histories against a naive oracle that scans everything: the routing invariants, after every single event. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentState } from '../people/schema.ts';
import { defaultPolicy, type OfferDecision, type Queue, type RoutingPolicy } from './schema.ts';
import { agentChanged, agentView } from './rules/agents.ts';
import { decide } from './rules/decide.ts';
import { position } from './rules/position.ts';
import { queueChanged } from './rules/queues.ts';
import { createState } from './rules/state.ts';
import { sync, type Cause } from './rules/sync.ts';

const policy: RoutingPolicy = { ...defaultPolicy, version: 'test', candidatesShown: 6 };
const agentIds = ['a0', 'a1', 'a2', 'a3'];
const queueIds = ['q0', 'q1', 'q2'];
const kinds = { chat: 1, email: 2 };
const cost = (kind: Kind): number => kinds[kind];
type Kind = keyof typeof kinds;
type Work = {
  id: string; place: 'waiting' | 'offered' | 'assigned' | 'gone'; queueId: string; priority: number; skill: number; kind: Kind;
  queuedAt: number; agentId: string; until: number; seq: number; no: Map<string, number>;
};
type Person = { id: string; state: AgentState; capacity: number; skill: number; emailCap: number; idleSince: number; misses: number; turns: Map<string, number> };

const n = fc.nat(50);
const agent = fc.constantFrom(...agentIds);
const queue = fc.constantFrom(...queueIds, 'deleted');
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('arrive' as const), queue, priority: fc.nat(4), skill: fc.nat(3), kind: fc.constantFrom<Kind>('chat', 'email') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('accept' as const, 'decline' as const, 'time-out' as const, 'close' as const), n }) },
  fc.record({ do: fc.constantFrom('park' as const, 'reopen' as const, 'message' as const, 'unassign' as const), n }),
  fc.record({ do: fc.constant('transfer' as const), n, queue }),
  fc.record({ do: fc.constant('assign' as const), n, agent }),
  fc.record({ do: fc.constant('state' as const), agent, state: fc.constantFrom<AgentState>('offline', 'available', 'available', 'busy', 'break') }),
  fc.record({ do: fc.constant('able' as const), agent, capacity: fc.nat(4), skill: fc.nat(3), emailCap: fc.nat(4) }),
  fc.record({ do: fc.constant('queue' as const), queue: fc.constantFrom(...queueIds), members: fc.subarray(agentIds), strategy: fc.constantFrom<Queue['strategy']>('longest-idle', 'least-busy', 'round-robin'), requires: fc.nat(2) }),
  fc.record({ do: fc.constant('clock' as const), by: fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: -3_600_000, max: 86_400_000 })) }),
  fc.record({ do: fc.constant('takeover' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** `size` agents are at work at first; the others are offline. */
function world(size: number) {
  let now = 1_800_000_000_000;
  let state = createState(policy);
  const works: Work[] = [];
  const everybody: Queue = { id: '', name: '', members: 'all', requires: [], priority: 0, offerSeconds: 20, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed' };
  const queues = new Map(queueIds.map((id, index) => [id, { ...everybody, id, priority: index, requires: index === 1 ? [{ name: 's', level: 1 }] : [] }]));
  const people = new Map(agentIds.map((id, index): [string, Person] => [id, { id, state: index < size ? 'available' : 'offline', capacity: 2, skill: 2, emailCap: 2, idleSince: now, misses: 0, turns: new Map() }]));

  const queueOf = (work: Work): Queue => queues.get(work.queueId) ?? everybody;
  const held = (id: string): Work[] => works.filter((work) => work.agentId === id && (work.place === 'offered' || work.place === 'assigned'));
  const load = (id: string, kind?: Kind): number => held(id).reduce((sum, work) => sum + (kind === undefined || work.kind === kind ? cost(work.kind) : 0), 0);
  const score = (work: Work): number => 600_000 * (work.priority + queueOf(work).priority) - work.queuedAt;
  const can = (work: Work, who: Person): boolean => {
    const { members, requires } = queueOf(work);
    const level = Math.max(work.skill, ...requires.map((skill) => skill.level));
    return who.state === 'available' && (members === 'all' || members.includes(who.id)) && who.skill >= level &&
      load(who.id) + cost(work.kind) <= who.capacity && (work.kind !== 'email' || load(who.id, 'email') + 2 <= who.emailCap) &&
      (work.no.get(who.id) ?? -Infinity) <= now;
  };
  const pairs = (): { work: Work; who: Person }[] =>
    works.filter((work) => work.place === 'waiting').flatMap((work) => [...people.values()].filter((who) => can(work, who)).map((who) => ({ work, who })));
  const rank = (work: Work, who: Person): number[] => {
    const { id, strategy } = queueOf(work);
    return [strategy === 'least-busy' ? load(who.id) / who.capacity : strategy === 'round-robin' ? (who.turns.get(id) ?? 0) : 0, who.idleSince];
  };

  const tellAgent = (who: Person): void =>
    agentChanged(state, { ...who, skills: who.skill > 0 ? [{ name: 's', level: who.skill }] : [], perChannelCaps: { email: who.emailCap } }, now);
  const tell = (work: Work, cause: Cause | null): string | null => sync(state, {
    units: cost(work.kind), channelKind: work.kind,
    head: {
      id: work.id, seq: ++work.seq, status: work.place === 'gone' ? 'resolved' : 'open', queueId: work.queueId, priority: work.priority,
      handler: work.place === 'assigned' ? 'agent' : work.place === 'gone' ? 'nobody' : 'queue',
      skills: work.skill > 0 ? [{ name: 's', level: work.skill }] : [], queuedAt: new Date(work.queuedAt), lastMessageAt: new Date(now),
      offer: work.place === 'offered' ? { agentId: work.agentId, until: new Date(work.until) } : null,
      assigneeId: work.place === 'assigned' ? work.agentId : null,
    },
  }, cause, now).nowMissed;
  const leave = (work: Work, to: Work['place']): void => {
    const who = people.get(work.agentId);
    if (to === 'gone' && who && (work.place === 'offered' || work.place === 'assigned')) who.idleSince = now;
    work.place = to;
    if (to !== 'offered' && to !== 'assigned') work.agentId = '';
  };
  const miss = (work: Work): void => {
    const who = people.get(work.agentId);
    leave(work, 'waiting');
    if (!who) return;
    work.no.set(who.id, now + 15_000);
    const counts = who.state === 'available' || who.state === 'busy';
    if (counts) who.misses += 1;
    const gone = counts && who.misses >= 2;
    if (gone) who.state = 'missed';
    expect(tell(work, 'missed')).toBe(gone ? who.id : null);
  };

  /** Each offer must be the one a scan of every pair would make. */
  const check = (offer: OfferDecision): void => {
    const work = works.find((one) => one.id === offer.conversationId);
    const who = people.get(offer.agentId);
    expect(work?.place, 'only what waits is offered: never twice').toBe('waiting');
    if (!work || !who) throw new Error('an offer of something unknown');
    const possible = pairs();
    expect(possible.some((pair) => pair.work === work && pair.who === who), `${who.id} can take it: skills, capacity, cool-down`).toBe(true);
    expect(score(work), 'the best score goes first').toBe(Math.max(...possible.map((pair) => score(pair.work))));
    const older = possible.filter(({ work: other }) => other.queueId === work.queueId && other.priority === work.priority && other.skill === work.skill && other.queuedAt < work.queuedAt);
    expect(older, 'first come, first served among equals').toEqual([]);
    const best = possible.filter((pair) => pair.work === work).map((pair) => rank(work, pair.who)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))[0];
    expect(rank(work, who), 'the strategy names the agent').toEqual(best);
    expect(offer.receipt.candidates.filter((one) => one.outcome === 'winner').map((one) => one.agentId)).toEqual([who.id]);
    expect(offer.receipt.eligible).toBeGreaterThanOrEqual(possible.filter((pair) => pair.work === work).length);
    for (const one of offer.receipt.candidates) {
      const other = people.get(one.agentId);
      if (other) expect(one.outcome === 'excluded', `${other.id}: ${JSON.stringify(one.because)}`).toBe(!can(work, other));
    }
    Object.assign(work, { place: 'offered', agentId: who.id, until: offer.until });
    who.idleSince = now;
    who.turns.set(queueOf(work).id, 1 + Math.max(0, ...[...people.values()].map((one) => one.turns.get(queueOf(work).id) ?? 0)));
  };

  const run = (): void => {
    for (let expired = 1; expired > 0; ) {
      const decision = decide(state, now);
      decision.offers.forEach(check);
      for (const { conversationId } of decision.expired) {
        const work = works.find((one) => one.id === conversationId);
        if (!work) throw new Error('an unknown offer expired');
        expect(work.until <= now || !['available', 'busy'].includes(people.get(work.agentId)?.state ?? ''), 'it was due').toBe(true);
        miss(work);
      }
      expired = decision.expired.length;
    }
    expect(pairs().map(({ work, who }) => `${work.id} waits though ${who.id} is free`)).toEqual([]);
    for (const work of works) {
      if (work.place === 'offered') expect(work.until, 'no offer outlives its time').toBeGreaterThan(now);
      const place = position(state, work.id);
      const line = works.filter((one) => one.place === 'waiting' && queueOf(one) === queueOf(work));
      if (work.place !== 'waiting') expect(place).toBeNull();
      else {
        expect(place?.waiting).toBe(line.length);
        expect(place?.position).toBeGreaterThan(line.filter((one) => score(one) > score(work)).length);
        expect(place?.position).toBeLessThanOrEqual(line.filter((one) => score(one) >= score(work)).length);
      }
    }
    for (const who of people.values()) {
      expect(agentView(state, who.id)).toMatchObject({ load: load(who.id), state: who.state, missedInRow: who.misses, idleSince: who.idleSince });
      expect(held(who.id).filter((work) => work.place === 'offered').length === 0 || who.state === 'available' || who.state === 'busy').toBe(true);
    }
  };

  const nth = (index: number, ...places: Work['place'][]): Work | undefined => {
    const those = works.filter((work) => places.includes(work.place));
    return those[index % Math.max(those.length, 1)];
  };
  const become = (who: Person, to: AgentState): void => {
    if (to === 'available' && who.state !== 'available') Object.assign(who, { idleSince: now, misses: 0 });
    who.state = to;
    tellAgent(who);
  };

  const step = (it: Command): void => {
    if (it.do === 'clock') now += it.by;
    if (it.do === 'arrive') {
      works.push({ id: `c${works.length}`, place: 'waiting', queueId: it.queue, priority: it.priority, skill: it.skill, kind: it.kind, queuedAt: now, agentId: '', until: 0, seq: 0, no: new Map() });
      tell(works[works.length - 1] ?? never(), 'queued');
    }
    if (it.do === 'state') become(people.get(it.agent) ?? never(), it.state);
    if (it.do === 'able') tellAgent(Object.assign(people.get(it.agent) ?? never(), { capacity: it.capacity, skill: it.skill, emailCap: it.emailCap }));
    if (it.do === 'queue') {
      const changed = Object.assign(queues.get(it.queue) ?? never(), { members: it.members.length === 4 ? 'all' : it.members, strategy: it.strategy, requires: it.requires > 0 ? [{ name: 's', level: it.requires }] : [] });
      queueChanged(state, { ...changed });
    }
    if (it.do === 'takeover') {
      state = createState(policy);
      for (const one of queues.values()) queueChanged(state, { ...one });
      for (const who of people.values()) { tellAgent(who); who.misses = 0; who.turns.clear(); }
      for (const work of works) { work.no.clear(); const idle = [...people.values()].map((who) => who.idleSince); tell(work, null); [...people.values()].forEach((who, index) => { who.idleSince = idle[index] ?? 0; }); }
      for (const who of people.values()) if (held(who.id).length > 0) who.idleSince = now;
    }
    if (it.do === 'accept' || it.do === 'decline' || it.do === 'time-out') {
      const work = nth(it.n, 'offered');
      const who = people.get(work?.agentId ?? '');
      if (work && who) {
        if (it.do === 'time-out') now = Math.max(now, work.until);
        else who.misses = 0;
        if (it.do === 'accept') { work.place = 'assigned'; work.no.clear(); tell(work, 'assigned'); }
        if (it.do === 'decline') { leave(work, 'waiting'); work.no.set(who.id, now + 60_000); tell(work, 'declined'); }
      }
    }
    if (it.do === 'close' || it.do === 'park') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => { leave(work, 'gone'); work.no.clear(); tell(work, 'resolved'); });
    if (it.do === 'reopen') settle(nth(it.n, 'gone'), (work) => { leave(work, 'waiting'); work.queuedAt = now; tell(work, 'reopened'); });
    if (it.do === 'message') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => tell(work, 'message'));
    if (it.do === 'unassign') settle(nth(it.n, 'assigned'), (work) => { leave(work, 'waiting'); tell(work, 'queued'); });
    if (it.do === 'transfer') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => { leave(work, 'waiting'); work.queueId = it.queue; tell(work, 'queued'); });
    if (it.do === 'assign') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => {
      const who = people.get(it.agent) ?? never();
      if (work.place === 'offered' && work.agentId === who.id) who.misses = 0;
      else if (work.place !== 'assigned' || work.agentId !== who.id) who.idleSince = now;
      Object.assign(work, { place: 'assigned', agentId: who.id });
      work.no.clear();
      tell(work, 'assigned');
    });
    run();
  };

  /** When the trouble stops, everybody is served. */
  const finish = (): void => {
    for (const who of people.values()) become(Object.assign(who, { capacity: 4, skill: 3, emailCap: 4 }), 'available');
    for (const one of queues.keys()) step({ do: 'queue', queue: one, members: agentIds, strategy: 'longest-idle', requires: 0 });
    for (let round = 0; round < works.length * 3 && works.some((work) => work.place !== 'gone'); round += 1) {
      step({ do: 'accept', n: round });
      step({ do: 'close', n: works.filter((work) => work.place === 'waiting' || work.place === 'offered' || work.place === 'assigned').findIndex((work) => work.place === 'assigned') });
    }
    expect(works.filter((work) => work.place === 'waiting')).toEqual([]);
  };

  for (const one of queues.values()) queueChanged(state, { ...one });
  for (const who of people.values()) tellAgent(who);
  return { step, finish };
}

function never(): never {
  throw new Error('the test names something that does not exist');
}

function settle(work: Work | undefined, change: (work: Work) => void): void {
  if (work) change(work);
}

it('any history: no double offer, no overload, skills kept, nobody starves, first come first served, no early return', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.array(command, { minLength: 1, maxLength: 100 }), (size, commands) => {
    const { step, finish } = world(size);
    for (const one of commands) step(one);
    finish();
  }), { numRuns: 600 });
}, 120_000);
