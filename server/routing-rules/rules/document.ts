/** Routing as a document: queues, calendars, policy and rules that name each other by name, so that it means the same on another hub. */
import { z } from 'zod';
import { CalendarInput } from '../../calendars/schema.ts';
import { defaultPolicy, QueueInput, RoutingPolicy } from '../../routing/schema.ts';
import { RoutingRules } from '../schema.ts';

const named = z.array(z.looseObject({ name: z.string('must be a name') }, 'must have a name'), 'must be a list');
/** A section that is absent is left as it is. */
export const RoutingDocument = z.strictObject({ calendars: named.optional(), queues: named.optional(), policy: z.looseObject({}).optional(), rules: named.optional() });
export type RoutingDocument = z.infer<typeof RoutingDocument>;

/** What has a name: of people their address. */
export type Named = 'queues' | 'calendars' | 'channels' | 'people';
/** Name and id of all there are; of one that is still to be made, an id for the time being. */
export type Lookup = Record<Named, { id: string; name: string }[]>;
export type Wrong = { path: (string | number)[]; message: string };

const links = new Map<string, { key: string; of: Named }>([['queueId', { key: 'queue', of: 'queues' }], ['overflowQueueId', { key: 'overflowQueue', of: 'queues' }], ['calendarId', { key: 'calendar', of: 'calendars' }]]);
const byKey = new Map([...links].map(([idKey, { key, of }]) => [key, { idKey, of }]));
const lists = new Map<string, Named>([['members', 'people'], ['channels', 'channels']]);
const one: Record<Named, string> = { queues: 'queue', calendars: 'calendar', channels: 'channel', people: 'person' };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const namesOf = (of: Named, id: string, lookup: Lookup): string => {
  const name = lookup[of].find((each) => each.id === id)?.name;
  // Two of one name are told apart by their ids.
  return name === undefined || lookup[of].filter((each) => each.name === name).length > 1 ? id : name;
};

/** Ids become names. What names no calendar says nothing of one. */
export function toNames(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) return value.map((each) => toNames(each, lookup));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const [link, list] = [links.get(key), lists.get(key)];
    if (link && typeof inner === 'string') return [[link.key, namesOf(link.of, inner, lookup)]];
    if (inner === undefined || (link && inner === null)) return [];
    if (list && Array.isArray(inner)) return [[key, inner.map((id) => namesOf(list, String(id), lookup))]];
    return [[key, toNames(inner, lookup)]];
  }));
}

/** Names become ids; one that nothing has is wrong. */
export function toIds(value: unknown, lookup: Lookup, wrong: Wrong[], path: Wrong['path'] = []): unknown {
  const idOf = (of: Named, name: string, at: Wrong['path']): string => {
    const found = lookup[of].filter((each) => each.name === name || each.id === name);
    if (found.length !== 1) wrong.push({ path: at, message: found.length === 0 ? `there is no ${one[of]} “${name}”` : `more than one ${one[of]} is called “${name}”: write its id` });
    return found[0]?.id ?? '0'.repeat(24);
  };
  if (Array.isArray(value)) return value.map((each, at) => toIds(each, lookup, wrong, [...path, at]));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]): [string, unknown] => {
    const [link, list] = [byKey.get(key), lists.get(key)];
    if (link && typeof inner === 'string') return [link.idKey, idOf(link.of, inner, [...path, key])];
    if (list && Array.isArray(inner)) return [key, inner.map((name, at) => (typeof name === 'string' ? idOf(list, name, [...path, key, at]) : name))];
    return [key, toIds(inner, lookup, wrong, [...path, key])];
  }));
}

/** Sections by ids, as they are stored. */
export const Stored = z.strictObject({
  calendars: z.array(CalendarInput).optional(),
  queues: z.array(QueueInput).optional(),
  policy: RoutingPolicy.omit({ version: true }).optional(),
  rules: RoutingRules.optional(),
});
export type Stored = z.infer<typeof Stored>;

const { version: _version, ...usualPolicy } = defaultPolicy;
const usualClosed = JSON.stringify({ behaviour: 'message', text: {} });

/** What says the same is written the same. */
function tidy(section: Stored): Stored {
  return { ...section, ...(section.queues ? { queues: section.queues.map(({ closed, ...queue }) => ({ ...queue, ...(closed && JSON.stringify(closed) !== usualClosed ? { closed } : {}) })) } : {}) };
}

/** A document of what is stored. */
export const documentOf = (stored: Stored, lookup: Lookup): RoutingDocument => RoutingDocument.parse(toNames(tidy(stored), lookup));

/** Names that the sections of a document bring along; where a section is absent, those there are. */
function lookupWith(document: RoutingDocument, lookup: Lookup): Lookup {
  const bring = (of: 'queues' | 'calendars') => document[of]?.map(({ name }, at) => ({ name, id: lookup[of].find((each) => each.name === name)?.id ?? `${of === 'queues' ? 'a' : 'b'}${String(at).padStart(23, '0')}` })) ?? lookup[of];
  return { ...lookup, queues: bring('queues'), calendars: bring('calendars') };
}

/** The document as it would be stored and then written again: with every default. Or all that is wrong with it. */
export function checked(raw: unknown, lookup: Lookup): { document: RoutingDocument; wrong: Wrong[] } {
  const shape = RoutingDocument.safeParse(raw ?? {});
  if (!shape.success) return { document: {}, wrong: wrongOf(shape.error) };
  const wrong: Wrong[] = [];
  for (const section of ['calendars', 'queues'] as const) {
    shape.data[section]?.forEach(({ name }, at, all) => { if (all.findIndex((each) => each.name === name) < at) wrong.push({ path: [section, at, 'name'], message: `“${name}” is there twice` }); });
  }
  const names = lookupWith(shape.data, lookup);
  const { policy, ...rest } = shape.data;
  const stored = Stored.safeParse(toIds({ ...rest, ...(policy ? { policy: { ...usualPolicy, ...policy } } : {}) }, names, wrong));
  if (!stored.success) wrong.push(...wrongOf(stored.error));
  return { document: stored.success ? documentOf(stored.data, names) : {}, wrong };
}

function wrongOf(error: z.ZodError): Wrong[] {
  return error.issues.map(({ path, message }) => ({ path: path.map((part) => (typeof part === 'number' ? part : links.get(String(part))?.key ?? String(part))), message }));
}
