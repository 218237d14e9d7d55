/** What a document would change, field by field. */
import type { RoutingDocument } from './document.ts';

type Fields = { path: string; before: unknown; after: unknown }[];
export type Change = { section: 'calendar' | 'queue' | 'policy' | 'rule'; name: string; kind: 'added' | 'removed' | 'changed'; fields: Fields };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The order of fields says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)])) : value;
}

/** Fields that differ, as deep as both sides have parts. */
function differences(before: unknown, after: unknown, path: string): Fields {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every(isObject)) return before.flatMap((each, at) => differences(each, after[at], `${path}.${at}`));
  return [{ path, before, after }];
}

type Item = { name: string; [key: string]: unknown };
function itemChanges(section: Change['section'], before: Item[], after: Item[]): Change[] {
  const find = (all: Item[], name: string) => all.find((each) => each.name === name);
  return [
    ...after.flatMap((item): Change[] => {
      const old = find(before, item.name);
      const fields = old ? differences(old, item, '') : differences({}, item, '').filter(({ path }) => path !== 'name');
      return old && fields.length === 0 ? [] : [{ section, name: item.name, kind: old ? 'changed' : 'added', fields }];
    }),
    ...before.filter(({ name }) => !find(after, name)).map(({ name }): Change => ({ section, name, kind: 'removed', fields: [] })),
  ];
}

/** What there is, and what the document wants; sections it does not have stay. */
export function planOf(current: RoutingDocument, wanted: RoutingDocument): Change[] {
  const changes: Change[] = [];
  if (wanted.calendars) changes.push(...itemChanges('calendar', current.calendars ?? [], wanted.calendars));
  if (wanted.queues) changes.push(...itemChanges('queue', current.queues ?? [], wanted.queues));
  if (wanted.policy) {
    const fields = differences(current.policy ?? {}, wanted.policy, '');
    if (fields.length > 0) changes.push({ section: 'policy', name: '', kind: 'changed', fields });
  }
  if (wanted.rules) {
    const [before, after] = [current.rules ?? [], wanted.rules];
    changes.push(...itemChanges('rule', before, after));
    const order = (all: Item[], others: Item[]) => all.map(({ name }) => name).filter((name) => others.some((each) => each.name === name));
    const [was, is] = [order(before, after), order(after, before)];
    if (!same(was, is)) changes.push({ section: 'rule', name: '', kind: 'changed', fields: [{ path: 'order', before: was, after: is }] });
  }
  return changes;
}

const signs = { added: '+', removed: '-', changed: '~' } as const;
const shown = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));

/** For people: one line for each thing, one below for each field. */
export function planInWords(changes: Change[]): string {
  if (changes.length === 0) return 'no changes';
  const lines = changes.flatMap(({ section, name, kind, fields }) => [
    `${signs[kind]} ${section}${name ? ` “${name}”` : ''}`,
    ...fields.map(({ path, before, after }) => `    ${path}: ${kind === 'added' ? shown(after) : `${shown(before)} -> ${shown(after)}`}`),
  ]);
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  return [...lines, '', `${count('added')} to add, ${count('changed')} to change, ${count('removed')} to remove`].join('\n');
}
