/** Asking the bot what it would do, outside any conversation. */
import type { Turn } from '../../bots/bot.ts';
import { turnMs } from '../answers/ask-bot.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './schema.ts';

export type Question = { turns: Turn[]; locale: Locale; channelKind?: string | undefined; release?: number | undefined };

/** What the bot does with the question on a release, or on what people edit. A bot that fails, or takes longer than a customer would wait, hands over, as it does to customers. */
export async function tryOut(hub: Hub, { turns, locale, channelKind, release }: Question): Promise<Outcome> {
  const tools = hub.knowledge.tools({ at: hub.now(), ...(channelKind === undefined ? {} : { channelKind }), ...(release === undefined ? {} : { release }) });
  try {
    const context = { locale, conduct: await hub.conduct.of(release ?? null), spend: hub.spend.of('trial') };
    const answer = await hub.bot.answer(turns, tools, context, AbortSignal.any([hub.stopping, AbortSignal.timeout(turnMs)]));
    if (answer.kind === 'hand-over') return { kind: 'hand-over', reason: answer.reason };
    return { kind: 'reply', text: answer.text, choices: answer.choices ?? [], sources: answer.sources.map(source => source.id) };
  } catch (error) {
    hub.stopping.throwIfAborted();
    hub.log.warn({ err: error }, 'the bot failed on a question that was tried');
    return { kind: 'hand-over', reason: 'error' };
  }
}
