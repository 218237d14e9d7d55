import type { Hub } from '../hub.ts';
import type { Placed } from './schema.ts';

/** Where pieces of knowledge stand, answers and passages alike, in the order asked for. */
export async function placesOf(hub: Hub, ids: string[]): Promise<Placed[]> {
  if (ids.length === 0) return [];
  const [answers, passages] = await Promise.all([hub.store.answers.some(ids), hub.store.documents.placesOf(ids)]);
  const written = new Map(answers.map(answer => [answer.id, answer]));
  return ids.map((id) => {
    const answer = written.get(id);
    if (answer) return { id, kind: 'answer', text: answer.answer, locale: answer.locale };
    const found = passages.get(id);
    if (!found) return { id, kind: 'gone' };
    const { text, locale, ...passage } = found;
    return { id, kind: 'passage', passage, text, locale };
  });
}
