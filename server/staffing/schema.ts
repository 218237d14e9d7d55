/** Staffing: what will come in each half-hour of a day, and how many agents it takes. Types only; no I/O. */
import { z } from 'zod';

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
};

/** So many, as a share, are to be answered within so many seconds. */
export const Target = z.strictObject({
  share: z.number().min(0.1, 'at least 10 %').max(0.99, 'at most 99 %'),
  seconds: z.number().min(1, 'at least a second').max(86_400, 'at most a day'),
});
export type Target = z.infer<typeof Target>;

/** The field's usual ones. */
export const usualTargets = { voice: { share: 0.8, seconds: 20 }, chat: { share: 0.8, seconds: 60 }, email: { share: 0.9, seconds: 14_400 } } as const satisfies Record<string, Target>;

/** POST /staffing/plans. */
export const PlanInput = z.strictObject({
  day: z.iso.date('a day, e.g. 2026-11-23'),
  zone: z.string().max(60).refine(isZone, 'a zone of the IANA list, e.g. Asia/Shanghai').default('UTC'),
  targets: z.strictObject({ voice: Target.default(usualTargets.voice), chat: Target.default(usualTargets.chat), email: Target.default(usualTargets.email) }).default(usualTargets),
  /** Share of paid time in which somebody does not take work: breaks, training, illness. */
  shrinkage: z.number().min(0).max(0.6).default(0.3),
});
export type PlanInput = z.infer<typeof PlanInput>;

/** How far off a forecast was. `mape`: mean of |forecast - actual| / actual over half-hours in which anything came; `wape`: sum of |forecast - actual| / sum of actual. Null: of nothing. */
export type Misses = { mape: number | null; wape: number | null };

/** `byErlang`: if the queue had agents of its own. `patienceSeconds` null: too few gave up to know it, and Erlang C is used. */
export type QueueNeed = { queueId: string | null; offered: number; byErlang: number };
/**
 * `byErlang` adds up queues that share nobody; `bySimulation` counts the agents there are, with their skills and as many conversations at
 * a time as they may have. Null: no number of such agents reaches the target. Both are people at work; `scheduled` adds those who are not.
 */
export type HalfHour = { at: number; offered: number; queues: QueueNeed[]; byErlang: number; bySimulation: number | null; scheduled: number };
export type QueueOutlook = { queueId: string | null; media: 'voice' | 'chat' | 'email'; offered: number; ahtSeconds: number; patienceSeconds: number | null; backtest: { holtWinters: Misses; naive: Misses } | null };
/** `weeks`: of history. `concurrent`: conversations one agent may have at a time, on the mean. */
export type Plan = { day: string; zone: string; weeks: number; special: string | null; concurrent: number; people: number; halfHours: HalfHour[]; queues: QueueOutlook[]; peak: number; hours: number };
