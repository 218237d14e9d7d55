/** What models may cost and did cost. Types only; no I/O. */
import { z } from 'zod';

/** For whom a model worked: a customer, a colleague, a verdict on a conversation, a trial (try box, replay, regression cases), or to read what the bot knows. */
export const Purpose = z.enum(['bot', 'copilot', 'judge', 'trial', 'knowledge']);
export type Purpose = z.infer<typeof Purpose>;

const isZone = (zone: string): boolean => { try { return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''; } catch { return false; } };

/** In a day; what is absent is without limit, 0 switches off. */
export const Limit = z.strictObject({
  tokens: z.number().int('a whole number').min(0, 'not less than 0').max(1e12, 'at most 1,000,000,000,000').optional(),
  money: z.number().min(0, 'not less than 0').max(1e9, 'at most 1,000,000,000').optional(),
});
export type Limit = z.infer<typeof Limit>;

const price = z.number().min(0, 'not less than 0').max(1e6, 'at most 1,000,000');
/** For a million tokens. */
export const Price = z.strictObject({ model: z.string().trim().min(1, 'the name of the model').max(200), input: price, output: price });
export type Price = z.infer<typeof Price>;

/** Every limit that applies must have something left. */
export const Budget = z.strictObject({
  /** Where the day begins and ends. */
  zone: z.string().max(60).refine(isZone, 'a time zone such as Asia/Shanghai').default('UTC'),
  /** Everything together; in tokens all but the reading of knowledge, which is large, once, and has a limit of its own by purpose. */
  day: Limit.default({ tokens: 5_000_000 }),
  purposes: z.partialRecord(Purpose, Limit).default({}),
  /** By the queue's id: of what is spent in its conversations. */
  queues: z.record(z.string().regex(/^[0-9a-f]{24}$/, 'the id of a queue'), Limit).refine(queues => Object.keys(queues).length <= 500, 'at most 500 queues').default({}),
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, such as CNY').default('CNY'),
  prices: z.array(Price).max(50, 'at most 50 models').refine(prices => new Set(prices.map(({ model }) => model)).size === prices.length, 'each model once').default([]),
});
export type Budget = z.infer<typeof Budget>;

/** The budget as somebody saved it; `rev` counts the savings. */
export type KeptBudget = { rev: number; budget: Budget; at: Date | null; by: { id: string; name: string } | null };
export const BudgetInput = z.strictObject({ budget: Budget, rev: z.number().int().min(0).max(1e9) });

/** What was used on one day by one queue ('' for none), for one purpose, of one model. `cost` in millionths of the currency, by the prices of then. */
export type Use = { day: string; queueId: string; purpose: Purpose; model: string; calls: number; input: number; output: number; cost: number };

/** A limit that is reached, and since when. */
export type Spent = { scope: 'day' | 'purpose' | 'queue'; name: string; since: Date };
