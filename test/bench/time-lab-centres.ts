/**
 * Generated centres. Assumptions, the same for every way of giving work out: arrivals are Poisson at a rate that follows the half-hour of
 * the day and the weekday; handle times are log-normal (sigma 0.8, as talk and chat times are) or exponential where a closed form is
 * checked; an agent takes 4 s to accept; nobody loses patience, so that a long wait counts in full; no abandoned offers.
 */
import { defaultPolicy, QueueInput, type Queue } from '../../server/routing/schema.ts';
import { exponential, stream } from '../../server/time-lab/rules/dice.ts';
import type { Scenario, ScenarioAgent, ScenarioItem } from '../../server/time-lab/schema.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Share of a day's arrivals in each hour of a shop that is busy late in the morning and after dinner. */
const hours = [1, 0.6, 0.4, 0.3, 0.3, 0.6, 1.5, 3, 5, 7, 8.5, 8, 6.5, 6.5, 7, 7.2, 7, 6.2, 6, 6.5, 6.6, 5.5, 3.4, 1.9].map((weight) => weight / 106.9 * 24);
const weekdays = [1.1, 1.05, 1, 1, 1.05, 0.9, 0.9];

/** A need: how often it comes, its queue, its skills, its mean handle time, what it costs. */
type Kind = { share: number; queueId: string; skills: string[]; handleMs: number; units?: number; channelKind?: string };
type Centre = { name: string; days: number; queues: Queue[]; agents: { skills: string[]; capacity: number; shift: [from: number, to: number] | null; daysOff?: number }[]; kinds: Kind[]; /** Units at work over units there. */ load: number; steady?: boolean };

const queue = (id: string, rest: Partial<Queue> = {}): Queue => ({ ...QueueInput.parse({ name: id }), id, ...rest });
const many = <T>(count: number, of: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => of(nth));
const shifts: [number, number][] = [[8, 16], [9, 17], [12, 20], [15, 23]];

/** Those that the shipped policy is held against plain round robin with. */
export const centres: Centre[] = [
  { name: 'callsOneSkill', days: 20, queues: [queue('calls')], agents: many(14, () => ({ skills: [], capacity: 1, shift: null })), kinds: [{ share: 1, queueId: 'calls', skills: [], handleMs: 3 * minute, channelKind: 'voice' }], load: 0.85, steady: true },
  { name: 'chatsInShifts', days: 20, queues: [queue('chat')], agents: many(24, (nth) => ({ skills: [], capacity: 3, shift: shifts[nth % 4] ?? null })), kinds: [{ share: 1, queueId: 'chat', skills: [], handleMs: 9 * minute }], load: 0.62 },
  {
    name: 'multiSkill', days: 20, queues: [queue('sales'), queue('service'), queue('returns')],
    agents: many(30, (nth) => ({ skills: ['zh', ...(nth % 3 === 0 ? ['en'] : []), ...(nth % 2 === 0 ? ['refund'] : []), ...(nth % 5 === 0 ? ['technical'] : [])], capacity: 2, shift: shifts[nth % 4] ?? null })),
    kinds: [
      { share: 0.4, queueId: 'sales', skills: ['zh'], handleMs: 6 * minute }, { share: 0.12, queueId: 'sales', skills: ['en'], handleMs: 7 * minute },
      { share: 0.28, queueId: 'service', skills: ['zh'], handleMs: 8 * minute }, { share: 0.08, queueId: 'service', skills: ['technical'], handleMs: 14 * minute }, { share: 0.12, queueId: 'returns', skills: ['refund'], handleMs: 5 * minute },
    ], load: 0.55,
  },
  {
    name: 'callsAndMail', days: 20, queues: [queue('calls', { priority: 2 }), queue('mail')], agents: many(20, (nth) => ({ skills: [], capacity: 4, shift: shifts[nth % 4] ?? null })),
    kinds: [{ share: 0.6, queueId: 'calls', skills: [], handleMs: 4 * minute, units: 4, channelKind: 'voice' }, { share: 0.4, queueId: 'mail', skills: [], handleMs: 10 * minute, units: 1, channelKind: 'email' }], load: 0.45,
  },
  { name: 'quiet', days: 20, queues: [queue('chat')], agents: many(10, () => ({ skills: [], capacity: 3, shift: null })), kinds: [{ share: 1, queueId: 'chat', skills: [], handleMs: 8 * minute }], load: 0.2, steady: true },
  { name: 'oneAgent', days: 20, queues: [queue('chat')], agents: many(1, () => ({ skills: [], capacity: 1, shift: null })), kinds: [{ share: 1, queueId: 'chat', skills: [], handleMs: 8 * minute }], load: 0.7, steady: true },
  { name: 'everybodyHisOwnSkill', days: 20, queues: [queue('chat')], agents: many(6, (nth) => ({ skills: [`s${nth}`], capacity: 1, shift: null })), kinds: many(6, (nth) => ({ share: 1 / 6, queueId: 'chat', skills: [`s${nth}`], handleMs: 8 * minute })), load: 0.7, steady: true },
  { name: 'overrun', days: 4, queues: [queue('chat')], agents: many(10, () => ({ skills: [], capacity: 2, shift: null })), kinds: [{ share: 1, queueId: 'chat', skills: [], handleMs: 8 * minute }], load: 1.15, steady: true },
];

/** A hundred agents, each five days of eight hours a week with an hour off, two conversations at a time; four queues, five skills. */
export const hundred = (days: number): Centre => ({
  name: 'year', days, queues: [queue('sales'), queue('service', { strategy: 'least-busy' }), queue('returns'), queue('vip', { priority: 3 })],
  agents: many(100, (nth) => ({ skills: ['zh', ...(nth % 3 === 0 ? ['en'] : []), ...(nth % 2 === 0 ? ['refund'] : []), ...(nth % 5 === 0 ? ['technical', 'vip'] : [])], capacity: 2, shift: shifts[nth % 4] ?? null, daysOff: nth % 7 })),
  kinds: [
    { share: 0.45, queueId: 'sales', skills: ['zh'], handleMs: 7 * minute }, { share: 0.1, queueId: 'sales', skills: ['en'], handleMs: 8 * minute },
    { share: 0.25, queueId: 'service', skills: ['zh'], handleMs: 8 * minute }, { share: 0.15, queueId: 'returns', skills: ['refund'], handleMs: 7 * minute }, { share: 0.05, queueId: 'vip', skills: ['vip'], handleMs: 10 * minute },
  ], load: 0.6,
});

/** The centre as a scenario: its items are made as they are read, anew at each reading. */
export function scenarioOf(centre: Centre, seed: number, change: (queue: Queue) => Queue = (each) => each): Scenario {
  const { days, queues, agents, kinds, load, steady = false } = centre;
  const desks = agents.map(({ skills, capacity, shift, daysOff }, nth): ScenarioAgent => ({
    input: { id: `a${nth}`, capacity, skills: skills.map((name) => ({ name, level: 3 })) }, states: statesOf(shift, days, daysOff), answersMs: [4_000], misses: 0, declines: 0, missedMs: 5 * minute,
  }));
  const units = desks.reduce((sum, { input, states }) => sum + input.capacity * states.reduce((ms, { at, state }, index) => ms + (state === 'available' ? (states[index + 1]?.at ?? days * day) - at : 0), 0), 0);
  const costs = kinds.reduce((sum, { share, handleMs, units: cost = 1 }) => sum + share * (handleMs + 4_000) * cost, 0);
  const perDay = (load * units) / costs / days;
  return {
    seed, from: 0, to: days * day, queues: queues.map(change), policy: defaultPolicy, agents: desks, drag: 0,
    items: { [Symbol.iterator]: () => arrivals(seed, perDay / 24, days, kinds, steady) },
  };
}

function statesOf(shift: [number, number] | null, days: number, daysOff?: number): ScenarioAgent['states'] {
  if (shift === null) return [{ at: 0, state: 'available' }];
  const [from, to] = shift;
  return many(days, (nth) => nth).filter((nth) => daysOff === undefined || (nth % 7 !== daysOff && nth % 7 !== (daysOff + 1) % 7)).flatMap((nth): ScenarioAgent['states'] => [
    { at: nth * day + from * hour, state: 'available' }, { at: nth * day + (from + 4) * hour, state: 'break' },
    { at: nth * day + (from + 4) * hour + 45 * minute, state: 'available' }, { at: nth * day + to * hour, state: 'offline' },
  ]);
}

/** @param perHour on the mean */
function* arrivals(seed: number, perHour: number, days: number, kinds: Kind[], steady: boolean): Generator<ScenarioItem> {
  const chance = stream(seed);
  const rateAt = (at: number): number => (steady ? 1 : (open[Math.floor(at / hour) % 24] ?? 0) * (weekdays[Math.floor(at / day) % 7] ?? 1));
  const busiest = steady ? 1 : Math.max(...open) * Math.max(...weekdays);
  let [nth, at] = [0, 0];
  for (;;) {
    // Thinning: as at the busiest time, then some of them do not come.
    at += exponential(chance, hour / (perHour * busiest));
    if (at >= days * day) return;
    if (chance() * busiest > rateAt(at)) continue;
    const kind = pick(kinds, chance());
    if (!kind) continue;
    const { queueId, skills, handleMs, units = 1, channelKind = 'webchat' } = kind;
    yield {
      at, work: { conversationId: `c${nth++}`, queueId, priority: 1, skills: needOf(skills), queuedAt: at, units, channelKind, declinedBy: [] },
      handleMs: handleMs * logNormal(chance), wrapMs: 0, patienceMs: null,
    };
  }
}

/** Customers come while somebody is there: the doors of a centre in shifts are open from 8 to 22. */
const openHours = hours.map((weight, at) => (at >= 8 && at < 22 ? weight : 0));
const open = openHours.map((weight) => (weight * 24) / openHours.reduce((sum, each) => sum + each, 0));

const needs = new Map<string, { name: string; level: number }[]>();
function needOf(skills: string[]): { name: string; level: number }[] {
  const key = skills.join(' ');
  const known = needs.get(key) ?? skills.map((name) => ({ name, level: 1 }));
  needs.set(key, known);
  return known;
}

function pick(kinds: Kind[], luck: number): Kind | undefined {
  let rest = luck;
  return kinds.find(({ share }) => (rest -= share) < 0) ?? kinds.at(-1);
}

const sigma = 0.8;
/** Mean 1. */
function logNormal(chance: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return Math.exp(sigma * normal - (sigma * sigma) / 2);
}
