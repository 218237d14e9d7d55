/** The index the bot searches: built at the start, kept in step with the store. */
import type { Tools } from '../../bots/bot.ts';
import { mayHear } from './rules/audience.ts';
import type { Asking, Indexed } from './schema.ts';
import { answerIndex } from './search.ts';
import type { AnswerStore } from './store.ts';

export type Knowledge = {
  /** What a bot may search for who asks. */
  tools(asking: Asking): Tools;
  put(items: Indexed[]): void;
  remove(id: string): void;
  readonly size: number;
};

/** Loads all answers. What another node changes is seen after a restart only: one node is the supported number until the many-nodes issue. */
export async function openKnowledge(store: AnswerStore): Promise<Knowledge> {
  const index = answerIndex();
  for await (const answer of store.all()) index.add(answer);
  return {
    tools: asking => ({ search: (text, locale) => Promise.resolve(index.search(text, locale, item => mayHear(item, asking))) }),
    put: items => { for (const item of items) index.replace(item); },
    remove: id => index.remove(id),
    get size() { return index.size; },
  };
}
