/** What the bot would do, outside any conversation. */
import type { Turn } from '../../bots/bot.ts';
import { ask } from '../answers/ask.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './schema.ts';

export type Question = { turns: Turn[]; locale: Locale; channelKind?: string | undefined; release?: number | undefined };

/** What the bot does with the question on a release, or on what people edit; it hands over where it would to customers. */
export async function tryOut(hub: Hub, { turns, locale, channelKind, release }: Question): Promise<Outcome> {
  const result = await ask(hub, turns, locale, { ...(channelKind === undefined ? {} : { channelKind }), ...(release === undefined ? {} : { release }) });
  if ('handOver' in result) return { kind: 'hand-over', reason: result.handOver.reason };
  return { kind: 'reply', text: result.answer, choices: result.choices ?? [], sources: result.sources.map(source => source.id) };
}
