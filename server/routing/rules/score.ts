/** What decides who waits less: a score whose parts an admin can read, and whose order no passing of time changes. */
import type { RoutingPolicy, Term, WorkItem } from '../schema.ts';
import type { Item, Line } from './state.ts';

const minuteMs = 60_000;

/**
 * The part of the score that waiting does not change: age and SLA grow at the same pace for all, so score(t) = order + slope x t and two
 * conversations compare by this alone, at any time.
 */
export function orderOf(policy: RoutingPolicy, line: Line, item: WorkItem): number {
  const steps = line.queue.priority + item.priority + (item.vip === true ? policy.vipSteps : 0);
  return (
    policy.pointsPerPriority * steps - (policy.agePointsPerMinute * item.queuedAt) / minuteMs - (policy.slaPointsPerMinute * deadline(policy, item)) / minuteMs +
    valuePoints(policy, item) + moodPoints(policy, item) + (item.requeued === true ? policy.requeuePoints : 0)
  );
}

/** The score as an admin reads it. */
export function scoreOf(policy: RoutingPolicy, item: Item, now: number): number {
  return item.order + ((policy.agePointsPerMinute + policy.slaPointsPerMinute) * now) / minuteMs;
}

/** What the score is the sum of. Terms of no points are left out, but for priority and age. */
export function termsOf(policy: RoutingPolicy, line: Line, item: WorkItem, now: number): Term[] {
  const minutes = (now - item.queuedAt) / minuteMs;
  const past = (now - deadline(policy, item)) / minuteMs;
  const queue = line.queue.priority;
  const terms: Term[] = [
    { code: 'priority', points: policy.pointsPerPriority * (queue + item.priority), queue, item: item.priority },
    { code: 'age', points: policy.agePointsPerMinute * minutes, minutes: rounded(minutes) },
    { code: 'sla', points: policy.slaPointsPerMinute * past, minutes: rounded(past), assumed: typeof item.dueAt !== 'number' },
    { code: 'value', points: valuePoints(policy, item), value: item.value ?? 0 },
    { code: 'vip', points: item.vip === true ? policy.pointsPerPriority * policy.vipSteps : 0, steps: policy.vipSteps },
    { code: 'mood', points: moodPoints(policy, item), mood: item.mood ?? 0 },
    { code: 'requeued', points: item.requeued === true ? policy.requeuePoints : 0 },
  ];
  return terms.map((term) => ({ ...term, points: rounded(term.points) })).filter(({ code, points }) => points !== 0 || code === 'priority' || code === 'age');
}

/** To two decimals, as receipts show numbers. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function deadline(policy: RoutingPolicy, item: WorkItem): number {
  return item.dueAt ?? item.queuedAt + policy.slackMinutesWithoutSla * minuteMs;
}

function valuePoints(policy: RoutingPolicy, { value = 0 }: WorkItem): number {
  return (policy.valuePoints * Math.min(100, Math.max(0, value))) / 100;
}

function moodPoints(policy: RoutingPolicy, { mood = 0 }: WorkItem): number {
  return policy.moodPoints * Math.min(1, Math.max(0, -mood));
}
