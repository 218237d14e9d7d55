/**
 * What will come: Holt-Winters over days with a season of a week, then each day's half-hours by the profile of its weekday. Special days
 * (holidays, make-up days) teach nothing about ordinary ones; what they are like is learned from those of the same kind. Beside it
 * stands the seasonal naive forecast, the same half-hour a week before: whoever cannot beat that should not be believed.
 */
import type { Misses } from '../schema.ts';

export const slotsPerDay = 48;
const week = 7;

/** `kind`: of a special day. A make-up day is worked like the weekday `like` (0 Monday .. 6 Sunday). */
export type DayKind = { kind: 'ordinary' } | { kind: 'holiday' } | { kind: 'make-up'; like: number };
/** One day of history or to come; `weekday` 0 Monday .. 6 Sunday. `counts`: of each half-hour. */
export type Known = { weekday: number; special: DayKind; counts: readonly number[] };
export type Coming = Omit<Known, 'counts'>;

type Weights = { level: number; trend: number; season: number };
/** Trends of staffing fade: what grew by a tenth last month does not grow so for ever. */
const damping = 0.9;
const grid: Weights[] = [0.1, 0.3, 0.5].flatMap((level) => [0, 0.05, 0.15].flatMap((trend) => [0.1, 0.3].map((season) => ({ level, trend, season }))));
/** How much a week ago weighs beside this one in the profile of a weekday. */
const memory = 0.8;

/** Counts of each half-hour of each coming day, not less than 0. Without two weeks of history it is the seasonal naive one. */
export function forecast(history: readonly Known[], coming: readonly Coming[]): number[][] {
  if (history.length < 2 * week) return naive(history, coming);
  const totals = history.map(({ counts }) => sumOf(counts));
  const weights = fitted(history, totals);
  const { ahead } = smooth(history, totals, weights);
  const holiday = factorOf(history, totals, weights);
  return coming.map(({ weekday, special }, index) => {
    const like = special.kind === 'make-up' ? special.like : weekday;
    const total = Math.max(0, ahead(index + 1, like)) * (special.kind === 'holiday' ? holiday : 1);
    return profileOf(history, like).map((share) => share * total);
  });
}

/** The same half-hour a week before; of more than a week ahead, of the last week there is. */
export function naive(history: readonly Known[], coming: readonly Coming[]): number[][] {
  return coming.map(({ weekday }) => [...(history.findLast((known) => known.weekday === weekday)?.counts ?? nothing())]);
}

export function missesOf(actual: readonly (readonly number[])[], foreseen: readonly (readonly number[])[]): Misses {
  let [shares, slots, off, all] = [0, 0, 0, 0];
  for (const [day, counts] of actual.entries()) {
    for (const [slot, count] of counts.entries()) {
      const miss = Math.abs((foreseen[day]?.[slot] ?? 0) - count);
      off += miss;
      all += count;
      if (count <= 0) continue;
      shares += miss / count;
      slots += 1;
    }
  }
  return { mape: slots === 0 ? null : shares / slots, wape: all === 0 ? null : off / all };
}

/** How it would have done: each of the last `weeks` weeks foreseen from what was known before it. Null: too little history. */
export function backtest(history: readonly Known[], weeks = 2): { holtWinters: Misses; naive: Misses } | null {
  const held = weeks * week;
  if (history.length < held + 2 * week) return null;
  const actual: (readonly number[])[] = [];
  const [ours, plain]: [number[][], number[][]] = [[], []];
  for (let from = history.length - held; from < history.length; from += week) {
    const [before, after] = [history.slice(0, from), history.slice(from, from + week)];
    actual.push(...after.map(({ counts }) => counts));
    ours.push(...forecast(before, after));
    plain.push(...naive(before, after));
  }
  return { holtWinters: missesOf(actual, ours), naive: missesOf(actual, plain) };
}

/** Level and trend of a day's total without its weekday, and what each weekday multiplies it by. A special day moves none of them. */
function smooth(history: readonly Known[], totals: readonly number[], { level: a, trend: b, season: c }: Weights) {
  const first = history.slice(0, 2 * week).flatMap(({ special }, at) => (special.kind === 'ordinary' ? [at] : []));
  let level = first.reduce((sum, at) => sum + (totals[at] ?? 0), 0) / Math.max(1, first.length);
  let trend = 0;
  const seasons = Array.from({ length: week }, (_, weekday) => {
    const days = first.filter((at) => history[at]?.weekday === weekday);
    const mean = days.reduce((sum, at) => sum + (totals[at] ?? 0), 0) / Math.max(1, days.length);
    return days.length === 0 || level === 0 ? 1 : mean / level;
  });
  let error = 0;
  for (const [at, { weekday, special }] of history.entries()) {
    const total = totals[at] ?? 0;
    const season = seasons[weekday] ?? 1;
    const base = level + damping * trend;
    if (special.kind !== 'ordinary') {
      [level, trend] = [base, damping * trend];
      continue;
    }
    if (at >= 2 * week) error += Math.abs(base * season - total);
    const before = level;
    level = season > 0 ? a * (total / season) + (1 - a) * base : base;
    trend = b * (level - before) + (1 - b) * damping * trend;
    if (level > 0) seasons[weekday] = c * (total / level) + (1 - c) * season;
  }
  const ahead = (days: number, weekday: number): number => (level + trend * ((damping * (1 - damping ** days)) / (1 - damping))) * (seasons[weekday] ?? 1);
  return { ahead, error };
}

/** The weights that would have foreseen the days there are best. */
function fitted(history: readonly Known[], totals: readonly number[]): Weights {
  let best: { weights: Weights; error: number } | null = null;
  for (const weights of grid) {
    const { error } = smooth(history, totals, weights);
    if (best === null || error < best.error) best = { weights, error };
  }
  return best?.weights ?? { level: 0.3, trend: 0.05, season: 0.1 };
}

/** What a holiday brings of an ordinary day's total; nothing, when none was seen: then we are closed. */
function factorOf(history: readonly Known[], totals: readonly number[], weights: Weights): number {
  let [came, usual] = [0, 0];
  for (const [at, { special, weekday }] of history.entries()) {
    if (special.kind !== 'holiday' || at < 2 * week) continue;
    came += totals[at] ?? 0;
    usual += Math.max(0, smooth(history.slice(0, at), totals, weights).ahead(1, weekday));
  }
  return usual === 0 ? 0 : came / usual;
}

/** Shares of a weekday's half-hours, newer weeks weighing more; they sum to 1, or to 0 when nothing ever came. */
function profileOf(history: readonly Known[], weekday: number): number[] {
  const shares = nothing();
  let weight = 1;
  for (const { counts, weekday: day, special } of history.toReversed()) {
    if ((special.kind === 'make-up' ? special.like : day) !== weekday || special.kind === 'holiday') continue;
    for (let slot = 0; slot < slotsPerDay; slot += 1) shares[slot] = (shares[slot] ?? 0) + weight * (counts[slot] ?? 0);
    weight *= memory;
  }
  const all = sumOf(shares);
  return all === 0 ? shares : shares.map((share) => share / all);
}

const nothing = (): number[] => Array.from({ length: slotsPerDay }, () => 0);
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
