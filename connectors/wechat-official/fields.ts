/** Reading the fields of a push, whatever somebody made of them. */
import { z } from 'zod';

export type Fields = Record<string, unknown>;
const Element = z.record(z.string(), z.unknown());

/** Tencent's ids have 28 letters. */
export const mostId = 200;

/** As a database and a browser can hold it. */
export const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** A field as text; absent, nested or doubled fields do no harm. */
export function textOf(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : fields[Object.keys(fields).find((key) => key.length === name.length && key.toLowerCase() === name.toLowerCase()) ?? ''];
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' ? clean(one) : typeof one === 'number' || typeof one === 'boolean' ? String(one) : '';
}

/** A nested element; empty when it is none. */
export const inside = (fields: Fields, name: string): Fields => (Object.hasOwn(fields, name) ? Element.safeParse(fields[name]).data : undefined) ?? {};

/** Nested elements of one name: none, one or several. */
export function listOf(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one): Fields[] => { const read = Element.safeParse(one); return read.success ? [read.data] : []; });
}

/** A finite number, or undefined. */
export function numberOf(fields: Fields, name: string): number | undefined {
  const text = textOf(fields, name).trim();
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : undefined;
}

/** CreateTime, in seconds. */
export function timeOf(fields: Fields): Date | undefined {
  const seconds = numberOf(fields, 'CreateTime');
  if (seconds === undefined || seconds <= 0) return undefined;
  const date = new Date(seconds > 1e11 ? seconds : seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
