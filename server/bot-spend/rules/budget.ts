/** Counting what models cost against what they may. */
import type { Budget, Limit, Price, Purpose, Spent, Use } from '../schema.ts';

type Sum = { tokens: number; cost: number };
/** One day, counted. */
export type Totals = { day: Sum; purposes: ReadonlyMap<string, Sum>; queues: ReadonlyMap<string, Sum> };
/** A limit by its name. */
export type Scope = Pick<Spent, 'scope' | 'name'>;
/** Costs are kept in millionths of the currency: a price for a million tokens is then the price of one. */
export const MILLIONTHS = 1_000_000;

const formats = new Map<string, Intl.DateTimeFormat>();
/** The day there, as 2026-11-21. */
export function dayOf(at: Date, zone: string): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, format);
  return format.format(at);
}

const counted = (tokens: number): number => (Number.isFinite(tokens) && tokens > 0 ? Math.ceil(tokens) : 0);

/** One call as it is booked: strange numbers count nothing, a model without a price costs nothing. */
export function useOf(call: { day: string; queueId: string; purpose: Purpose; model: string; input: number; output: number }, prices: readonly Price[]): Use {
  const [input, output] = [counted(call.input), counted(call.output)];
  const price = prices.find(({ model }) => model === call.model);
  return { ...call, calls: 1, input, output, cost: price ? input * price.input + output * price.output : 0 };
}

/** All uses of one day together. */
export function totalsOf(uses: readonly Use[]): Totals {
  const sum = (some: readonly Use[]): Sum => ({ tokens: some.reduce((total, { input, output }) => total + input + output, 0), cost: some.reduce((total, { cost }) => total + cost, 0) });
  const by = (name: (use: Use) => string) => new Map([...Map.groupBy(uses, name)].map(([key, some]) => [key, sum(some)] as const));
  // Reading what the bot knows is done once, at its own time: it is paid for, and takes nobody's day of tokens. Its own limit is by purpose.
  const tokensOfDay = sum(uses.filter(({ purpose }) => purpose !== 'knowledge')).tokens;
  return { day: { tokens: tokensOfDay, cost: sum(uses).cost }, purposes: by(({ purpose }) => purpose), queues: by(({ queueId }) => queueId) };
}

const isSpent = (limit: Limit | undefined, { tokens, cost }: Sum = { tokens: 0, cost: 0 }): boolean =>
  (limit?.tokens !== undefined && tokens >= limit.tokens) || (limit?.money !== undefined && cost >= limit.money * MILLIONTHS);

/** Every limit that is reached, with what was spent. */
export function spentIn(budget: Budget, totals: Totals): Scope[] {
  const named = (scope: 'purpose' | 'queue', limits: Partial<Record<string, Limit>>, sums: ReadonlyMap<string, Sum>): Scope[] =>
    Object.entries(limits).flatMap(([name, limit]) => (isSpent(limit, sums.get(name)) ? [{ scope, name }] : []));
  return [...(isSpent(budget.day, totals.day) ? [{ scope: 'day' as const, name: '' }] : []), ...named('purpose', budget.purposes, totals.purposes), ...named('queue', budget.queues, totals.queues)];
}

/** Whether a call for this purpose in this queue may be made. */
export const isLeft = (spent: readonly Scope[], purpose: Purpose, queueId: string): boolean =>
  !spent.some(({ scope, name }) => scope === 'day' || (scope === 'purpose' && name === purpose) || (scope === 'queue' && name === queueId));
