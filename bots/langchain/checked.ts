/** A model's words on their way out: grounded, put back, and looked at by the fences. For the bot and for the copilot alike. */
import type { Finding } from '../bot.ts';
import type { Fence } from '../guard/fence.ts';
import type { PersonalFence } from '../guard/personal.ts';
import { judge, type Judged } from './grounding.ts';

/** What the words are held against. `asked`: what they answer, as the model saw it; `said`: the conversation as it was. */
type Held = { shown: Finding[]; asked: string; said: string; canary: string; prompt: string; fence: Pick<Fence, 'stopped'>; personal: PersonalFence; promises?: readonly string[] };

/** The reply, with what was hidden from the model put back, or why it is not used. */
export function checked(words: string, { shown, asked, said, canary, prompt, fence, personal, promises = [] }: Held): Judged {
  const judged = judge(words, shown, asked, canary, promises);
  if (!('reply' in judged)) return judged;
  const cited = new Set(judged.reply.sources.map(({ id }) => id));
  const sources = shown.filter(({ answerId }) => cited.has(answerId)).map(({ question, answer, url }) => `${question}\n${answer}\n${url ?? ''}`).join('\n');
  // As the model said it: what cleaning takes away would have been a lure all the same.
  const refused = fence.stopped(personal.restore(words), { sources, said, prompt });
  return refused ? { refused } : { reply: { ...judged.reply, text: personal.restore(judged.reply.text) } };
}
