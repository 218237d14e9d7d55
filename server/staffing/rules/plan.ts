/** From history to a day's half-hours: what comes, and how many it takes. */
import type { Cell } from '../../reports/schema.ts';
import { mediaOf } from '../../routing/rules/room.ts';
import type { AgentInput, Queue, RoutingPolicy } from '../../routing/schema.ts';
import type { HalfHour, Plan, PlanInput, QueueOutlook } from '../schema.ts';
import { agentsFor } from './erlang.ts';
import { backtest, forecast, slotsPerDay, type DayKind, type Known } from './forecast.ts';
import { agentsInSimulation } from './simulated.ts';

/** Where a half-hour of history lies: which day of it, which half-hour of that day, on the clock of the zone. */
export type Past = { day: number; slot: number; cells: Cell[] };
export type Roster = Omit<AgentInput, 'state' | 'idleSince'>[];
export type Task = {
  input: PlanInput; queues: Queue[]; policy: RoutingPolicy; people: Roster; channels: Record<string, { kind: string; units: number }>;
  /** First moment of the day that is planned. */
  from: number;
  /** Each day of history in order, then the days up to the planned one, which is the last. `specials`: by queue id, '' for the rest. */
  days: { weekday: number; specials: Record<string, DayKind> }[]; known: number; special: string | null;
};

/** So many must have given up before their patience is believed. */
const enoughGone = 20;
const usualAht = 300;
const ordinary: DayKind = { kind: 'ordinary' };

type Line = { counts: number[][]; handledMs: number; handled: number; waitedMs: number; gone: number; kinds: Map<string, number> };

/** Takes history some at a time; `plan` when it is all in. */
export function planner(task: Task) {
  const lines = new Map<string | null, Line>();
  const lineOf = (queueId: string | null): Line => {
    const found = lines.get(queueId) ?? { counts: Array.from({ length: task.known }, () => Array.from({ length: slotsPerDay }, () => 0)), handledMs: 0, handled: 0, waitedMs: 0, gone: 0, kinds: new Map() };
    lines.set(queueId, found);
    return found;
  };
  return {
    add(past: readonly Past[]): void {
      for (const { day, slot, cells } of past) {
        for (const { queueId, channelId, n, ms } of cells) {
          const line = lineOf(queueId);
          const counts = line.counts[day];
          if (counts && n.offered) {
            counts[slot] = (counts[slot] ?? 0) + n.offered;
            const kind = task.channels[channelId]?.kind ?? 'unknown';
            line.kinds.set(kind, (line.kinds.get(kind) ?? 0) + n.offered);
          }
          line.handledMs += sumOf(ms.handled);
          line.handled += ms.handled?.length ?? 0;
          line.waitedMs += sumOf(ms.answered) + sumOf(ms.abandoned);
          line.gone += ms.abandoned?.length ?? 0;
        }
      }
    },
    plan: (progress: (done: number) => void): Plan => planOf(task, lines, progress),
  };
}

function planOf({ input, queues, policy, people, days, known, channels, from, special }: Task, lines: Map<string | null, Line>, progress: (done: number) => void): Plan {
  const outlooks: (QueueOutlook & { counts: number[]; channelKind: string; units: number })[] = [];
  for (const [queueId, line] of lines) {
    if (line.kinds.size === 0) continue;
    const dayOf = ({ weekday, specials }: Task['days'][number]) => ({ weekday, special: specials[queueId ?? ''] ?? specials[''] ?? ordinary });
    const history: Known[] = days.slice(0, known).map((day, at) => ({ ...dayOf(day), counts: line.counts[at] ?? [] }));
    const counts = forecast(history, days.slice(known).map(dayOf)).at(-1) ?? [];
    const [channelKind] = [...line.kinds].toSorted((a, b) => b[1] - a[1])[0] ?? ['unknown'];
    outlooks.push({
      queueId, media: mediaOf(channelKind), offered: sumOf(counts), ahtSeconds: line.handled > 0 ? line.handledMs / line.handled / 1000 : usualAht,
      patienceSeconds: line.gone >= enoughGone ? line.waitedMs / line.gone / 1000 : null, backtest: backtest(history),
      counts, channelKind, units: Object.values(channels).find(({ kind }) => kind === channelKind)?.units ?? 1,
    });
  }
  const able = people.filter(({ capacity }) => capacity > 0);
  const concurrent = able.length === 0 ? 1 : able.reduce((sum, { capacity }) => sum + capacity, 0) / able.length;
  // Half-hours that are alike are counted once, and each begins to look where the one before ended.
  const counted = new Map<string, number | null>();
  let last = 0;
  const simulated = (coming: typeof outlooks, byErlang: number): number | null => {
    const key = JSON.stringify(coming.map(({ queueId, offered }) => [queueId, Math.round(offered * 10)]));
    const known = counted.get(key);
    if (known !== undefined) return known;
    const found = agentsInSimulation({ coming, queues, policy, roster: able, targets: input.targets, guess: last > 0 ? last : byErlang, most: byErlang * 4 + 20, seed: 1 });
    counted.set(key, found);
    last = found ?? 0;
    return found;
  };
  const halfHours = Array.from({ length: slotsPerDay }, (_, slot): HalfHour => {
    progress(slot / slotsPerDay);
    const coming = outlooks.map((outlook) => ({ ...outlook, offered: outlook.counts[slot] ?? 0 })).filter(({ offered }) => offered >= least);
    const needs = coming.map(({ queueId, offered, media, ahtSeconds, patienceSeconds, units }) => {
      const { share, seconds } = input.targets[media];
      const places = agentsFor({ rate: offered / 1800, ahtSeconds }, { level: share, seconds, ...(patienceSeconds === null ? {} : { patienceSeconds }) });
      return { queueId, offered, byErlang: Math.ceil((places * units) / Math.max(units, concurrent) - 1e-9) };
    });
    const byErlang = needs.reduce((sum, need) => sum + need.byErlang, 0);
    const bySimulation = coming.length === 0 ? 0 : simulated(coming, byErlang);
    const atWork = bySimulation ?? byErlang;
    return { at: from + slot * 1_800_000, offered: needs.reduce((sum, { offered }) => sum + offered, 0), queues: needs, byErlang, bySimulation, scheduled: Math.ceil(atWork / (1 - input.shrinkage) - 1e-9) };
  });
  return {
    day: input.day, zone: input.zone, weeks: Math.floor(known / 7), special, concurrent, people: able.length, halfHours,
    queues: outlooks.map(({ counts: _counts, channelKind: _kind, units: _units, ...outlook }) => outlook),
    peak: Math.max(0, ...halfHours.map(({ scheduled }) => scheduled)), hours: halfHours.reduce((sum, { scheduled }) => sum + scheduled / 2, 0),
  };
}

/** Less than this in half an hour is nobody. */
const least = 0.05;
const sumOf = (numbers: readonly number[] | undefined): number => (numbers ?? []).reduce((sum, each) => sum + each, 0);
