/** How many agents like those there are a half-hour takes, counted on the virtual clock: right also where skills overlap and agents have several conversations at once. */
import type { Queue, RoutingPolicy } from '../../routing/schema.ts';
import { exponential, stream } from '../../time-lab/rules/dice.ts';
import { simulate } from '../../time-lab/rules/simulate.ts';
import { createTally } from '../../time-lab/rules/tally.ts';
import type { Goal, ScenarioAgent, ScenarioItem } from '../../time-lab/schema.ts';
import type { PlanInput, QueueOutlook } from '../schema.ts';
import type { Roster } from './plan.ts';

type Coming = Pick<QueueOutlook, 'queueId' | 'media' | 'offered' | 'ahtSeconds' | 'patienceSeconds'> & { channelKind: string; units: number };
type Question = { coming: Coming[]; queues: Queue[]; policy: RoutingPolicy; roster: Roster; targets: PlanInput['targets']; /** Where to begin to look, and where to give up. */ guess: number; most: number; seed: number };

/** Enough for the share to settle within a point or two. */
const conversations = 1_500;
/** A half-hour like this one goes on at least so long, so that long handle times count. */
const leastMs = 4 * 3_600_000;
/** Agents take so long to pick up. */
const picksUpMs = 3_000;

/** The fewest with which every medium reaches its target; null: nobody of the roster can, however many there are. */
export function agentsInSimulation(question: Question): number | null {
  if (question.roster.length === 0) return null;
  let [failing, reaching] = [0, Infinity];
  // Far away is left behind in growing steps, either way; then nearer looks decide.
  let look = Math.max(1, Math.min(question.guess, question.most));
  for (let step = 1; reaching - failing > 1; step *= 2) {
    if (reaches(question, look)) reaching = look;
    else failing = look;
    if (reaching === Infinity && failing >= question.most) return null;
    if (reaching === Infinity) look = Math.min(question.most, failing + step);
    else if (failing === 0) look = Math.max(1, reaching - step);
    else look = (failing + reaching) >> 1;
  }
  return reaching;
}

function reaches({ coming, queues, policy, roster, targets, seed }: Question, count: number): boolean {
  const perMs = coming.reduce((sum, { offered }) => sum + offered, 0) / 1_800_000;
  const to = Math.max(leastMs, conversations / perMs);
  // Twice as many of them are twice each: their ids tell them apart, and members of a queue are members again.
  const agents = Array.from({ length: count }, (_, nth): ScenarioAgent[] => {
    const like = roster[nth % roster.length];
    return like ? [{ input: { ...like, id: `${like.id}/${nth}` }, states: [{ at: 0, state: 'available' }], answersMs: [picksUpMs], misses: 0, declines: 0, missedMs: 0 }] : [];
  }).flat();
  const lines = queues.map(({ members, ...queue }): Queue => ({ ...queue, pull: 'allowed', members: members === 'all' ? 'all' : agents.flatMap(({ input: { id } }) => (members.includes(id.split('/')[0] ?? '') ? [id] : [])) }));
  const goals: Record<string, Goal> = Object.fromEntries(coming.map(({ queueId, media }) => [queueId ?? '', { ...targets[media], variant: 'late-abandons', shortSeconds: 5 }]));
  const tally = createTally({ from: 0, to, queueIds: queues.map(({ id }) => id), goals });
  simulate({ seed, from: 0, to, queues: lines, policy, agents, items: arrivals(coming, to, seed), drag: 0 }, { ended: tally.ended });
  const { queues: figures } = tally.summary(false);
  return (['voice', 'chat', 'email'] as const).every((media) => {
    const of = figures.filter(({ queueId }) => coming.some((one) => one.media === media && one.queueId === queueId));
    const [inTime, all] = of.reduce(([good, offered], { serviceLevel, offered: more, waiting }) => {
      // Who still waits late is no success either.
      const counted = more - waiting * (targets[media].seconds < 3_600 ? 0 : 1);
      return [good + (serviceLevel ?? 0) * counted, offered + counted];
    }, [0, 0]);
    return all === 0 || inTime / all >= targets[media].share;
  });
}

function* arrivals(coming: Coming[], to: number, seed: number): Generator<ScenarioItem> {
  const chance = stream(seed + 17);
  const all = coming.reduce((sum, { offered }) => sum + offered, 0);
  for (let at = exponential(chance, 1_800_000 / all), nth = 0; at < to; at += exponential(chance, 1_800_000 / all), nth += 1) {
    let rest = chance() * all;
    const one = coming.find(({ offered }) => (rest -= offered) < 0) ?? coming[0];
    if (!one) return;
    const { queueId, ahtSeconds, patienceSeconds, channelKind, units } = one;
    yield {
      at, work: { conversationId: `c${nth}`, queueId, priority: 1, skills: [], queuedAt: at, units, channelKind, declinedBy: [] },
      handleMs: exponential(chance, ahtSeconds * 1000), wrapMs: 0, patienceMs: patienceSeconds === null ? null : exponential(chance, patienceSeconds * 1000),
    };
  }
}
