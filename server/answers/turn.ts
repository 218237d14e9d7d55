import type { BotHandOver, Reply } from '../../bots/bot.ts';
import type { Hub } from '../hub.ts';

/** A turn may take so long, whether the bot listens or not; then people take over: nobody waits longer than 5 s for either. */
export const turnMs = 4_600;

/** What the bot says within its time, else `slow`. Rejects with what it rejects with before that. */
export function inTurn({ stopping }: Pick<Hub, 'stopping'>, slow: () => BotHandOver, answer: (stopping: AbortSignal) => Promise<Reply | BotHandOver>): Promise<Reply | BotHandOver> {
  const over = AbortSignal.timeout(turnMs);
  const late = Promise.withResolvers<BotHandOver>();
  over.addEventListener('abort', () => late.resolve(slow()), { once: true });
  return Promise.race([late.promise, answer(AbortSignal.any([stopping, over])).catch((error: unknown) => {
    if (over.aborted && !stopping.aborted) return slow();
    throw error;
  })]);
}
