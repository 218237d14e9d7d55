/** The index the bot searches: built at the start, kept in step with the store. */
import type { Tools } from '../../bots/bot.ts';
import { answerIndex } from './search.ts';
import type { AnswerStore } from './store.ts';
import type { Answer } from './schema.ts';

export type Knowledge = Tools & { put(answers: Answer[]): void; remove(id: string): void; readonly size: number };

/** Loads all answers. What another node changes is seen after a restart only: one node is the supported number until the many-nodes issue. */
export async function openKnowledge(store: AnswerStore): Promise<Knowledge> {
  const index = answerIndex();
  for await (const answer of store.all()) index.add(answer);
  return {
    search: (text, locale) => Promise.resolve(index.search(text, locale)),
    put: answers => { for (const answer of answers) index.replace(answer); },
    remove: id => index.remove(id),
    get size() { return index.size; },
  };
}
