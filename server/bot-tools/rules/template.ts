/** Values into a request: encoded in addresses, as values in JSON. What a customer says never becomes syntax. */
import type { Value } from '../schema.ts';

const PLACE = /\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}/g;
const ALONE = /^\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}$/;

/** The names a template asks for. */
export const placesIn = (text: string): string[] => [...new Set([...text.matchAll(PLACE)].map(match => match[1] ?? ''))];

/** An address in its parts: what may hold no value, the path, the query. */
export function partsOf(url: string): { origin: string; path: string; query: string } {
  const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
  const [path = '', ...query] = url.slice(origin.length).split('?');
  return { origin, path, query: query.join('?') };
}

/** A value that cannot stand in a path. */
export class Unfit extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`${field} cannot stand in an address`);
    this.field = field;
  }
}

/** The address with its values. A part of the query whose value is missing is left out. Throws Unfit where a value would lead elsewhere. */
export function urlWith(template: string, values: Readonly<Record<string, Value>>): string {
  const { origin, path, query } = partsOf(template);
  const segments = path.split('/').map((segment) => {
    const filled = segment.replace(PLACE, (_all, name: string) => {
      const value = String(values[name] ?? '');
      // Many servers take an encoded slash for a slash.
      if (value === '' || /[/\\\p{Cc}]/u.test(value)) throw new Unfit(name);
      return encodeURIComponent(value);
    });
    if (filled !== segment && /^\.{1,2}$/.test(filled)) throw new Unfit(placesIn(segment)[0] ?? '');
    return filled;
  });
  const asked = query.split('&').filter(part => part !== '' && placesIn(part).every(name => values[name] !== undefined))
    .map(part => part.replace(PLACE, (_all, name: string) => encodeURIComponent(String(values[name]))));
  return `${origin}${segments.join('/')}${asked.length > 0 ? `?${asked.join('&')}` : ''}`;
}

/** The body with its values: a string that is one place becomes the value, with its type. What is missing is left out. Throws where the template is no JSON. */
export function bodyWith(template: string, values: Readonly<Record<string, Value>>): string {
  return JSON.stringify(filled(JSON.parse(template), values));
}

function filled(node: unknown, values: Readonly<Record<string, Value>>): unknown {
  if (typeof node === 'string') {
    const alone = ALONE.exec(node)?.[1];
    return alone === undefined ? textWith(node, values) : values[alone];
  }
  if (Array.isArray(node)) return node.map(each => filled(each, values)).filter(each => each !== undefined);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, filled(value, values)]).filter(([, value]) => value !== undefined));
}

/** A text with its values; what is missing is nothing. */
export const textWith = (template: string, values: Readonly<Record<string, Value>>): string => template.replace(PLACE, (_all, name: string) => String(values[name] ?? ''));
