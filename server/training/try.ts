/** What the bot would do, outside any conversation. */
import type { Turn } from '../../bots/bot.ts';
import { tried } from '../answers/ask.ts';
import type { Identity, RecordedResult } from '../bot-tools/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Called, Outcome } from './schema.ts';

/** `pinned`: tools as the release keeps them, whatever became of them since. */
export type Question = { turns: Turn[]; locale: Locale; channelKind?: string | undefined; release?: number | undefined; identity?: Identity | undefined; results?: readonly RecordedResult[] | undefined; pinned?: boolean };

/** What the bot does with the question on a release, or on what people edit; it hands over where it would to customers. No tool is called: what it would answer is played. */
export async function tryOut(hub: Hub, { turns, locale, channelKind, release, identity, results, pinned }: Question): Promise<Outcome> {
  const as = { ...(channelKind === undefined ? {} : { channelKind }), ...(release === undefined ? {} : { release }), ...(identity === undefined ? {} : { identified: identity !== 'anyone' }) };
  const { result, uses } = await tried(hub, turns, locale, as, { identity, results, ...(pinned ? { pinned } : {}) });
  const calls = uses.flatMap(({ tool, inputs, from }): Called[] => (from ? [{ tool, inputs, from }] : []));
  const used = calls.length > 0 ? { calls } : {};
  if ('handOver' in result) return { kind: 'hand-over', reason: result.handOver.reason, ...used };
  return { kind: 'reply', text: result.answer, choices: result.choices ?? [], sources: result.sources.map(source => source.id), ...used };
}
