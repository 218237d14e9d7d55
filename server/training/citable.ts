/** What a case may cite: answers and passages alike, found by the words people see. */
import { placesOf } from '../answers/places.ts';
import { fold } from '../answers/rules/text.ts';
import type { Hub } from '../hub.ts';
import type { Citable } from './schema.ts';

const most = 20;

/** Those with these ids first, then the newest whose question or headings say the words. */
export async function citable(hub: Hub, words: string, ids: string[]): Promise<Citable[]> {
  const draft = hub.knowledge.draft();
  const chosen = new Set(ids);
  const wanted = fold(words);
  const found = draft.toReversed().filter(each => !chosen.has(each.id) && [each.question, ...each.variants].some(text => fold(text).includes(wanted))).slice(0, most);
  const titles = new Map(draft.map(({ id, question }) => [id, question]));
  const places = await placesOf(hub, [...ids, ...found.map(({ id }) => id)]);
  return places.map(({ id, kind, passage }) => ({ id, kind, title: titles.get(id) ?? id, ...(passage ? { path: [passage.document, ...passage.headings] } : {}) }));
}
