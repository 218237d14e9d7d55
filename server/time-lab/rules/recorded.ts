/**
 * A day as it was recorded becomes a scenario: who came when and needed what, how long it took, who was there. What the log cannot
 * know is assumed, and said here: capacities, skills and membership are today's; the time a conversation was set aside is taken
 * off its end; what a customer is worth is not looked up; who was answered would have left after an exponential patience, estimated from those who did leave.
 */
import { blank, foldOne } from '../../conversations/rules/fold.ts';
import type { Head } from '../../conversations/schema.ts';
import { factsOf, type Seen } from '../../reports/rules/facts.ts';
import type { Handling, Wait } from '../../reports/schema.ts';
import type { Queue, RoutingPolicy } from '../../routing/schema.ts';
import type { LeftOut, Outcome, Scenario, ScenarioAgent, ScenarioItem } from '../schema.ts';
import { dice } from './dice.ts';

/** `rule`: of the entry's receipt, where a rule wrote it. */
export type Recorded = { id: string; entries: (Seen & { rule?: string | undefined })[] };
/** `states`: as logged, the last one before the day included. */
export type OnDuty = Pick<ScenarioAgent, 'input' | 'states'>;
export type Day = { from: number; to: number; seed: number; queues: Queue[]; policy: RoutingPolicy; /** By channel id. */ channels: Record<string, { kind: string; units: number }>; people: OnDuty[] };
export type Replay = { scenario: Omit<Scenario, 'items'> & { items: ScenarioItem[] }; outcomes: Outcome[]; leftOut: LeftOut };

/** Before anybody is known to have come back from 'missed'. */
const usualMissedMs = 10 * 60_000;
/** An offer that ended so shortly before its time was up rang to its end. */
const slackMs = 1_000;

type Piece = { item: ScenarioItem; outcome: Outcome; handled: boolean };
type Rung = { accepted: number[]; missed: number; declined: number };

/** Takes conversations one by one, in any order; `replay` when all are in. */
export function recordedDay(day: Day): { add(recorded: Recorded): void; replay(): Replay } {
  const { from, to } = day;
  const queues = new Map(day.queues.map((queue) => [queue.id, queue]));
  const known = new Set(day.people.map(({ input }) => input.id));
  const pieces: Piece[] = [];
  const held: ScenarioItem[] = [];
  const rings = new Map<string, Rung>();
  const leftOut: LeftOut = { closed: 0, pulled: 0, moved: 0 };

  const workOf = (head: Head, { queueId, startedAt, enteredAt, seq }: Pick<Wait, 'queueId' | 'startedAt' | 'enteredAt' | 'seq'>): ScenarioItem['work'] => {
    const { kind = 'unknown', units = 1 } = day.channels[head.thread.channelId] ?? {};
    return {
      // One conversation may wait more than once a day.
      conversationId: `${head.id}/${seq}`, queueId, priority: head.priority, skills: head.skills, queuedAt: startedAt.getTime(), units, channelKind: kind, declinedBy: [],
      lineSince: enteredAt.getTime(), preferred: head.returnTo?.agentId ?? knowsCustomer(head), heldUntil: head.returnTo?.until.getTime() ?? null,
      dueAt: head.sla?.dueAt?.getTime() ?? null, mood: head.mood?.score ?? 0, vip: head.labels.some((label) => /^vip$/i.test(label)),
    };
  };

  /** Who replied last in an episode before this one. */
  const knowsCustomer = ({ lastReplyBy, lastReplySeq, episodeSeq }: Head): string | null => (lastReplyBy !== null && lastReplySeq > 0 && lastReplySeq <= episodeSeq && known.has(lastReplyBy) ? lastReplyBy : null);

  const hold = (head: Head, handling: Handling): void => {
    const [begins, ends] = [handling.from.getTime(), handling.to?.getTime() ?? to];
    if (ends <= from || begins >= to || !known.has(handling.agentId)) return;
    const left = activeMs(handling, to) * (begins < from ? (ends - from) / (ends - begins) : 1);
    if (left <= 0) return;
    const work = workOf(head, { queueId: handling.queueId, startedAt: handling.from, enteredAt: handling.from, seq: handling.seq });
    held.push({ at: Math.max(from, begins), work, handleMs: left, wrapMs: 0, patienceMs: null, holder: handling.agentId });
  };

  /** @param chain what the rules made one wait of: the queue it came into, and those it overflowed to */
  const stand = (head: Head, chain: Wait[], handling: Handling | undefined): void => {
    const [first, last] = [chain[0], chain.at(-1)];
    if (!first || !last) return;
    const endedAt = last.endedAt?.getTime() ?? Infinity;
    if (endedAt <= from || first.enteredAt.getTime() >= to) return;
    const end = endedAt >= to ? 'waiting' : last.end === 'answered' ? 'answered' : 'abandoned';
    const work = workOf(head, first);
    const waitMs = Math.min(endedAt, to) - work.queuedAt;
    const handleMs = handling ? activeMs(handling, to) : 0;
    pieces.push({
      item: { at: Math.max(from, first.enteredAt.getTime()), work, handleMs, wrapMs: 0, patienceMs: end === 'abandoned' ? waitMs : null },
      outcome: { conversationId: work.conversationId, queueId: work.queueId, queuedAt: work.queuedAt, end, waitMs, agentId: end === 'answered' ? last.agentId : null, handleMs },
      handled: handling?.to !== null && handling !== undefined,
    });
  };

  return {
    add({ id, entries }) {
      const heads = headsOf(id, entries);
      const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
      for (const { waits, handlings } of factsOf(blank(id), entries)) {
        const begun = new Set<Handling>();
        let chain: Wait[] = [];
        for (const wait of waits) {
          if (chain.length > 0 && bySeq.get(wait.seq)?.rule !== 'overflow') {
            leftOut.moved += inside(chain[0], day) ? chain.length : 0;
            chain = [];
          }
          chain.push(wait);
          noteOffers(rings, wait, bySeq, day);
          if (wait.end === 'moved') continue;
          const handling = handlings.find((had) => wait.endedAt !== null && had.from.getTime() === wait.endedAt.getTime() && had.agentId === wait.agentId);
          const head = heads.get(chain[0]?.seq ?? 0);
          const pulled = queues.get(wait.queueId ?? '')?.pull === 'only';
          if (wait.end === 'closed') leftOut.closed += inside(wait, day) ? 1 : 0;
          else if (pulled) leftOut.pulled += inside(wait, day) ? 1 : 0;
          else if (head) {
            stand(head, chain, handling);
            // Answered before the day began: what is left of it is held, like all that came to an agent in other ways.
            if (handling && (wait.endedAt?.getTime() ?? 0) > from) begun.add(handling);
          }
          chain = [];
        }
        for (const handling of handlings) {
          const head = heads.get(handling.seq);
          if (head && !begun.has(handling)) hold(head, handling);
        }
      }
    },
    replay() {
      guess(pieces, day.seed);
      const items = [...held, ...pieces.map(({ item }) => item)].sort((a, b) => a.at - b.at || (a.work.conversationId < b.work.conversationId ? -1 : 1));
      const agents = day.people.map((person): ScenarioAgent => ({ ...person, ...manner(rings.get(person.input.id) ?? pooled(rings)), missedMs: usualMissedMs }));
      return { scenario: { seed: day.seed, from, to, queues: day.queues, policy: day.policy, agents, items, drag: 0 }, outcomes: pieces.map(({ outcome }) => outcome), leftOut };
    },
  };
}

function headsOf(id: string, entries: readonly Seen[]): Map<number, Head> {
  const heads = new Map<number, Head>();
  let head = blank(id);
  for (const entry of entries) {
    head = foldOne(head, entry);
    if ('handler' in entry.changes || 'queueId' in entry.changes || 'assigneeId' in entry.changes || 'status' in entry.changes) heads.set(head.seq, head);
  }
  return heads;
}

const inside = (wait: Wait | undefined, { from, to }: Day): boolean => wait !== undefined && wait.enteredAt.getTime() < to && (wait.endedAt?.getTime() ?? Infinity) > from;

const activeMs = ({ from, to: ended, parkedMs }: Handling, to: number): number => Math.max(0, (ended?.getTime() ?? Math.max(to, from.getTime())) - from.getTime() - parkedMs);

function noteOffers(rings: Map<string, Rung>, { offers }: Wait, bySeq: Map<number, Seen>, { from, to }: Day): void {
  for (const { agentId, at, endedAt, end, seq } of offers) {
    if (at.getTime() < from || at.getTime() >= to || endedAt === null) continue;
    const rung = rings.get(agentId) ?? { accepted: [], missed: 0, declined: 0 };
    rings.set(agentId, rung);
    const until = bySeq.get(seq)?.changes.offer?.until.getTime() ?? Infinity;
    if (end === 'accepted') rung.accepted.push(endedAt.getTime() - at.getTime());
    else if (end === 'declined') rung.declined += 1;
    // Taken away because the agent went is nobody's miss.
    else if (end === 'missed' && endedAt.getTime() >= until - slackMs) rung.missed += 1;
  }
}

function pooled(rings: Map<string, Rung>): Rung {
  const all: Rung = { accepted: [], missed: 0, declined: 0 };
  for (const { accepted, missed, declined } of rings.values()) {
    all.accepted.push(...accepted);
    all.missed += missed;
    all.declined += declined;
  }
  return all;
}

function manner({ accepted, missed, declined }: Rung): Pick<ScenarioAgent, 'answersMs' | 'misses' | 'declines'> {
  const all = accepted.length + missed + declined;
  return { answersMs: accepted.toSorted((a, b) => a - b), misses: all === 0 ? 0 : missed / all, declines: all === 0 ? 0 : declined / all };
}

/** What nobody saw: how long it would have taken whom nobody answered, and how long they would have waited who were answered. */
function guess(pieces: Piece[], seed: number): void {
  const byQueue = Map.groupBy(pieces, ({ outcome }) => outcome.queueId);
  const everywhere = patienceOf(pieces);
  const allHandled = pieces.filter(({ handled }) => handled);
  let nth = 0;
  for (const some of byQueue.values()) {
    const mean = patienceOf(some) ?? everywhere;
    const own = some.filter(({ handled }) => handled);
    const like = own.length > 0 ? own : allHandled;
    for (const { item, outcome } of some) {
      nth += 1;
      if (outcome.end !== 'answered') item.handleMs = like[Math.floor(dice(seed, nth, 101) * like.length)]?.item.handleMs ?? usualMissedMs / 2;
      if (outcome.end !== 'abandoned' && mean !== null) item.patienceMs = outcome.waitMs - mean * Math.log(1 - dice(seed, nth, 102));
    }
  }
}

/** Mean patience: all waiting over those who left; null: nobody left. Censored by the answer, it is what was waited until then. */
function patienceOf(pieces: Piece[]): number | null {
  const left = pieces.filter(({ outcome }) => outcome.end === 'abandoned').length;
  return left === 0 ? null : pieces.reduce((sum, { outcome }) => sum + outcome.waitMs, 0) / left;
}
