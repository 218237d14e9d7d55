import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRouter, type Router, type RouterWorld } from './router.ts';
import type { Cause, Fed, RoutedHead } from './rules/sync.ts';
import type { AgentInput } from './schema.ts';

const agent = (id: string, capacity = 1): AgentInput => ({ id, state: 'available', capacity, skills: [] });

/** Conversations as the log knows them: a fact that no longer fits is refused, as the unique seq and the rules would do. */
function house(options: { slow?: () => Promise<void>; lateFeed?: number } = {}) {
  const heads = new Map<string, RoutedHead>();
  const facts: string[] = [];
  /** The world tells the router, which is made from the world. */
  const told: { router?: Router } = {};
  const fed = (head: RoutedHead): Fed => ({ head: { ...head }, units: 1, channelKind: 'webchat' });
  const get = (id: string): RoutedHead => heads.get(id) ?? raise(`no ${id}`);
  const append = (id: string, cause: Cause, changes: Partial<RoutedHead>, text: string = cause): { seq: number } => {
    const head = { ...get(id), ...changes, seq: get(id).seq + 1 };
    heads.set(id, head);
    facts.push(`${id} ${text}`);
    if (options.lateFeed === undefined) told.router?.feed(fed(head), cause);
    else setTimeout(() => told.router?.feed(fed(head), cause), options.lateFeed);
    return { seq: head.seq };
  };
  const broken = { offer: false, read: false, holds: true };
  const world: RouterWorld = {
    now: () => new Date(),
    async offer({ conversationId, agentId, until }) {
      await options.slow?.();
      if (broken.offer) raise('the database is gone');
      const { handler, offer, status } = get(conversationId);
      if (handler !== 'queue' || offer || status !== 'open') raise('not waiting');
      return append(conversationId, 'offered', { offer: { agentId, until } }, `offered to ${agentId}`);
    },
    async miss(conversationId, agentId) {
      await options.slow?.();
      if (get(conversationId).offer?.agentId !== agentId) raise('the offer is gone');
      return append(conversationId, 'missed', { offer: null }, `missed by ${agentId}`);
    },
    async move({ conversationId, queueId }) {
      await options.slow?.();
      const { handler, offer, status } = get(conversationId);
      if (handler !== 'queue' || offer || status !== 'open') raise('not waiting');
      return append(conversationId, 'queued', { queueId, lineSince: new Date() }, `moved to ${queueId}`);
    },
    async read(id) {
      await options.slow?.();
      if (broken.read) raise('the database is gone');
      const head = heads.get(id);
      return head ? fed(head) : null;
    },
    agentMissed: vi.fn(async (id: string) => told.router?.agentChanged({ ...agent(id), state: 'missed' })),
    holds: () => broken.holds,
    log: { warn: vi.fn() },
  };
  const router = createRouter(world);
  told.router = router;
  return {
    world, router, heads, facts, broken, get, append,
    load: async (agents: AgentInput[]) => ({ queues: [], agents, heads: [...heads.values()].map(fed) }),
    arrive(id: string): void {
      heads.set(id, {
        id, seq: 0, status: 'open', handler: 'queue', queueId: null, priority: 0, skills: [], queuedAt: new Date(), offer: null, assigneeId: null, lastMessageAt: new Date(),
      });
      append(id, 'queued', {});
    },
    accept: (id: string) => append(id, 'assigned', { handler: 'agent', assigneeId: get(id).offer?.agentId ?? raise('no offer'), offer: null }),
    decline: (id: string) => append(id, 'declined', { offer: null }),
    resolve: (id: string) => append(id, 'resolved', { status: 'resolved', handler: 'nobody', offer: null, assigneeId: null }),
  };
}

function raise(text: string): never {
  throw new Error(text);
}

/** A little time at least: what one step causes may need another turn of the loop. */
const passes = (ms = 20): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('the router at run time', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('offers what waited before it took over and what comes after, and tells the place in line', async () => {
    const { router, load, arrive, accept, facts } = house();
    arrive('c1');
    await passes(1000);
    expect(router.position('c1')).toBeNull();
    await router.takeOver(() => load([agent('a1')]));
    await passes();
    arrive('c2');
    arrive('c3');
    await passes();
    accept('c1');
    await passes();
    expect(facts).toEqual(['c1 queued', 'c1 offered to a1', 'c2 queued', 'c3 queued', 'c1 assigned']);
    expect(router.position('c3')).toEqual({ position: 2, waiting: 2, etaSeconds: null });
    expect(router.agent('a1')?.load).toBe(1);
    await router.stop();
  });

  it('loses nothing that happens while it reads the heads', async () => {
    const { router, load, arrive, resolve, facts } = house();
    arrive('old');
    const before = await load([]);
    await router.takeOver(async () => {
      resolve('old');
      arrive('new');
      router.agentChanged(agent('a1'));
      return before;
    });
    await passes();
    expect(facts.slice(2)).toEqual(['new queued', 'new offered to a1']);
    await router.stop();
  });

  it('tries again when the heads cannot be read, unless it is stopped meanwhile', async () => {
    const { router, load, arrive, facts } = house();
    const failing = vi.fn(async () => raise('the database is gone'));
    const given = router.takeOver(failing);
    await passes(12_000);
    await router.stop();
    await passes(5_000);
    await given;
    expect(failing).toHaveBeenCalledTimes(3);
    let times = 0;
    const taken = router.takeOver(async () => (times++ === 0 ? raise('not yet') : load([agent('a1')])));
    arrive('c1');
    await passes(5_100);
    await taken;
    expect(facts).toEqual(['c1 queued', 'c1 offered to a1']);
    await router.stop();
  });

  it('rings the next one when time is up, and marks an agent who lets two ring', async () => {
    const { world, router, load, arrive, facts } = house();
    await router.takeOver(() => load([agent('a1')]));
    arrive('c1');
    await passes(19_000);
    expect(facts).toEqual(['c1 queued', 'c1 offered to a1']);
    await passes(1_100);
    expect(facts.at(-1)).toBe('c1 missed by a1');
    await passes(15_000);
    expect(facts.at(-1)).toBe('c1 offered to a1');
    await passes(21_000);
    expect(world.agentMissed).toHaveBeenCalledExactlyOnceWith('a1');
    await passes(60_000);
    expect(facts.at(-1)).toBe('c1 missed by a1');
    router.agentChanged(agent('a2'));
    await passes();
    expect(facts.at(-1)).toBe('c1 offered to a2');
    await router.stop();
  });

  it('takes the offer back at once from an agent who goes away', async () => {
    const { router, load, arrive, facts } = house();
    await router.takeOver(() => load([agent('a1')]));
    arrive('c1');
    await passes();
    router.agentChanged({ ...agent('a1'), state: 'offline' });
    router.agentChanged(agent('a2'));
    await passes();
    expect(facts.slice(1)).toEqual(['c1 offered to a1', 'c1 missed by a1', 'c1 offered to a2']);
    await router.stop();
  });

  it.each([undefined, 30])('a message while the offer is on its way does not make a second offer (entries told %s ms late)', async (lateFeed) => {
    const { world, router, load, arrive, append } = house({ slow: () => new Promise((resolve) => setTimeout(resolve, 100)), lateFeed });
    const offer = vi.spyOn(world, 'offer');
    await router.takeOver(() => load([agent('a1', 5), agent('a2', 5)]));
    const loads = () => ['a1', 'a2'].map((id) => router.agent(id)?.load);
    arrive('c1');
    await passes(50);
    append('c1', 'message', {});
    await passes(40);
    expect(loads()).toEqual([1, 0]);
    await passes(25);
    append('c1', 'message', {});
    await passes(200);
    expect(loads()).toEqual([1, 0]);
    expect(offer).toHaveBeenCalledTimes(1);
    await router.stop();
  });

  it('an offer that loses a race frees the agent for the next', async () => {
    const { router, load, arrive, resolve, facts } = house({ slow: () => new Promise((resolve) => setTimeout(resolve, 50)) });
    await router.takeOver(() => load([agent('a1')]));
    arrive('c1');
    arrive('c2');
    await passes(10);
    resolve('c1');
    await passes(200);
    expect(facts.at(-1)).toBe('c2 offered to a1');
    await router.stop();
  });

  it('an offer that loses a race to a node we did not hear of frees the agent at once', async () => {
    const { router, load, arrive, heads, get, facts } = house({ slow: () => new Promise((resolve) => setTimeout(resolve, 50)) });
    await router.takeOver(() => load([agent('a1')]));
    arrive('c1');
    arrive('c2');
    await passes(20);
    heads.set('c1', { ...get('c1'), seq: 2, status: 'resolved', handler: 'nobody' });
    await passes(200);
    expect(facts.at(-1)).toBe('c2 offered to a1');
    await router.stop();
  });

  it('keeps calm while the database is gone, and goes on when it is back', async () => {
    const { world, router, load, arrive, broken, facts } = house();
    const offer = vi.spyOn(world, 'offer');
    await router.takeOver(() => load([agent('a1')]));
    broken.offer = true;
    broken.read = true;
    arrive('c1');
    await passes(60_000);
    broken.read = false;
    await passes(60_000);
    expect(offer.mock.calls.length).toBeLessThan(40);
    broken.offer = false;
    await passes(10_000);
    expect(facts.at(-1)).toMatch(/c1 offered to a1/);
    await router.stop();
  });

  it('decides nothing once the lease is lost, and stop waits for what is on its way', async () => {
    const { router, load, arrive, broken, facts } = house({ slow: () => new Promise((resolve) => setTimeout(resolve, 50)) });
    await router.takeOver(() => load([agent('a1', 5)]));
    broken.holds = false;
    arrive('c1');
    await passes(60_000);
    broken.holds = true;
    arrive('c2');
    await passes(20);
    const stopped = router.stop().then(() => facts.push('stopped'));
    await passes(100);
    await stopped;
    await passes(60_000);
    expect(facts).toEqual(['c1 queued', 'c2 queued', 'c1 offered to a1', 'c2 offered to a1', 'stopped']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('in any storm of slow and failing steps it ends in agreement with the log', async () => {
    const step = fc.record({ what: fc.constantFrom('arrive', 'accept', 'decline', 'resolve', 'message', 'away', 'back', 'fail', 'wait'), n: fc.nat(20) });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.integer({ min: 0, max: 400 })), async (steps, delays) => {
      const it = house({ slow: () => new Promise((resolve) => setTimeout(resolve, delays.next().value)) });
      await it.router.takeOver(() => it.load([agent('a0', 2), agent('a1', 2)]));
      for (const { what, n } of steps) {
        const those = [...it.heads.values()].filter((head) => (what === 'accept' || what === 'decline' ? head.offer !== null : head.status === 'open'));
        const picked = those[n % Math.max(those.length, 1)];
        if (what === 'arrive') it.arrive(`c${it.heads.size}`);
        if (what === 'away') it.router.agentChanged({ ...agent(`a${n % 2}`, 2), state: 'break' });
        if (what === 'back') it.router.agentChanged(agent(`a${n % 2}`, 2));
        if (what === 'fail') it.broken.offer = !it.broken.offer;
        if (what === 'wait') await passes(n * 50);
        if (picked && what === 'accept') it.accept(picked.id);
        if (picked && what === 'decline') it.decline(picked.id);
        if (picked && what === 'resolve') it.resolve(picked.id);
        if (picked && what === 'message') it.append(picked.id, 'message', {});
      }
      it.broken.offer = false;
      for (const id of ['a0', 'a1']) {
        it.router.agentChanged({ ...agent(id, 2), state: 'break' });
        it.router.agentChanged(agent(id, 2));
      }
      // Everybody at work accepts what rings; then the log and the router must say the same.
      for (let round = 0; round < 60; round += 1) {
        await passes(2000);
        for (const head of [...it.heads.values()]) if (head.offer) it.accept(head.id);
        it.router.agentChanged(agent('a0', 2));
        it.router.agentChanged(agent('a1', 2));
      }
      await passes(2000);
      const assigned = [...it.heads.values()].filter((head) => head.assigneeId !== null && head.status === 'open');
      const waiting = [...it.heads.values()].filter((head) => head.handler === 'queue' && head.status === 'open');
      for (const id of ['a0', 'a1']) expect(it.router.agent(id)?.load).toBe(assigned.filter((head) => head.assigneeId === id).length);
      expect(assigned.length).toBeLessThanOrEqual(4);
      if (waiting.length > 0) expect(assigned.length).toBe(4);
      expect(waiting.map((head) => it.router.position(head.id)?.waiting)).toEqual(waiting.map(() => waiting.length));
      await it.router.stop();
    }), { numRuns: 200 });
  }, 60_000);
});
