/** Numbers of the bot as they come over the wire. */
import type { By, Count, Episode, Figures, Group, Numbers } from '../../../server/bot-numbers/schema.ts';
import type { Conversation } from '../wire.ts';

export type { By, Count, Figures, Group, Numbers };
type Told = Pick<Episode, 'id' | 'release' | 'topics' | 'replies' | 'good' | 'bad' | 'reason' | 'flags'>;
/** An episode that a number counts, with its conversation. */
export type Behind = Told & { startedAt: string; dueAt: string; metAt: string | null; due: boolean; conversation: Conversation };
/** Which episodes are meant, as it stands in the address. */
export type Which = { number?: Count; reason?: string; from?: string; to?: string; release?: string; topic?: string; channelId?: string; locale?: string; queueId?: string };
