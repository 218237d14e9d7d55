/** Breaks that agents ask for. */
import { z } from 'zod';
import type { StateReason } from '../people/schema.ts';

/** `reason`: the id of a reason of the state 'break'. */
export const BreakInput = z.strictObject({ reason: z.string().max(40).nullable().default(null), minutes: z.int('whole minutes').min(1, 'at least a minute').max(240, 'at most 4 hours') });
export type BreakInput = z.infer<typeof BreakInput>;

export const Decision = z.strictObject({ note: z.string().trim().max(200, 'at most 200 characters').optional() });

/** asked -> approved | declined; approved -> begun -> ended; asked or approved -> withdrawn, by the agent or because they left. */
export type BreakState = 'asked' | 'approved' | 'declined' | 'withdrawn' | 'begun' | 'ended';

/** `words`: the reason as it was called when it was asked. */
export type BreakRequest = {
  id: string; personId: string; reason: string | null; words?: StateReason['words']; minutes: number; state: BreakState; askedAt: Date;
  /** Null: by the rule that lets so many go at once; absent: nobody has yet. */
  decidedBy?: { id: string; name: string } | null;
  decidedAt?: Date; note?: string; beganAt?: Date; endedAt?: Date;
};

/** As it is told: when it should be over, and by how many milliseconds it is or was too long. */
export type BreakView = BreakRequest & { dueAt: Date | null; overMs: number };
