/** The XML of Tencent's callbacks: values stay text, entities stay as they are. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** Characters of one callback; real ones have a few thousand. */
const limit = 1_000_000;

/** Where the parser puts CDATA apart; no field is called so. */
const cdata = '![CDATA[';
// An openid like 1e5 must not become a number; a document's own entities are never expanded.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false, trimValues: false, cdataPropName: cdata });
const builder = new XMLBuilder({ cdataPropName: cdata, suppressEmptyNode: false });
type Fields = Record<string, unknown>;
const isElement = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const blank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** The fields inside <xml>; an empty field is ''. Throws a plain Error when it is no such document. */
export function parseXml(text: string): Fields {
  if (text.length > limit) throw new Error(`The XML is longer than ${limit} characters`);
  const flat = parseFlat(text);
  if (flat) return flat;
  if (/<!(?:DOCTYPE|ENTITY)/i.test(unquoted(text))) throw new Error('The XML declares entities of its own');
  const document: unknown = parser.parse(text);
  const root = isElement(document) ? document['xml'] : undefined;
  const fields = blank(root) ? {} : tidy(root);
  if (!isElement(fields)) throw new Error('The XML has no <xml> element with fields');
  return fields;
}

/** What stands outside CDATA; each part is looked at once, for nobody has checked a signature yet. */
function unquoted(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('<![CDATA[', from);
    if (start < 0) return parts.join('') + text.slice(from);
    parts.push(text.slice(from, start));
    const end = text.indexOf(']]>', start);
    if (end < 0) throw new Error('A CDATA section is not closed');
    from = end + 3;
  }
}

/** Most callbacks are a list of plain fields, and read ten times as fast as such; undefined for any other document. */
function parseFlat(text: string): Fields | undefined {
  const opening = /^\s*<xml>/.exec(text)?.[0];
  if (opening === undefined) return undefined;
  const fields = new Map<string, string>();
  const tag = /\s*<([A-Za-z_][\w.-]*)>/y;
  for (tag.lastIndex = opening.length; ;) {
    const from = tag.lastIndex;
    const name = tag.exec(text)?.[1];
    if (name === undefined) return /\s*<\/xml>\s*$/y.test(text.slice(from)) ? Object.fromEntries(fields) : undefined;
    const at = tag.lastIndex;
    const isQuoted = text.startsWith('<![CDATA[', at);
    const end = text.indexOf(isQuoted ? ']]>' : '<', at);
    const after = isQuoted ? end + 3 : end;
    const closing = `</${name}>`;
    // Twice the same name is a list.
    if (end < 0 || fields.has(name) || name === '__proto__' || !text.startsWith(closing, after)) return undefined;
    fields.set(name, isQuoted ? text.slice(at + 9, end) : plain(text.slice(at, end)));
    tag.lastIndex = after + closing.length;
  }
}

/** Takes out the white space between elements, which is no value, and joins text with CDATA. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value === 'string') return plain(value);
  if (!isElement(value)) return value;
  const { [cdata]: quoted, '#text': text, ...others } = value;
  if (quoted !== undefined && Object.keys(others).length === 0) return `${typeof text === 'string' && !blank(text) ? plain(text) : ''}${Array.isArray(quoted) ? quoted.join('') : String(quoted)}`;
  return Object.fromEntries(Object.entries(value).filter(([name, part]) => name !== '#text' || !blank(part)).map(([name, part]) => [name, tidy(part)]));
}

/** The five entities of XML itself, and letters by number; outside CDATA only. */
function plain(text: string): string {
  return !text.includes('&') ? text : text.replaceAll(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
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
  return isElement(value) ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, wrap(part)])) : value;
}
