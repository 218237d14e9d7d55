/** The XML of Tencent's callbacks: values stay text, entities stay as they are. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** Characters of one callback; real ones have a few thousand. */
const limit = 1_000_000;

// An openid like 1e5 must not become a number; a document's own entities are never expanded.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false, trimValues: false });
const builder = new XMLBuilder({ cdataPropName: 'cdata', suppressEmptyNode: false });
const Fields = z.record(z.string(), z.unknown());
const blank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** The fields inside <xml>; an empty field is ''. Throws a plain Error when it is no such document. */
export function parseXml(text: string): Record<string, unknown> {
  if (text.length > limit) throw new Error(`The XML is longer than ${limit} characters`);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, ''))) throw new Error('The XML declares entities of its own');
  const document = Fields.safeParse(parser.parse(text));
  const root = document.success ? document.data['xml'] : undefined;
  const fields = blank(root) ? {} : tidy(root);
  const found = Fields.safeParse(fields);
  if (!found.success) throw new Error('The XML has no <xml> element with fields');
  return found.data;
}

/** Takes out the white space between elements, which is no value. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  const element = Fields.safeParse(value);
  if (!element.success) return value;
  return Object.fromEntries(Object.entries(element.data).filter(([name, part]) => name !== '#text' || !blank(part)).map(([name, part]) => [name, tidy(part)]));
}

/** A document <xml> with these fields: text in CDATA, numbers bare, records nested. */
export function buildXml(record: Record<string, unknown>): string {
  return builder.build({ xml: wrap(record) });
}

function wrap(value: unknown): unknown {
  if (typeof value === 'string') return { cdata: value };
  if (Array.isArray(value)) return value.map(wrap);
  const element = Fields.safeParse(value);
  return element.success ? Object.fromEntries(Object.entries(element.data).map(([name, part]) => [name, wrap(part)])) : value;
}
