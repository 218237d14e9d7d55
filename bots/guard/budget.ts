/** What a model may cost: tokens in a day (UTC), altogether and for each queue. Pure; who keeps the ledger is not decided here. */
import { z } from 'zod';

/** Absent is without limit; 0 switches the model off. */
export const Budget = z.strictObject({
  tokensPerDay: z.number().int().nonnegative().optional(),
  queues: z.record(z.string(), z.number().int().nonnegative()).default({}),
});
export type Budget = z.infer<typeof Budget>;

/** What was spent on one day; '' holds what belongs to no queue. */
export type Ledger = { day: string; tokens: number; queues: Readonly<Record<string, number>> };

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
/** A new day begins with nothing spent. */
export const ledgerOf = (ledger: Ledger | undefined, at: Date): Ledger => (ledger?.day === dayOf(at) ? ledger : { day: dayOf(at), tokens: 0, queues: {} });

/** The ledger after a turn. A clock that went back books on the day it had. */
export function booked(ledger: Ledger | undefined, at: Date, tokens: number, queueId = ''): Ledger {
  const { day, tokens: before, queues } = ledger && ledger.day > dayOf(at) ? ledger : ledgerOf(ledger, at);
  const spent = Number.isFinite(tokens) && tokens > 0 ? Math.ceil(tokens) : 0;
  return { day, tokens: before + spent, queues: { ...queues, [queueId]: (queues[queueId] ?? 0) + spent } };
}

/** Tokens left for this queue; Infinity where nothing limits. A turn under way may go over by itself once. */
export function left(budget: Budget, ledger: Ledger | undefined, at: Date, queueId = ''): number {
  const spent = ledger && ledger.day > dayOf(at) ? ledger : ledgerOf(ledger, at);
  const ofDay = budget.tokensPerDay === undefined ? Infinity : budget.tokensPerDay - spent.tokens;
  const limit = budget.queues[queueId];
  return Math.max(0, Math.min(ofDay, limit === undefined ? Infinity : limit - (spent.queues[queueId] ?? 0)));
}
