/** Random histories against a naive oracle that scans everything: the routing invariants, after every single event. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentState } from '../people/schema.ts';
import { defaultPolicy, type OfferDecision, type Queue, type RoutingPolicy, type Stage } from './schema.ts';
import { agentChanged, agentView } from './rules/agents.ts';
import { decide, nextAt } from './rules/decide.ts';
import { position } from './rules/position.ts';
import { policyChanged, queueChanged } from './rules/queues.ts';
import { createState } from './rules/state.ts';
import { sync, type Cause } from './rules/sync.ts';
import { never, oracle, units, type Kind, type Person, type Work } from './testing/oracle.ts';

const base: RoutingPolicy = { ...defaultPolicy, version: 'test', candidatesShown: 6, skillWeights: { t: 3 }, stages: [{ afterSeconds: 45, requires: [{ name: 't', level: 1 }] }] };
const agentIds = ['a0', 'a1', 'a2', 'a3'];
const queueIds = ['q0', 'q1', 'q2'];

const n = fc.nat(50);
const agent = fc.constantFrom(...agentIds);
const queue = fc.constantFrom(...queueIds, 'deleted');
const kind = fc.constantFrom<Kind>('chat', 'chat', 'email', 'voice');
const maybe = fc.option(agent);
const levels = fc.record({ s: fc.nat(3), t: fc.nat(3) });
const skill = fc.record({ name: fc.constantFrom('s', 't'), level: fc.integer({ min: 1, max: 3 }) });
const skillsOf = fc.uniqueArray(skill, { selector: ({ name }) => name, maxLength: 2 });
const stage: fc.Arbitrary<Stage> = fc.record({
  afterSeconds: fc.constantFrom(0, 0, 10, 20, 40), requires: fc.option(skillsOf, { nil: undefined }), preferred: fc.option(fc.constant(true), { nil: undefined }),
  overflowQueueId: fc.option(fc.constantFrom(...queueIds, 'deleted'), { nil: undefined, freq: 2 }), skipIfNone: fc.boolean(),
});
const stages = fc.option(fc.array(stage, { maxLength: 3 }).map((all) => all.sort((a, b) => a.afterSeconds - b.afterSeconds)));
const queueChange = fc.record({ do: fc.constant('queue' as const), queue: fc.constantFrom(...queueIds), members: fc.subarray(agentIds), strategy: fc.constantFrom<Queue['strategy']>('longest-idle', 'least-busy', 'round-robin', 'best-fit'), requires: skillsOf, stages, pull: fc.constantFrom<Queue['pull']>('allowed', 'allowed', 'off', 'only') });
const policyChange = fc.record({ do: fc.constant('policy' as const), voiceFirst: fc.option(fc.record({ afterSeconds: fc.constantFrom(0, 15), units: fc.nat(2) })), chatTakesCalls: fc.boolean(), pointsPerPriority: fc.constantFrom(0, 10) });
const command = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('arrive' as const), queue, priority: fc.nat(4), asks: levels, kind, preferred: maybe, value: fc.constantFrom(0, 0, 40, 100), vip: fc.constantFrom(false, false, true), mood: fc.constantFrom(0, 0.5, -0.5, -1) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('accept' as const, 'decline' as const, 'time-out' as const, 'close' as const), n }) },
  fc.record({ do: fc.constantFrom('park' as const, 'reopen' as const, 'message' as const, 'unassign' as const), n }),
  fc.record({ do: fc.constant('return' as const), n, agent, seconds: fc.constantFrom(5, 30) }),
  fc.record({ do: fc.constant('transfer' as const), n, queue }),
  fc.record({ do: fc.constant('assign' as const), n, agent }),
  fc.record({ do: fc.constant('learn' as const), n, priority: fc.nat(4), mood: fc.constantFrom(0, -0.7), preferred: maybe }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('state' as const), agent, state: fc.constantFrom<AgentState>('offline', 'available', 'available', 'busy', 'break') }) },
  fc.record({ do: fc.constant('able' as const), agent, capacity: fc.nat(4), levels, emailCap: fc.nat(4), off: fc.subarray<Kind>(['chat', 'voice']) }),
  queueChange,
  policyChange,
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clock' as const), by: fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: -3_600_000, max: 86_400_000 })) }) },
  fc.record({ do: fc.constant('takeover' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

const everybody: Queue = { id: '', name: '', members: 'all', requires: [], priority: 0, offerSeconds: 20, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed' };
const skills = (all: Record<string, number>) => Object.entries(all).filter(([, level]) => level > 0).map(([name, level]) => ({ name, level }));

/** `size` agents are at work at first; the others are offline. */
function world(size: number) {
  const scan = oracle(everybody);
  const { works, people, queues, queueOf, held, score, can, able, pairs, rank } = scan;
  scan.world.policy = base;
  scan.world.now = 1_800_000_000_000;
  let state = createState(base);
  /** All that was decided, to be compared with another run. */
  const decided: string[] = [];
  const clock = (): number => scan.world.now;
  queueIds.forEach((id, index) => queues.set(id, { ...everybody, id, priority: index, requires: index === 1 ? [{ name: 's', level: 1 }] : [] }));
  agentIds.forEach((id, index) => people.set(id, { id, state: index < size ? 'available' : 'offline', capacity: 2, levels: { s: 1 + (index % 3), t: 3 - (index % 2) }, emailCap: 2, off: [], idleSince: clock(), misses: 0, turns: new Map() }));

  const tellAgent = (who: Person): void => agentChanged(state, { ...who, skills: skills(who.levels), perChannelCaps: { email: who.emailCap }, offFor: who.off }, clock());
  const tell = (work: Work, cause: Cause | null): string | null => sync(state, {
    units: units[work.kind], channelKind: work.kind, customer: { value: work.value, vip: work.vip, preferred: work.preferred },
    head: {
      id: work.id, seq: ++work.seq, status: work.place === 'gone' ? 'resolved' : 'open', queueId: work.queueId, priority: work.priority,
      handler: work.place === 'assigned' ? 'agent' : work.place === 'gone' ? 'nobody' : 'queue',
      skills: skills(work.asks), queuedAt: new Date(work.queuedAt), lineSince: new Date(work.lineSince), lastMessageAt: new Date(clock()),
      mood: { score: work.mood, direction: 'steady', bad: 0, furious: 0 }, returnTo: work.returnTo ? { agentId: work.returnTo.agentId, until: new Date(work.returnTo.until) } : null,
      offer: work.place === 'offered' ? { agentId: work.agentId, until: new Date(work.until) } : null,
      assigneeId: work.place === 'assigned' ? work.agentId : null,
    },
  }, cause, clock()).nowMissed;

  /** A wait of its own begins, in this queue. */
  const line = (work: Work, facts: Partial<Work> = {}): void => {
    Object.assign(work, { lineSince: clock(), stage: 0, passed: new Set(), returnTo: null }, facts);
    scan.comes(work);
  };
  const leave = (work: Work): void => {
    const who = people.get(work.agentId);
    if (who && (work.place === 'offered' || work.place === 'assigned')) who.idleSince = clock();
    Object.assign(work, { place: 'gone', agentId: '', returnTo: null });
    work.no.clear();
    tell(work, 'resolved');
  };
  const comesBack = (work: Work, who: Person, cooldownMs: number): void => {
    // What is over stays over, also where the clock is put back.
    for (const [id, until] of work.no) if (until <= clock()) work.no.delete(id);
    work.no.set(who.id, clock() + cooldownMs);
    if (who.id === (work.returnTo?.agentId ?? work.preferred)) work.lifted = true;
    work.requeued = true;
    scan.comes(work);
  };
  const miss = (work: Work): void => {
    const who = people.get(work.agentId) ?? never();
    comesBack(work, who, 15_000);
    const counts = who.state === 'available' || who.state === 'busy';
    if (counts) who.misses += 1;
    const gone = counts && who.misses >= 2;
    if (gone) who.state = 'missed';
    expect(tell(work, 'missed')).toBe(gone ? who.id : null);
  };

  /** Each offer must be the one a scan of every pair would make. */
  const check = (offer: OfferDecision): void => {
    const work = works.find((one) => one.id === offer.conversationId) ?? never();
    const who = people.get(offer.agentId) ?? never();
    expect(work.place, 'only what waits is offered: never twice').toBe('waiting');
    const possible = pairs();
    expect(possible.some((pair) => pair.work === work && pair.who === who), `${who.id} can take it: skills, capacity, cool-down, calls`).toBe(true);
    expect(score(work), 'the best score goes first').toBeCloseTo(Math.max(...possible.map((pair) => score(pair.work))), 6);
    const older = possible.filter(({ work: other }) => other.queuedAt < work.queuedAt && Math.abs(score(other) - score(work)) < 1e-9);
    expect(older, 'first come, first served among equals').toEqual([]);
    const best = possible.filter((pair) => pair.work === work).map((pair) => rank(work, pair.who)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))[0];
    expect(rank(work, who), 'the strategy names the agent').toEqual(best);
    const hold = scan.holder(work);
    expect({ score: offer.receipt.score, stage: offer.receipt.stage.index, held: offer.receipt.held, auto: offer.autoAccept }).toEqual({
      score: expect.closeTo(score(work), 1), stage: work.stage, held: hold ? { agentId: hold.agentId, by: hold.by } : undefined, auto: hold?.by === 'return',
    });
    expect(offer.receipt.terms.reduce((sum, term) => sum + term.points, 0)).toBeCloseTo(score(work), 1);
    expect(offer.receipt.candidates.filter((one) => one.outcome === 'winner').map((one) => one.agentId)).toEqual([who.id]);
    expect(offer.receipt.eligible).toBeGreaterThanOrEqual(possible.filter((pair) => pair.work === work).length);
    for (const one of offer.receipt.candidates) {
      const other = people.get(one.agentId);
      if (other) expect(one.outcome === 'excluded', `${other.id}: ${JSON.stringify(one.because)}`).toBe(!can(work, other));
    }
    Object.assign(work, { place: 'offered', agentId: who.id, until: offer.until });
    who.idleSince = clock();
    who.turns.set(queueOf(work).id, 1 + Math.max(0, ...[...people.values()].map((one) => one.turns.get(queueOf(work).id) ?? 0)));
  };

  const run = (): void => {
    for (let expired = 1; expired > 0; ) {
      const decision = decide(state, clock());
      decided.push(JSON.stringify(decision));
      const moved = scan.openStages();
      expect(decision.moves.map(({ conversationId, queueId, receipt }) => `${conversationId} to ${queueId} because of ${receipt.because}`).sort(), 'what moves, as a scan would').toEqual(moved.sort());
      decision.offers.forEach(check);
      for (const { conversationId } of decision.moves) {
        const work = works.find((one) => one.id === conversationId) ?? never();
        if (work.place === 'waiting') tell(work, 'queued');
      }
      const missed = decision.expired.map(({ conversationId, receipt }) => {
        const work = works.find((one) => one.id === conversationId) ?? never();
        const away = !['available', 'busy'].includes(people.get(work.agentId)?.state ?? '');
        expect(work.until <= clock() || away, 'it was due').toBe(true);
        expect(receipt.because).toBe(away ? 'agent-left' : 'unanswered');
        return work;
      });
      missed.forEach(miss);
      expired = decision.expired.length;
    }
    expect(pairs().map(({ work, who }) => `${work.id} waits though ${who.id} is free`)).toEqual([]);
    const next = nextAt(state);
    expect(next === null || next > clock(), 'nothing that is due is left').toBe(true);
    expect(next ?? Infinity, 'it wakes up in time').toBeLessThanOrEqual(scan.nextAt());
    for (const work of works) {
      if (work.place === 'offered') expect(work.until, 'no offer outlives its time').toBeGreaterThan(clock());
      const place = position(state, work.id);
      if (work.place !== 'waiting') {
        expect(place).toBeNull();
        continue;
      }
      const item = state.items.get(work.id);
      expect({ stage: item?.stage, queueId: item?.queueId, queuedAt: item?.queuedAt, alone: item?.hold?.agent.id }, 'stages open on time, and what comes back keeps its start').toEqual({ stage: work.stage, queueId: work.queueId, queuedAt: work.queuedAt, alone: scan.holder(work)?.agentId });
      const inLine = works.filter((one) => one.place === 'waiting' && queueOf(one) === queueOf(work));
      expect(place?.waiting).toBe(inLine.length);
      expect(place?.position).toBeGreaterThan(inLine.filter((one) => score(one) > score(work) + 1e-6).length);
      expect(place?.position).toBeLessThanOrEqual(inLine.filter((one) => score(one) >= score(work) - 1e-6).length);
    }
    for (const who of people.values()) {
      expect(agentView(state, who.id)).toMatchObject({ load: scan.load(who.id), state: who.state, missedInRow: who.misses, idleSince: who.idleSince });
      expect(held(who.id).filter((work) => work.place === 'offered').length === 0 || who.state === 'available' || who.state === 'busy').toBe(true);
    }
  };

  const nth = (index: number, ...places: Work['place'][]): Work | undefined => {
    const those = works.filter((work) => places.includes(work.place));
    return those[index % Math.max(those.length, 1)];
  };
  const become = (who: Person, to: AgentState): void => {
    if (to === 'available' && who.state !== 'available') Object.assign(who, { idleSince: clock(), misses: 0 });
    who.state = to;
    tellAgent(who);
  };
  const takeOver = (): void => {
    state = createState(scan.policy());
    scan.callQueues.clear();
    for (const one of queues.values()) queueChanged(state, { ...one });
    for (const who of people.values()) { tellAgent(who); who.misses = 0; who.turns.clear(); }
    const idle = new Map([...people.values()].map((who) => [who.id, who.idleSince]));
    for (const work of works) {
      work.no.clear();
      Object.assign(work, { stage: 0, lifted: false, passed: new Set(), requeued: false });
      if (work.place === 'waiting') scan.comes(work);
      tell(work, null);
    }
    for (const who of people.values()) who.idleSince = held(who.id).length > 0 ? clock() : (idle.get(who.id) ?? 0);
  };
  const answer = (what: 'accept' | 'decline' | 'time-out', work: Work, who: Person): void => {
    if (what === 'time-out') scan.world.now = Math.max(clock(), work.until);
    else who.misses = 0;
    if (what === 'accept') { Object.assign(work, { place: 'assigned', returnTo: null }); work.no.clear(); tell(work, 'assigned'); }
    if (what === 'decline') { comesBack(work, who, 60_000); tell(work, 'declined'); }
  };

  const step = (it: Command): void => {
    if (it.do === 'clock') scan.world.now += it.by;
    if (it.do === 'arrive') {
      const { queue: queueId, priority, asks, kind: of, preferred, value, vip, mood } = it;
      const work: Work = { id: `c${works.length}`, place: 'gone', queueId, priority, asks, kind: of, queuedAt: clock(), lineSince: clock(), agentId: '', until: 0, seq: 0, no: new Map(), stage: 0, lifted: false, passed: new Set(), requeued: false, preferred, returnTo: null, value, vip, mood };
      works.push(work);
      line(work);
      tell(work, 'queued');
    }
    if (it.do === 'state') become(people.get(it.agent) ?? never(), it.state);
    if (it.do === 'able') tellAgent(Object.assign(people.get(it.agent) ?? never(), { capacity: it.capacity, levels: it.levels, emailCap: it.emailCap, off: it.off }));
    if (it.do === 'queue') {
      const changed = Object.assign(queues.get(it.queue) ?? never(), { members: it.members.length === 4 ? 'all' : it.members, strategy: it.strategy, requires: it.requires, stages: it.stages, pull: it.pull });
      queueChanged(state, { ...changed });
      for (const work of works) if (work.queueId === it.queue) work.stage = 0;
    }
    if (it.do === 'policy') {
      const { interrupts } = base;
      scan.world.policy = { ...base, voiceFirst: it.voiceFirst, pointsPerPriority: it.pointsPerPriority, interrupts: it.chatTakesCalls ? { ...interrupts, chat: ['voice', 'chat', 'email'] } : interrupts };
      policyChanged(state, scan.policy());
      for (const work of works) work.stage = 0;
    }
    if (it.do === 'takeover') takeOver();
    if (it.do === 'accept' || it.do === 'decline' || it.do === 'time-out') {
      const what = it.do;
      settle(nth(it.n, 'offered'), (work) => answer(what, work, people.get(work.agentId) ?? never()));
    }
    if (it.do === 'close' || it.do === 'park') settle(nth(it.n, 'waiting', 'offered', 'assigned'), leave);
    if (it.do === 'reopen') settle(nth(it.n, 'gone'), (work) => { line(work, { queuedAt: clock(), lifted: false, requeued: false }); tell(work, 'reopened'); });
    if (it.do === 'return') settle(nth(it.n, 'gone'), (work) => { line(work, { queuedAt: clock(), lifted: false, requeued: false, returnTo: { agentId: it.agent, until: clock() + it.seconds * 1000 } }); tell(work, 'message'); });
    if (it.do === 'message') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => tell(work, 'message'));
    if (it.do === 'learn') settle(nth(it.n, 'waiting'), (work) => { Object.assign(work, { priority: it.priority, mood: it.mood, preferred: it.preferred }); tell(work, 'prioritised'); });
    if (it.do === 'unassign') settle(nth(it.n, 'assigned'), (work) => { line(work, { requeued: true, lifted: false }); tell(work, 'queued'); });
    if (it.do === 'transfer') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => {
      if (work.place === 'assigned') line(work, { queueId: it.queue, requeued: true, lifted: false });
      else if (work.queueId !== it.queue) line(work, { queueId: it.queue });
      else Object.assign(work, { place: 'waiting', agentId: '', returnTo: null });
      tell(work, 'queued');
    });
    if (it.do === 'assign') settle(nth(it.n, 'waiting', 'offered', 'assigned'), (work) => {
      const who = people.get(it.agent) ?? never();
      if (work.place === 'offered' && work.agentId === who.id) who.misses = 0;
      else if (work.place !== 'assigned' || work.agentId !== who.id) who.idleSince = clock();
      Object.assign(work, { place: 'assigned', agentId: who.id, returnTo: null });
      work.no.clear();
      tell(work, 'assigned');
    });
    run();
  };

  /** When the trouble stops, everybody is served. */
  const finish = (): void => {
    step({ do: 'policy', voiceFirst: null, chatTakesCalls: false, pointsPerPriority: 10 });
    for (const who of people.values()) become(Object.assign(who, { capacity: 4, levels: { s: 3, t: 3 }, emailCap: 4, off: [] }), 'available');
    for (const one of queues.keys()) step({ do: 'queue', queue: one, members: agentIds, strategy: 'longest-idle', requires: [], stages: null, pull: 'allowed' });
    for (let round = 0; round < works.length * 3 && works.some((work) => work.place !== 'gone'); round += 1) {
      step({ do: 'accept', n: round });
      step({ do: 'close', n: works.filter((work) => work.place === 'waiting' || work.place === 'offered' || work.place === 'assigned').findIndex((work) => work.place === 'assigned') });
      if (!works.some((work) => work.place === 'offered')) step({ do: 'clock', by: 5000 });
    }
    expect(works.filter((work) => work.place === 'waiting')).toEqual([]);
  };

  for (const one of queues.values()) queueChanged(state, { ...one });
  for (const who of people.values()) tellAgent(who);
  return { step, finish, decided, able };
}

function settle(work: Work | undefined, change: (work: Work) => void): void {
  if (work) change(work);
}

it('any history: no double offer, no overload, skills kept, calls not interrupted, stages on time, nobody starves, first come first served, no early return', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.tuple(policyChange, queueChange, queueChange), fc.array(command, { minLength: 1, maxLength: 100 }), (size, house, commands) => {
    const runs = [world(size), world(size)];
    for (const { step, finish } of runs.slice(0, commands.length % 8 === 0 ? 2 : 1)) {
      for (const one of [...house, ...commands]) step(one);
      finish();
    }
    if (commands.length % 8 === 0) expect(runs[1]?.decided, 'the same input, the same decisions').toEqual(runs[0]?.decided);
  }), { numRuns: 600 });
}, 240_000);
