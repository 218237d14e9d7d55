/** One scenario under two policies, and beside what was recorded of it. */
import { enoughOffered, tolerance, type Difference, type Fate, type Goal, type Outcome, type RunInput, type RunResult, type Scenario, type Summary, type Trust } from '../schema.ts';
import type { Queue, RoutingPolicy } from '../../routing/schema.ts';
import type { Replay } from './recorded.ts';
import { simulate } from './simulate.ts';
import { createTally } from './tally.ts';

const mostDifferences = 40;
/** Below so much nobody would notice. */
const noticedMs = 1_000;

type Change = Pick<RunInput, 'queues' | 'policy' | 'goals'>;

/** The queues and the policy with what is changed in them. */
export function changedBy({ queues, policy }: Pick<Change, 'queues' | 'policy'>, today: { queues: Queue[]; policy: RoutingPolicy }): { queues: Queue[]; policy: RoutingPolicy } {
  const named = new Map(queues.map((queue) => [queue.id, present(queue)]));
  return { queues: today.queues.map((queue) => ({ ...queue, ...named.get(queue.id) })), policy: { ...today.policy, ...present(policy) } };
}

/** @param progress 0..1 */
export function compare({ scenario, outcomes, leftOut }: Replay, change: Change, progress: (done: number) => void): RunResult {
  const changes = change.queues.length > 0 || Object.keys(change.policy).length > 0;
  const rounds = changes ? 2 : 1;
  const recorded = tallyOf(scenario, change.goals);
  for (const outcome of outcomes) recorded.ended(outcome);
  const before = play(scenario, change.goals, (done) => progress(done / rounds));
  const after = changes ? play({ ...scenario, ...changedBy(change, scenario) }, change.goals, (done) => progress((1 + done) / rounds)) : null;
  // Who was busy when is not counted of the day itself.
  const summary: Summary = { ...recorded.summary(), occupancy: null };
  return {
    from: scenario.from, to: scenario.to, recorded: { ...summary, intervals: summary.intervals.map((one) => ({ ...one, occupancy: null })) },
    replayed: before.summary, changed: after?.summary ?? null, trust: trustIn(summary, before.summary, scenario), leftOut,
    differences: after ? differences(before.outcomes, after.outcomes) : [],
    policies: { before: scenario.policy.version, after: after ? (change.policy.version ?? scenario.policy.version) : null },
  };
}

/** Whether the replay of today's policy comes near enough to what happened. */
export function trustIn(recorded: Summary, replayed: Summary, { agents }: Pick<Scenario, 'agents'>): Trust {
  const [one, other] = [recorded.total.serviceLevel, replayed.total.serviceLevel];
  const nobody = agents.every(({ states }) => states.every(({ state }) => state !== 'available'));
  const because: Trust['because'] = nobody ? ['nobody'] : [
    ...(one === null || other === null || Math.abs(one - other) > tolerance + 1e-9 ? ['level' as const] : []),
    ...(recorded.total.offered < enoughOffered ? ['few' as const] : []),
  ];
  return { trustworthy: because.length === 0, recorded: one, replayed: other, tolerance, because };
}

/** Those whose wait changes most: first what got worse, the worst first, then what got better, the best first. */
export function differences(before: readonly Outcome[], after: readonly Outcome[]): Difference[] {
  const then = new Map(after.map((outcome) => [outcome.conversationId, outcome]));
  const all = before.flatMap((outcome): Difference[] => {
    const other = then.get(outcome.conversationId);
    if (!other || (other.end === outcome.end && Math.abs(other.waitMs - outcome.waitMs) < noticedMs)) return [];
    return [{ conversationId: outcome.conversationId.split('/')[0] ?? '', queueId: outcome.queueId, queuedAt: outcome.queuedAt, before: fateOf(outcome), after: fateOf(other) }];
  }).toSorted((a, b) => Math.abs(worse(b)) - Math.abs(worse(a))).slice(0, mostDifferences);
  return [...all.filter((each) => worse(each) > 0), ...all.filter((each) => worse(each) <= 0)];
}

const fateOf = ({ end, waitMs, agentId }: Outcome): Fate => ({ end, waitMs, agentId });
/** Not to be answered any more is worse than any wait. */
const worse = ({ before, after }: Difference): number => after.waitMs - before.waitMs + (unanswered(after) - unanswered(before)) * 86_400_000;
const unanswered = ({ end }: Fate): number => (end === 'answered' ? 0 : 1);

function play(scenario: Scenario, goals: Record<string, Goal>, progress: (done: number) => void): { summary: Summary; outcomes: Outcome[] } {
  const tally = tallyOf(scenario, goals);
  const outcomes: Outcome[] = [];
  const { from, to } = scenario;
  simulate(scenario, {
    ended(outcome) {
      tally.ended(outcome);
      outcomes.push(outcome);
    },
    units: tally.units,
    reached: (now) => progress((now - from) / (to - from)),
  });
  return { summary: tally.summary(), outcomes };
}

const tallyOf = ({ from, to, queues }: Scenario, goals: Record<string, Goal>) => createTally({ from, to, queueIds: queues.map(({ id }) => id), goals });

/** Without what is there only as undefined: an absent field changes nothing. */
const present = <T extends object>(of: T): Partial<T> => JSON.parse(JSON.stringify(of));
