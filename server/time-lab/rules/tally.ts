/** Adds up what a simulation, or a recorded day, came to: by queue and by half-hour. One definition for both, so they can be compared. */
import { halfHourMs, usualGoal, type Figures, type Goal, type Interval, type Outcome, type Summary } from '../schema.ts';

export type Tally = {
  ended(outcome: Outcome): void;
  units(now: number, busy: number, there: number): void;
  /** @param withIntervals of a year they are many */
  summary(withIntervals?: boolean): Summary;
};

/** Numbers of one cell: they lie side by side in one array, since a year has many cells. */
const OFFERED = 0, ANSWERED = 1, ABANDONED = 2, SHORT = 3, WAITING = 4, IN_TIME = 5, LATE = 6, WAIT_ANSWERED = 7, WAIT_ALL = 8, HANDLE = 9, LONGEST = 10, FIELDS = 11;

/** Growing list of numbers that is sorted once. */
type Waits = { list: Float64Array<ArrayBuffer>; length: number };

/** @param goals by queue id, '' for the line everybody serves. What entered before `from` counts in the first half-hour. */
export function createTally({ from, to, queueIds, goals = {}, everywhere = usualGoal }: { from: number; to: number; queueIds: readonly string[]; goals?: Record<string, Goal>; everywhere?: Goal }): Tally {
  const ids: (string | null)[] = [...queueIds, null];
  const lines = new Map(ids.map((id, at) => [id, at]));
  const goalOf = ids.map((id) => goals[id ?? ''] ?? everywhere);
  const slots = Math.max(1, Math.ceil((to - from) / halfHourMs));
  const cells = new Float64Array(slots * ids.length * FIELDS);
  const waits = ids.map((): Waits => ({ list: new Float64Array(256), length: 0 }));
  const busyMs = new Float64Array(slots);
  const thereMs = new Float64Array(slots);
  let [since, busy, there] = [from, 0, 0];

  const put = (at: number, value: number): void => { cells[at] = (cells[at] ?? 0) + value; };
  const pass = (now: number): void => {
    for (const until = Math.min(now, to); since < until; ) {
      const slot = Math.floor((since - from) / halfHourMs);
      const next = Math.min(until, from + (slot + 1) * halfHourMs);
      busyMs[slot] = (busyMs[slot] ?? 0) + busy * (next - since);
      thereMs[slot] = (thereMs[slot] ?? 0) + there * (next - since);
      since = next;
    }
  };
  const added = (which: number[], first: number, last: number): Float64Array => {
    const sum = new Float64Array(FIELDS);
    for (const line of which) {
      for (let slot = first; slot <= last; slot += 1) {
        const cell = (slot * ids.length + line) * FIELDS;
        for (let field = 0; field < LONGEST; field += 1) sum[field] = (sum[field] ?? 0) + (cells[cell + field] ?? 0);
        sum[LONGEST] = Math.max(sum[LONGEST] ?? 0, cells[cell + LONGEST] ?? 0);
      }
    }
    return sum;
  };

  /** Each queue by its own goal, so that a total has a meaning. */
  const levelOf = (which: number[], first: number, last: number): number | null => {
    let [good, all] = [0, 0];
    for (const line of which) {
      const of = added([line], first, last);
      good += of[IN_TIME] ?? 0;
      const { variant } = goalOf[line] ?? everywhere;
      all += (of[ANSWERED] ?? 0) + (variant === 'of-answered' ? 0 : variant === 'of-offered' ? (of[ABANDONED] ?? 0) : (of[LATE] ?? 0));
    }
    return ratio(good, all);
  };
  const figures = (which: number[]): Figures => {
    const sum = added(which, 0, slots - 1);
    const sorted = joined(which.flatMap((line) => waits[line] ?? [])).sort();
    const [answered = 0, abandoned = 0] = [sum[ANSWERED], sum[ABANDONED]];
    return {
      offered: sum[OFFERED] ?? 0, answered, abandoned, shortAbandons: sum[SHORT] ?? 0, waiting: sum[WAITING] ?? 0,
      serviceLevel: levelOf(which, 0, slots - 1), asaMs: ratio(sum[WAIT_ANSWERED] ?? 0, answered), meanWaitMs: ratio(sum[WAIT_ALL] ?? 0, sum[OFFERED] ?? 0),
      ahtMs: ratio(sum[HANDLE] ?? 0, answered), longestMs: sum[LONGEST] ?? 0,
      p50Ms: percentile(sorted, 0.5), p90Ms: percentile(sorted, 0.9), p99Ms: percentile(sorted, 0.99),
    };
  };
  const interval = (slot: number): Interval => ({
    at: from + slot * halfHourMs,
    occupancy: ratio(busyMs[slot] ?? 0, thereMs[slot] ?? 0),
    queues: ids.flatMap((queueId, line) => {
      const sum = added([line], slot, slot);
      const [offered = 0, answered = 0, abandoned = 0] = sum;
      if (offered === 0) return [];
      return [{ queueId, offered, answered, abandoned, shortAbandons: sum[SHORT] ?? 0, serviceLevel: levelOf([line], slot, slot), asaMs: ratio(sum[WAIT_ANSWERED] ?? 0, answered), ahtMs: ratio(sum[HANDLE] ?? 0, answered), longestMs: sum[LONGEST] ?? 0 }];
    }),
  });

  return {
    ended({ queueId, queuedAt, end, waitMs, handleMs }) {
      const line = lines.get(queueId) ?? ids.length - 1;
      const goal = goalOf[line] ?? everywhere;
      const slot = Math.min(slots - 1, Math.max(0, Math.floor((queuedAt - from) / halfHourMs)));
      const cell = (slot * ids.length + line) * FIELDS;
      put(cell + OFFERED, 1);
      put(cell + WAIT_ALL, waitMs);
      if (waitMs > (cells[cell + LONGEST] ?? 0)) cells[cell + LONGEST] = waitMs;
      if (end === 'answered') {
        put(cell + ANSWERED, 1);
        put(cell + WAIT_ANSWERED, waitMs);
        put(cell + HANDLE, handleMs);
        if (waitMs <= goal.seconds * 1000) put(cell + IN_TIME, 1);
        const list = waits[line];
        if (list) note(list, waitMs);
      } else if (end === 'waiting') put(cell + WAITING, 1);
      else {
        put(cell + ABANDONED, 1);
        if (waitMs > goal.seconds * 1000) put(cell + LATE, 1);
        if (waitMs < goal.shortSeconds * 1000) put(cell + SHORT, 1);
      }
    },
    units(now, units, all) {
      pass(now);
      busy = units;
      there = all;
    },
    summary(withIntervals = true) {
      pass(to);
      const used = ids.map((_, line) => line).filter((line) => (added([line], 0, slots - 1)[OFFERED] ?? 0) > 0);
      return {
        total: figures(used),
        occupancy: ratio(sumOf(busyMs), sumOf(thereMs)),
        queues: used.map((line) => ({ queueId: ids[line] ?? null, ...figures([line]) })),
        intervals: withIntervals ? Array.from({ length: slots }, (_, slot) => interval(slot)) : [],
      };
    },
  };
}

function note(waits: Waits, value: number): void {
  if (waits.length === waits.list.length) {
    const longer = new Float64Array(waits.length * 2);
    longer.set(waits.list);
    waits.list = longer;
  }
  waits.list[waits.length] = value;
  waits.length += 1;
}

/** Nearest rank. */
function percentile(sorted: Float64Array, share: number): number | null {
  return sorted.length === 0 ? null : (sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null);
}

const ratio = (of: number, all: number): number | null => (all > 0 ? of / all : null);
const sumOf = (of: Float64Array): number => of.reduce((sum, value) => sum + value, 0);

function joined(some: Waits[]): Float64Array {
  const all = new Float64Array(some.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { list, length } of some) {
    all.set(list.subarray(0, length), at);
    at += length;
  }
  return all;
}
