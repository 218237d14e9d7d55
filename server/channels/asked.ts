/** Whether a message comes in because we asked its platform, or because the platform told us. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Hub } from '../hub.ts';

/** A push that is still on its way is not lost. */
const lateMs = 60_000;
const asking = new AsyncLocalStorage<true>();

/** Runs what asks a platform for messages that may have been missed. */
export const whileAsking = <T>(ask: () => Promise<T>): Promise<T> => asking.run(true, ask);

/** A new message was stored: if only our asking brought it, that is told. @param sentAt when the platform says it was written */
export function noteFound(hub: Pick<Hub, 'events' | 'now' | 'channels'>, channelId: string, sentAt: Date | undefined): void {
  if (!asking.getStore() || !sentAt || hub.now().getTime() - sentAt.getTime() < lateMs) return;
  // What was written while we were away could not be pushed.
  const since = hub.channels.get(channelId)?.since;
  if (since && sentAt > since) hub.events.emit('found', { channelId, at: sentAt });
}
