/**
 * The router at run time: one node holds it (see lease.ts), keeps the routing state in memory, is fed by entries and agents, and asks
 * for offers. The truth stays in the conversations: an offer that loses a race is refused there, and the state is read anew.
 */
import type { AgentInput, AgentView, MissReceipt, MoveDecision, OfferDecision, Place, Queue, RoutingPolicy } from './schema.ts';
import { defaultPolicy } from './schema.ts';
import { agentChanged, agentRemoved, agentView } from './rules/agents.ts';
import { decide, nextAt, reconsider } from './rules/decide.ts';
import { position } from './rules/position.ts';
import { dequeue } from './rules/items.ts';
import { policyChanged, queuesChanged } from './rules/queues.ts';
import { createState, type RoutingState } from './rules/state.ts';
import { sync, type Cause, type Fed } from './rules/sync.ts';

/** What the router needs of the world. */
export type RouterWorld = {
  now(): Date;
  /** Appends the offer (or, with autoAccept, the assignment); rejects when the conversation is no longer waiting. */
  offer(offer: Omit<OfferDecision, 'until'> & { until: Date }): Promise<{ seq: number }>;
  /** Appends the miss: the time is up, or the agent went away. Rejects when the offer is gone. */
  miss(conversationId: string, agentId: string, receipt: MissReceipt): Promise<{ seq: number }>;
  /** Appends that it goes on to another queue; rejects when it is no longer waiting where it was. */
  move(move: MoveDecision): Promise<{ seq: number }>;
  /** The conversation as it stands; null when it does not exist. */
  read(conversationId: string): Promise<Fed | null>;
  /** The agent let too many offers ring: the state becomes 'missed', the agent is told. */
  agentMissed(agentId: string): Promise<unknown>;
  /** False once the lease is lost: nothing is decided any more. */
  holds(): boolean;
  log: { warn(fact: object, text: string): void };
};

/** Everything there is at takeover: heads that wait, are offered or are assigned and open. */
export type Loaded = { policy?: RoutingPolicy; queues: Queue[]; agents: AgentInput[]; heads: Fed[] };

export type Router = ReturnType<typeof createRouter>;

type Told = { fed: Fed; cause: Cause | null };

/** Idle until takeOver; after stop it may take over again. */
export function createRouter(world: RouterWorld, { policy: initial = defaultPolicy, sweepMs = 5000 }: { policy?: RoutingPolicy; sweepMs?: number } = {}) {
  let policy = initial;
  let state: RoutingState = createState(policy);
  let phase: 'idle' | 'loading' | 'running' = 'idle';
  let soon: NodeJS.Immediate | undefined;
  let later: NodeJS.Timeout | undefined;
  let sweeping: NodeJS.Timeout | undefined;
  /** Ends the pause before the heads are read again. */
  let wake = (): void => {};
  /** What came in while the heads were being read. */
  let missedOut: (() => void)[] = [];
  /** Conversations whose offer or miss is on its way, with what was told meanwhile: judging that early would offer twice. */
  const flying = new Map<string, Told[]>();
  const landing = new Set<Promise<void>>();
  /** The newest entry we know of, so that nothing older is believed. */
  const seqs = new Map<string, number>();
  /** Ours may differ from the truth: read at the next sweep. */
  const doubtful = new Set<string>();
  const failures = new Map<string, number>();

  const now = (): number => world.now().getTime();

  /** Runs it now, after loading, or never. */
  const when = (change: () => void): void => {
    if (phase === 'loading') missedOut.push(change);
    if (phase !== 'running') return;
    change();
    schedule();
  };

  const schedule = (): void => {
    soon ??= setImmediate(flush);
  };

  const take = ({ fed, cause }: Told): void => {
    const { id, seq } = fed.head;
    if (seq < (seqs.get(id) ?? 0)) return;
    const { nowMissed } = sync(state, fed, cause, now());
    if (state.items.has(id)) seqs.set(id, seq);
    else for (const memory of [seqs, failures]) memory.delete(id);
    doubtful.delete(id);
    if (nowMissed !== null) world.agentMissed(nowMissed).catch((error: unknown) => world.log.warn({ err: error, agentId: nowMissed }, 'the state "missed" could not be stored'));
  };

  const flush = (): void => {
    soon = undefined;
    if (phase !== 'running' || !world.holds()) return;
    const { moves, offers, expired } = decide(state, now());
    for (const { conversationId, agentId, receipt } of expired) fly(conversationId, () => world.miss(conversationId, agentId, receipt));
    // One flight for all that was decided of a conversation: it may go on to another queue and ring there at once.
    const acts = new Map<string, (() => Promise<{ seq: number }>)[]>();
    const then = (id: string, act: () => Promise<{ seq: number }>) => void acts.set(id, [...(acts.get(id) ?? []), act]);
    for (const move of moves) then(move.conversationId, () => world.move(move));
    for (const offer of offers) then(offer.conversationId, () => world.offer({ ...offer, until: new Date(offer.until) }));
    for (const [id, all] of acts) fly(id, () => all.reduce((before, act) => before.then(act), Promise.resolve({ seq: 0 })));
    clearTimeout(later);
    const next = nextAt(state);
    // A timer past 2^31 ms fires at once; the sweep comes long before.
    if (next !== null) later = setTimeout(schedule, Math.min(Math.max(next - now(), 1), 60_000));
  };

  const fly = (id: string, act: () => Promise<{ seq: number }>): void => {
    if (flying.has(id)) return;
    const told: Told[] = [];
    const home = state;
    flying.set(id, told);
    doubtful.add(id);
    const flight = land(id, act, told, home).finally(() => {
      landing.delete(flight);
      if (state !== home) return;
      flying.delete(id);
      for (const one of told.splice(0)) take(one);
      schedule();
    });
    landing.add(flight);
  };

  const land = async (id: string, act: () => Promise<{ seq: number }>, told: Told[], home: RoutingState): Promise<void> => {
    try {
      const { seq } = await act();
      failures.delete(id);
      // What was true before our own entry is history, also when we hear of it later.
      if (state === home && state.items.has(id)) seqs.set(id, Math.max(seq, seqs.get(id) ?? 0));
    } catch (error) {
      const failed = (failures.get(id) ?? 0) + 1;
      failures.set(id, failed);
      world.log.warn({ err: error, conversationId: id, failed }, 'an offer or a miss was refused');
      if (state !== home) return;
      for (const one of told.splice(0)) take(one);
      // Refused again and again: the sweep is soon enough, and no hot loop.
      if (failed < 3) await recheck(id, home, told);
      else doubtful.add(id);
    }
  };

  const recheck = async (id: string, home: RoutingState, told?: Told[]): Promise<void> => {
    try {
      const fed = await world.read(id);
      if (state !== home || flying.get(id) !== told) return;
      if (fed) take({ fed, cause: null });
      else dequeue(state, id, now());
    } catch (error) {
      doubtful.add(id);
      world.log.warn({ err: error, conversationId: id }, 'a conversation could not be read again');
    }
  };

  /** Every few seconds: heals what an event should have done, and reads again whatever is in doubt. */
  const sweep = async (): Promise<void> => {
    if (phase !== 'running') return;
    const home = state;
    const doubts = [...doubtful].filter((id) => !flying.has(id));
    for (const id of doubts) await recheck(id, home);
    if (state !== home) return;
    reconsider(state);
    schedule();
  };

  const until = async (load: () => Promise<Loaded>, wanted: () => boolean): Promise<Loaded | null> => {
    for (; wanted(); await new Promise<void>((resolve) => { wake = resolve; later = setTimeout(resolve, sweepMs); })) {
      try {
        return await load();
      } catch (error) {
        world.log.warn({ err: error }, 'the router could not read what waits; it tries again');
      }
    }
    return null;
  };

  const reset = (): void => {
    clearImmediate(soon);
    clearTimeout(later);
    clearInterval(sweeping);
    wake();
    soon = undefined;
    state = createState(policy);
    missedOut = [];
    for (const memory of [flying, seqs, doubtful, failures]) memory.clear();
  };

  return {
    /** Starts deciding from what `load` reads, as soon as that works; what happens meanwhile is not lost. Ends early with stop(). */
    async takeOver(load: () => Promise<Loaded>): Promise<void> {
      reset();
      phase = 'loading';
      const home = state;
      const loaded = await until(load, () => state === home);
      if (!loaded || state !== home) return;
      if (loaded.policy) policyChanged(state, (policy = loaded.policy));
      queuesChanged(state, loaded.queues);
      for (const agent of loaded.agents) agentChanged(state, agent, now());
      for (const fed of loaded.heads) take({ fed, cause: null });
      phase = 'running';
      for (const change of missedOut.splice(0)) change();
      sweeping = setInterval(() => void sweep(), sweepMs);
      schedule();
    },
    /** Whether this node routes, or is about to. */
    busy: (): boolean => phase !== 'idle',
    /** Each changed head, with the kind of the entry that changed it. */
    feed(fed: Fed, cause: Cause | null): void {
      when(() => {
        const told = flying.get(fed.head.id);
        if (told) told.push({ fed, cause });
        else take({ fed, cause });
      });
    },
    agentChanged: (agent: AgentInput): void => when(() => agentChanged(state, agent, now())),
    agentRemoved: (id: string): void => when(() => agentRemoved(state, id, now())),
    /** All queues as they are now; those that did not change cost nothing. */
    queuesChanged: (all: Queue[]): void => when(() => queuesChanged(state, all)),
    policyChanged(changed: RoutingPolicy): void {
      policy = changed;
      when(() => policyChanged(state, changed));
    },
    /** Place in line and estimated wait; null when it does not wait or this node does not route. */
    position: (conversationId: string): Place | null => position(state, conversationId),
    /** Load and state as the router sees them; null when unknown or this node does not route. */
    agent: (id: string): AgentView | null => agentView(state, id),
    sweep,
    /** Decides nothing more and resolves when every offer on its way has landed. */
    async stop(): Promise<void> {
      phase = 'idle';
      const flights = [...landing];
      reset();
      await Promise.allSettled(flights);
    },
  };
}
