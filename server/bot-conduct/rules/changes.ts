/** What differs between two conducts. */
import type { Conduct, ConductChange } from '../schema.ts';

function listChange(field: keyof Conduct, before: readonly string[], after: readonly string[], topic?: string): ConductChange[] {
  const [added, removed] = [after.filter(each => !before.includes(each)), before.filter(each => !after.includes(each))];
  const moved = added.length + removed.length === 0 && before.some((each, at) => after[at] !== each);
  return added.length + removed.length > 0 || moved ? [{ field, ...(topic === undefined ? {} : { topic }), added, removed, moved }] : [];
}

/** Every part that differs, in the order of the page. Only rules have an order that means something. */
export function conductChanges(before: Conduct, after: Conduct): ConductChange[] {
  const wordsOf = ({ forbidden }: Conduct) => new Map([...Map.groupBy(forbidden, ({ topic }) => topic)].map(([topic, same]) => [topic, same.flatMap(({ words }) => words).toSorted()] as const));
  const [was, is] = [wordsOf(before), wordsOf(after)];
  return [
    ...listChange('tone', before.tone === '' ? [] : [before.tone], after.tone === '' ? [] : [after.tone]),
    ...listChange('rules', before.rules, after.rules),
    ...[...new Set([...was.keys(), ...is.keys()])].flatMap(topic => listChange('forbidden', was.get(topic) ?? [], is.get(topic) ?? [], topic)),
    ...listChange('promises', before.promises.toSorted(), after.promises.toSorted()),
    ...listChange('hidden', before.hidden, after.hidden),
  ];
}
