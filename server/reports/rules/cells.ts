/** Instances added up by slot, and cells put together to figures. Pure. */
import { counts, none, slotMs, times, type By, type Cell, type Counted, type Figures, type Filter, type Instance, type Spread, type Timed } from '../schema.ts';

/** The slot an instant falls into. */
export const slotOf = (at: Date): number => Math.floor(at.getTime() / slotMs) * slotMs;

const timed: ReadonlySet<string> = new Set(times);
const isTimed = (metric: Instance['metric']): metric is Timed => timed.has(metric);

/** Instances of one slot as its cells. */
export function cellsOf(instances: readonly Instance[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { metric, ms, queueId, channelId, agentId } of instances) {
    const key = `${queueId}/${channelId}/${agentId}`;
    const cell = cells.get(key) ?? { queueId, channelId, agentId, n: {}, ms: {} };
    cells.set(key, cell);
    if (isTimed(metric)) (cell.ms[metric] ??= []).push(ms ?? 0);
    else cell.n[metric] = (cell.n[metric] ?? 0) + 1;
  }
  return [...cells.values()];
}

/** Whether the cell is meant. */
export const suits = ({ queueId, channelId, agentId }: Filter) => (cell: Cell): boolean =>
  (queueId === undefined || (cell.queueId ?? none) === queueId) && (channelId === undefined || cell.channelId === channelId) && (agentId === undefined || (cell.agentId ?? none) === agentId);

const rank = (sorted: Float64Array, share: number): number | null => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

/** @param values in any order */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  return { n, mean: n ? sorted.reduce((sum, value) => sum + value, 0) / n : null, p50: rank(sorted, 0.5), p90: rank(sorted, 0.9), p99: rank(sorted, 0.99), max: sorted.at(-1) ?? null };
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

const noCounts: Record<Counted, number> = { offered: 0, moved: 0, closed: 0, declined: 0, missed: 0, left: 0, withdrawn: 0, replies: 0, toAgent: 0, toQueue: 0, opened: 0, reopened: 0, botOnly: 0 };
const nobody = spreadOf([]);
const noSpreads: Record<Timed, Spread> = { answered: nobody, abandoned: nobody, accepted: nobody, handled: nobody, responses: nobody, firstResponses: nobody, resolved: nobody, resolvedNet: nobody };

/** @param target of the service level, in seconds  @param short abandoned sooner than so many seconds counts apart */
export function figuresOf(cells: readonly Cell[], { target, short }: { target: number; short: number }): Figures {
  const n = { ...noCounts };
  for (const cell of cells) for (const name of counts) n[name] += cell.n[name] ?? 0;
  const values = (name: Timed): number[] => cells.flatMap((cell) => cell.ms[name] ?? []);
  const spreads = { ...noSpreads };
  for (const name of times) spreads[name] = spreadOf(values(name));
  const abandoned = values('abandoned');
  const within = values('answered').filter((ms) => ms <= target * 1000).length;
  const abandonedAfter = abandoned.filter((ms) => ms > target * 1000).length;
  const rang = spreads.accepted.n + n.declined + n.missed;
  return {
    ...n, ...spreads, within, abandonedAfter, shortAbandoned: abandoned.filter((ms) => ms < short * 1000).length,
    serviceLevel: share(within, spreads.answered.n + abandonedAfter), abandonRate: share(spreads.abandoned.n, n.offered),
    acceptRate: share(spreads.accepted.n, rang), ronaRate: share(n.missed, rang),
    transferRate: share(n.toAgent + n.toQueue, spreads.handled.n), reopenRate: share(n.reopened, spreads.resolved.n),
  };
}

/** Names the group of a cell of a slot, for a zone. `weekday-hour`: '1 09' is Monday at nine. */
export function keyOf(by: By, zone: string): (slot: number, cell: Cell) => string {
  switch (by) {
    case 'queue': return (_, cell) => cell.queueId ?? none;
    case 'channel': return (_, cell) => cell.channelId || none;
    case 'agent': return (_, cell) => cell.agentId ?? none;
    case 'slot': return (slot) => new Date(slot).toISOString();
    default: {
      const local = localTime(zone);
      // Many cells of one slot, and many slots of one hour, ask for the same.
      const known = new Map<number, string>();
      return (slot) => {
        const found = known.get(slot) ?? wordsOf(by, local(slot));
        known.set(slot, found);
        return found;
      };
    }
  }
}

type Local = { day: string; hour: string; minute: number };

function localTime(zone: string): (at: number) => Local {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${part['year']}-${part['month']}-${part['day']}`, hour: part['hour'] ?? '00', minute: Number(part['minute']) };
  };
}

function wordsOf(by: 'day' | 'hour' | 'half-hour' | 'weekday-hour', { day, hour, minute }: Local): string {
  if (by === 'day') return day;
  if (by === 'hour') return `${day} ${hour}:00`;
  if (by === 'half-hour') return `${day} ${hour}:${minute < 30 ? '00' : '30'}`;
  return `${new Date(`${day}T00:00:00Z`).getUTCDay() || 7} ${hour}`;
}
