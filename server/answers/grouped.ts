/** Answers that say the same in several languages: whichever of a group is found, the customer's own is given. */
import type { Locale } from '../conversations/schema.ts';
import type { Indexed } from './schema.ts';
import { type Allowed, answerIndex, type AnswerIndex, type Scored } from './search.ts';

/** An index that knows groups. A link by name, not translations inside one answer: each language keeps its own wordings, validity and place in a file. */
export function groupedIndex(): AnswerIndex {
  const inner = answerIndex();
  const known = new Map<string, Indexed>();
  const groups = new Map<string, Set<string>>();

  function remove(id: string): void {
    const group = known.get(id)?.group;
    known.delete(id);
    if (group) groups.get(group)?.delete(id);
    inner.remove(id);
  }
  function replace(answer: Indexed): void {
    remove(answer.id);
    known.set(answer.id, answer);
    if (answer.group) groups.set(answer.group, (groups.get(answer.group) ?? new Set()).add(answer.id));
    inner.add(answer);
  }
  const inLocale = ({ answerId }: Scored, locale: Locale, allowed: Allowed): Indexed | undefined =>
    [...groups.get(known.get(answerId)?.group ?? '') ?? []].flatMap(id => known.get(id) ?? []).find(each => each.locale === locale && allowed(each));

  function search(text: string, locale: Locale, allowed: Allowed = () => true): Scored[] {
    const found = inner.search(text, locale, allowed);
    const foreign = found.find(each => each.locale !== locale && inLocale(each, locale, allowed));
    if (!foreign) return found;
    // Being in another language counts against an answer; against one that has words in the right one it does not.
    const sure = new Map(inner.search(text, foreign.locale, allowed).map(({ answerId, confidence }) => [answerId, confidence]));
    const best = new Map<string, Scored>();
    for (const each of found) {
      const own = each.locale === locale ? undefined : inLocale(each, locale, allowed);
      const { url: _url, ...rest } = each;
      const said: Scored = own ? { ...rest, answerId: own.id, question: own.question, answer: own.answer, locale, ...(own.url ? { url: own.url } : {}), confidence: sure.get(each.answerId) ?? each.confidence } : each;
      if (said.confidence > (best.get(said.answerId)?.confidence ?? -1)) best.set(said.answerId, said);
    }
    return [...best.values()].toSorted((a, b) => b.confidence - a.confidence);
  }

  return { add: replace, replace, remove, ready: inner.ready, settle: inner.settle, search, get size() { return inner.size; } };
}
