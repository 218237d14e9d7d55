/** When a conversation that only the bot handled ends by itself. Types only; no I/O. */
import { z } from 'zod';

/** PUT /closing/:channel. `hours` of silence after the bot's answer; null: never. `ask`: first ask the customer whether it helped. */
export const ClosingChange = z.strictObject({ hours: z.number('give a number of hours, or null').int('whole hours').min(1, 'at least an hour').max(24 * 30, 'at most 30 days').nullable(), ask: z.boolean() });
export type ClosingChange = z.infer<typeof ClosingChange>;

/** The setting of a channel; `chosen`: somebody chose it, it is not what every channel begins with. */
export type Closing = ClosingChange & { channelId: string; chosen: boolean };

/** Why a silent conversation counts as done. */
export type Done = 'answered' | 'thanked';
/** Why it stays open all the same. */
export type Doubt = 'people' | 'customer-last' | 'no-answer' | 'asked-back' | 'undelivered' | 'serious' | 'mood' | 'rated-low' | 'unreadable' | 'model' | 'model-away';

/** In doubt it stays open. */
export type Verdict = { done: true; why: Done } | { done: false; why: Doubt };
