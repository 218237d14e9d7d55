/** The XML of Tencent's callbacks: values stay text, entities stay as they are. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** Characters of one callback; real ones have a few thousand. */
const limit = 1_000_000;

/** Where the parser puts CDATA apart; no field is called so. */
const cdata = '![CDATA[';
// An openid like 1e5 must not become a number; a document's own entities are never expanded.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false, trimValues: false, cdataPropName: cdata });
const builder = new XMLBuilder({ cdataPropName: cdata, suppressEmptyNode: false });
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

/** Takes out the white space between elements, which is no value, and joins text with CDATA. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value === 'string') return plain(value);
  const element = Fields.safeParse(value);
  if (!element.success) return value;
  const { [cdata]: quoted, '#text': text, ...others } = element.data;
  if (quoted !== undefined && Object.keys(others).length === 0) return `${typeof text === 'string' && !blank(text) ? plain(text) : ''}${Array.isArray(quoted) ? quoted.join('') : String(quoted)}`;
  return Object.fromEntries(Object.entries(element.data).filter(([name, part]) => name !== '#text' || !blank(part)).map(([name, part]) => [name, tidy(part)]));
}

/** The five entities of XML itself, and letters by number; outside CDATA only. */
function plain(text: string): string {
  return text.replaceAll(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
    if (name) return { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name.toLowerCase()] ?? all;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** A document <xml> with these fields: text in CDATA, numbers bare, records nested. */
export function buildXml(record: Record<string, unknown>): string {
  return builder.build({ xml: wrap(record) });
}

function wrap(value: unknown): unknown {
  if (typeof value === 'string') return { [cdata]: value };
  if (Array.isArray(value)) return value.map(wrap);
  const element = Fields.safeParse(value);
  return element.success ? Object.fromEntries(Object.entries(element.data).map(([name, part]) => [name, wrap(part)])) : value;
}
