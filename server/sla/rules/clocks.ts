/**
 * The deadlines of a conversation, off its head. Clocks run while a person is wanted: in line or with an agent; what the bot holds has
 * none, and when it hands over they count from where they would have. A clock that runs is not reckoned anew until what it counts from
 * changes, or the policy does: an edited calendar is felt by the clocks that begin after it.
 */
import { addOpenMs, openMsBetween } from '../../calendars/rules/calendar.ts';
import type { Hours } from '../../calendars/schema.ts';
import { summed } from '../../conversations/rules/clock.ts';
import type { Clock, Head, HeadSla } from '../../conversations/schema.ts';
import type { SlaPolicy } from '../schema.ts';

type Pauses = HeadSla['pauses'];
export type SlaHead = Pick<Head, 'status' | 'handler' | 'openedAt' | 'firstReplyAt' | 'waitingSince' | 'lastContactSeq' | 'episodeSeq' | 'sla'>;

const minute = 60_000;
const mostPauses = 100;

const same = (a: Date | undefined, b: Date | undefined): boolean => a?.getTime() === b?.getTime();

/** When so much open time has passed, pauses left out. The last pause may be open: nothing is counted after it. */
export function reached(hours: Hours | null, since: Date, ms: number, pauses: Pauses): Date | null {
  let [from, left] = [since, ms];
  for (const pause of pauses) {
    const passed = openMsBetween(hours, from, pause.from);
    if (passed >= left) break;
    left -= passed;
    from = pause.to ?? pause.from;
  }
  return addOpenMs(hours, from, left);
}

function started(policy: SlaPolicy, hours: Hours | null, since: Date, minutes: number, pauses: Pauses, state: Clock['state']): Clock | undefined {
  const target = minutes * minute;
  const before = policy.warning === null ? null : policy.warning.unit === 'minutes' ? policy.warning.value * minute : (target * policy.warning.value) / 100;
  const due = reached(hours, since, target, pauses);
  // A calendar that never opens has no deadlines.
  return due ? { since, due, warn: before === null || before >= target ? null : reached(hours, since, target - before, pauses), state } : undefined;
}

/** Since when we wait for the customer: as the conversation is parked with 'pending'. */
function pausesAfter(before: HeadSla | null, head: SlaHead, now: Date): Pauses {
  const pauses = before?.episodeSeq === head.episodeSeq ? before.pauses : [];
  const waits = head.status === 'pending';
  const last = pauses.at(-1);
  if (waits === (last?.to === null)) return pauses;
  return waits ? [...pauses.slice(-mostPauses), { from: now, to: null }] : [...pauses.slice(0, -1), ...(last ? [{ from: last.from, to: now }] : [])];
}

/** The deadlines after something changed, the very same where nothing did; null: there are none. */
export function clocksAfter(head: SlaHead, policy: SlaPolicy | null, hours: Hours | null, now: Date): HeadSla | null {
  const { handler, status, firstReplyAt, waitingSince, openedAt } = head;
  if (!policy || status === 'resolved' || (handler !== 'queue' && handler !== 'agent') || head.lastContactSeq === 0) return null;
  const before = head.sla ?? null;
  const goesOn = before?.policyId === policy.id && before.version === policy.version;
  const pauses = pausesAfter(before, head, now);
  const keep = (clock: Clock | undefined, since: Date) => (goesOn && clock && same(clock.since, since) ? clock : undefined);
  const simple = (old: Clock | undefined, since: Date, minutes: number | undefined) => (minutes === undefined ? undefined : keep(old, since) ?? started(policy, hours, since, minutes, [], 'running'));

  const first = firstReplyAt === null ? simple(before?.first, openedAt, policy.targets.first) : undefined;
  const next = firstReplyAt !== null && waitingSince !== null ? simple(before?.next, waitingSince, policy.targets.next) : undefined;
  const resolution = resolutionAfter(keep(before?.resolution, openedAt), before?.pauses === pauses);
  if (goesOn && before.pauses === pauses && before.episodeSeq === head.episodeSeq && before.first === first && before.next === next && before.resolution === resolution) return before;
  return summed({ policyId: policy.id, version: policy.version, episodeSeq: head.episodeSeq, pauses, ...(first && { first }), ...(next && { next }), ...(resolution && { resolution }) });

  function resolutionAfter(old: Clock | undefined, untouched: boolean): Clock | undefined {
    if (policy?.targets.resolution === undefined) return undefined;
    if (old && untouched) return old;
    // What was missed before a pause stays missed at that moment.
    const clock = old?.state === 'breached' ? { since: old.since, due: old.due, warn: old.warn, state: old.state } : started(policy, hours, openedAt, policy.targets.resolution, pauses, old?.state ?? 'running');
    return clock && status === 'pending' ? { ...clock, paused: true } : clock;
  }
}
