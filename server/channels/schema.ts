import { z } from 'zod';
import { Closed } from '../calendars/schema.ts';

/** One connected account: its settings and what its conversations begin with. */
export type Channel = {
  id: string;
  kind: string;
  name: string;
  enabled: boolean;
  /** As the manifest's schema made it; secrets are clear text in memory only. */
  config: Record<string, unknown>;
  /** The bot answers first. */
  bot: boolean;
  queueId: string | null;
  /** Priority its conversations begin with, 0..4. */
  priority: number;
  /** For so long a resolved conversation reopens when the customer writes again. */
  reopenHours: number;
  /** When people answer here; null or absent: always. */
  calendarId?: string | null;
  /** What is done for customers at other times. */
  closed?: Closed;
  createdAt: Date;
};

const name = z.string().trim().min(1, 'give the channel a name').max(100);
const id = z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of a queue');
const calendarId = z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of a calendar');

/** POST /channels. `config` is checked against the kind's manifest. */
export const ChannelInput = z.strictObject({
  kind: z.string().min(1, 'choose a channel kind'),
  name,
  config: z.record(z.string(), z.unknown()).default({}),
  bot: z.boolean().optional(),
  queueId: id.nullable().optional(),
  calendarId: calendarId.nullable().optional(),
  closed: Closed.optional(),
});
export type ChannelInput = z.infer<typeof ChannelInput>;

export const ChannelChange = z.strictObject({
  name: name.optional(),
  enabled: z.boolean().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  bot: z.boolean().optional(),
  queueId: id.nullable().optional(),
  calendarId: calendarId.nullable().optional(),
  closed: Closed.optional(),
  priority: z.number().int().min(0).max(4).optional(),
  reopenHours: z.number().min(0).max(24 * 365).optional(),
});
export type ChannelChange = z.infer<typeof ChannelChange>;
