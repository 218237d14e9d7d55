/** Message templates: what Meta approved, as one text with numbered variables, and back again as components. Pure. */
import type { Template } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { firstWords, list, number, object, words, type Json } from './fields.ts';

/** Where a template's variables stand, in the order of their numbers. A media header wants a file. */
export type Shape = { slots: Slot[]; header?: 'image' | 'video' | 'document' | 'location' };
type Slot = { at: 'header' | 'body' } & { name?: string } | { at: 'button'; index: number; kind: 'url' | 'copy_code' };

const variable = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const states: Record<string, Template['status']> = { APPROVED: 'approved', PENDING: 'pending', IN_APPEAL: 'pending', REJECTED: 'rejected', PAUSED: 'rejected', DISABLED: 'rejected' };

/** One template of Meta's list; undefined when it has no name. */
export function templateOf(raw: unknown): { template: Template; shape: Shape } | undefined {
  const one = object(raw);
  const name = firstWords(one['name']);
  const language = firstWords(one['language']);
  if (!name || !language) return undefined;
  const slots: Slot[] = [];
  const isNamed = words(one['parameter_format']).toUpperCase() === 'NAMED';
  const parts = list(one['components']).map(object);
  const part = (type: string): Json => parts.find((each) => words(each['type']).toUpperCase() === type) ?? {};
  /** Each component counts its own variables from one; a text that a person fills in counts through. */
  const numbered = (text: string, at: 'header' | 'body'): string => {
    const numbers = new Map<string, number>();
    return text.replaceAll(variable, (_all, variableName: string) => {
      const known = numbers.get(variableName) ?? slots.push({ at, ...(isNamed && { name: variableName }) });
      numbers.set(variableName, known);
      return `{{${known}}}`;
    });
  };
  const header = part('HEADER');
  const format = words(header['format']).toLowerCase();
  const lines = [
    format === 'text' || !format ? numbered(words(header['text']), 'header') : `[${format}]`,
    numbered(words(part('BODY')['text']), 'body'),
    words(part('FOOTER')['text']),
    ...list(part('BUTTONS')['buttons']).map(object).map((button, index) => {
      const kind = words(button['type']).toUpperCase();
      const isOpen = kind === 'COPY_CODE' || (kind === 'URL' && /\{\{/.test(words(button['url'])));
      if (!isOpen) return `[${words(button['text'])}]`;
      const at = slots.push({ at: 'button', index, kind: kind === 'URL' ? 'url' : 'copy_code' });
      return kind === 'URL' ? `[${words(button['text'])} ${words(button['url']).replace(variable, `{{${at}}}`)}]` : `[${firstWords(button['text'], 'Copy code')} {{${at}}}]`;
    }),
  ];
  const status = states[words(one['status']).toUpperCase()] ?? 'pending';
  const category = words(one['category']).toLowerCase();
  return {
    template: { name, language, text: lines.map((line) => line.trim()).filter(Boolean).join('\n'), variables: slots.length, status, ...(category && { category }) },
    shape: { slots, ...((format === 'image' || format === 'video' || format === 'document' || format === 'location') && { header: format }) },
  };
}

/** What a header picture, film or document is sent as. */
export type HeaderMedia = { type: 'image' | 'video' | 'document'; id: string; filename?: string };

/** @param shape absent: all variables are the body's */
export function renderTemplate({ name, language, variables }: NonNullable<Content['template']>, shape?: Shape, headerMedia?: HeaderMedia, place?: Content['location']): object {
  const slots: Slot[] = shape?.slots ?? variables.map(() => ({ at: 'body' }));
  const texts = (at: 'header' | 'body'): object[] => slots.flatMap((slot, index) => (slot.at === at
    ? [{ type: 'text', text: oneLine(variables[index] ?? ''), ...(slot.name && { parameter_name: slot.name }) }] : []));
  const header = headerMedia
    ? [{ type: headerMedia.type, [headerMedia.type]: { id: headerMedia.id, ...(headerMedia.filename && { filename: headerMedia.filename }) } }]
    : shape?.header === 'location' && place ? [{ type: 'location', location: { latitude: String(place.latitude), longitude: String(place.longitude), name: place.name ?? '', address: '' } }] : texts('header');
  const body = texts('body');
  const buttons = slots.flatMap((slot, index) => (slot.at === 'button'
    ? [{ type: 'button', sub_type: slot.kind, index: String(slot.index), parameters: [slot.kind === 'url' ? { type: 'text', text: variables[index] ?? '' } : { type: 'coupon_code', coupon_code: variables[index] ?? '' }] }] : []));
  const components = [...(header.length > 0 ? [{ type: 'header', parameters: header }] : []), ...(body.length > 0 ? [{ type: 'body', parameters: body }] : []), ...buttons];
  return { name, language: { code: language }, ...(components.length > 0 && { components }) };
}

/** Meta refuses line breaks, tabs and more than four spaces in a variable. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/ {5,}/g, '    ').trim() || '-';

/** The cursor of the next page; undefined on the last. */
export function nextCursor(page: Json): string | undefined {
  const paging = object(page['paging']);
  return words(paging['next']) ? firstWords(object(paging['cursors'])['after']) || undefined : undefined;
}

/** How many variables a call gave and how many there are, when they differ. */
export const miscounted = (shape: Shape, variables: string[]): boolean => number(shape.slots.length) !== variables.length;
