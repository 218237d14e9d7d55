/** What one event costs the router as agents and the waiting grow, with stages, preferred agents, best fit and room for calls: updates of the state and `decide`, no I/O. */
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defaultPolicy, type OfferDecision, type Queue, type RoutingPolicy } from '../../server/routing/schema.ts';
import { agentChanged } from '../../server/routing/rules/agents.ts';
import { decide } from '../../server/routing/rules/decide.ts';
import { accepted, declined, dequeue, enqueue } from '../../server/routing/rules/items.ts';
import { queueChanged } from '../../server/routing/rules/queues.ts';
import { createState, type RoutingState } from '../../server/routing/rules/state.ts';

export const name = 'routing';

/** Agents and waiting conversations: the diagonal first, then each axis alone at the other's ends. */
const sizes: [agents: number, waiting: number][] = [
  [10, 100], [100, 1_000], [1_000, 10_000], [10_000, 100_000], [10_000, 1_000_000], [10, 1_000_000], [10_000, 100],
];
const rounds = 6_000;
/** Throughput is of processor time, the median of so many rounds at a time: a neighbour on the machine takes the core away, not the figure. */
const slice = 300;
const kinds = [['webchat', 1], ['email', 1], ['whatsapp', 2], ['webchat', 1], ['email', 1], ['twilio-voice', 3]] as const;
const skills = ['refund', 'english', 'vip', 'technical'];

const policy: RoutingPolicy = {
  ...defaultPolicy,
  skillWeights: { refund: 2, vip: 3 },
  voiceFirst: { afterSeconds: 120, units: 4 },
  // Who is known goes to who knows them for ten seconds; after half a minute lower levels do, after two anybody.
  stages: [
    { afterSeconds: 0, preferred: true }, { afterSeconds: 10, skipIfNone: true }, { afterSeconds: 30, requires: skills.map((name) => ({ name, level: 1 })) }, { afterSeconds: 120, requires: [], skipIfNone: true },
  ],
};

/** Median and 99th percentile of one event in microseconds for each size, growth over the diagonal, and offers a second. */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const results: Record<string, number | boolean | string> = {};
  measure(1_000, 10_000, rounds);
  const medians: number[] = [];
  let slowest = Infinity;
  let worst = 0;
  for (const [agents, waiting] of sizes) {
    const { median, p99, perSecond, heapBytes } = measure(agents, waiting, rounds);
    const size = `${agents}x${waiting}`;
    results[`heapMB_${size}`] = Math.round(heapBytes / 1_000_000);
    results[`medianUs_${size}`] = rounded(median);
    results[`p99Us_${size}`] = rounded(p99);
    results[`decisionsPerSecond_${size}`] = Math.round(perSecond);
    medians.push(median);
    worst = Math.max(worst, median);
    slowest = Math.min(slowest, perSecond);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const first = medians[0] ?? NaN;
  const last = medians[4] ?? NaN;
  // log(agents x waiting) grows 10 x 100 -> 10,000 x 1,000,000 from 3 to 10 decades.
  const logarithmic = 10 / 3;
  return {
    medianUs: rounded(worst),
    growth: rounded(last / first),
    logarithmicGrowth: rounded(logarithmic),
    decisionsPerSecond: Math.round(slowest),
    growsAtMostLogarithmically: last / first <= logarithmic,
    reached: worst < 100 && slowest >= 20_000 && last / first <= logarithmic,
    ...results,
  };
}

/** Events on a full house: somebody finishes, the next is offered and accepted (1 in 20 declines), another customer arrives. */
function measure(agents: number, waiting: number, count: number): { median: number; p99: number; perSecond: number; heapBytes: number } {
  const chance = dice(agents * 31 + waiting);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] ?? raise();
  collect();
  const before = process.memoryUsage().heapUsed;
  const { state, arrive, held, clock } = fill(agents, waiting, chance, pick);
  collect();
  const heapBytes = process.memoryUsage().heapUsed - before;
  const costs: number[] = [];
  const paces: number[] = [];
  let offers = 0;
  let began = process.cpuUsage();
  const event = (happens: (now: number) => void): OfferDecision[] => {
    const now = clock();
    const start = performance.now();
    happens(now);
    const decision = decide(state, now);
    costs.push((performance.now() - start) * 1000);
    offers += decision.offers.length;
    return decision.offers;
  };
  for (let round = 0; round < count; round += 1) {
    const at = Math.floor(chance() * held.length);
    const done = held[at];
    held[at] = held[held.length - 1] ?? '';
    held.pop();
    const asked = done === undefined ? [] : event((now) => dequeue(state, done, now));
    for (let offer = asked.pop(); offer !== undefined; offer = asked.pop()) {
      const { conversationId, agentId } = offer;
      if (chance() < 0.05) asked.push(...event((now) => declined(state, conversationId, now)));
      else {
        asked.push(...event((now) => accepted(state, conversationId, agentId, now)));
        held.push(conversationId);
      }
    }
    asked.push(...event((now) => enqueue(state, arrive(now))));
    for (const { conversationId, agentId } of asked) {
      event((now) => accepted(state, conversationId, agentId, now));
      held.push(conversationId);
    }
    if (round % slice === slice - 1) {
      const { user, system } = process.cpuUsage(began);
      paces.push((offers / (user + system)) * 1_000_000);
      offers = 0;
      began = process.cpuUsage();
    }
  }
  paces.sort((a, b) => a - b);
  costs.sort((a, b) => a - b);
  return { median: costs[costs.length >> 1] ?? NaN, p99: costs[Math.floor(costs.length * 0.99)] ?? NaN, perSecond: paces[paces.length >> 1] ?? NaN, heapBytes };
}

function fill(agents: number, waiting: number, chance: () => number, pick: <T>(from: readonly T[]) => T) {
  let now = 1_800_000_000_000;
  let made = 0;
  const state: RoutingState = createState(policy);
  const queues = Array.from({ length: 8 }, (_, index): Queue => ({
    id: `queue-${index}`, name: `Queue ${index}`, members: 'all', requires: [], priority: index % 3, offerSeconds: 20, autoAccept: false, stages: null, pull: 'allowed',
    strategy: index === 1 ? 'least-busy' : index === 2 ? 'round-robin' : index < 5 ? 'best-fit' : 'longest-idle',
  }));
  for (const queue of queues) queueChanged(state, queue);
  const clock = (): number => (now += 50);
  for (let index = 0; index < agents; index += 1) {
    const can = skills.filter(() => chance() < 0.7).map((skill) => ({ name: skill, level: 1 + Math.floor(chance() * 5) }));
    agentChanged(state, { id: `agent-${index}`, state: 'available', capacity: 6, skills: can, perChannelCaps: { email: 4 }, offFor: chance() < 0.1 ? ['twilio-voice'] : [] }, clock());
  }
  const needs = [[], [], [], ...skills.map((skill) => [{ name: skill, level: 2 }])];
  const arrive = (queuedAt: number) => {
    const [channelKind, units] = pick(kinds);
    const id = `conversation-${made++}`;
    return { conversationId: id, queueId: pick(queues).id, priority: Math.floor(chance() * 5), skills: pick(needs), queuedAt, units, channelKind, declinedBy: [], preferred: chance() < 0.2 ? `agent-${Math.floor(chance() * agents)}` : null, value: Math.floor(chance() * 100), mood: chance() < 0.1 ? -0.8 : 0 };
  };
  const held: string[] = [];
  const settle = (): void => {
    for (let { offers } = decide(state, now); offers.length > 0; { offers } = decide(state, now)) {
      for (const { conversationId, agentId } of offers) {
        accepted(state, conversationId, agentId, now);
        held.push(conversationId);
      }
    }
  };
  // First everybody is given as much as possible, then the line grows.
  while (state.items.size - held.length < waiting) {
    enqueue(state, arrive(clock()));
    settle();
  }
  return { state, arrive, held, clock };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What filling left behind must not be collected while we measure. */
function collect(): void {
  v8.setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}

/** Mulberry32: the same day at every run. */
function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function raise(): never {
  throw new Error('the benchmark ran out of something');
}
