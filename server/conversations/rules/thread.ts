import type { Thread } from '../schema.ts';

/** A thread as one string: the key of indexes and caches. */
export const threadName = ({ channelId, key }: Pick<Thread, 'channelId' | 'key'>): string => `${channelId}:${key}`;

/** Two mentions of one place; who spoke there last does not matter. */
export const sameThread = (a: Thread, b: Thread): boolean => a.channelId === b.channelId && a.key === b.key;
