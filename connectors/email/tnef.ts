/** winmail.dat (MS-OXTNEF): what Outlook packs up when it speaks to itself. Files and words are taken out; the packet is kept too. */

/** What was inside. */
export type Unpacked = { text?: string; html?: string; files: { name: string; type: string; bytes: Uint8Array; cid?: string }[] };

const signature = 0x223e9f78;
const attributes = { body: 0x0002800c, message: 0x00069003, begin: 0x00069002, title: 0x00018010, data: 0x0006800f, attachment: 0x00069005, codepage: 0x00069007 } as const;
const tags = { body: 0x1000, html: 0x1013, object: 0x3701, extension: 0x3703, shortName: 0x3704, longName: 0x3707, type: 0x370e, cid: 0x3712 } as const;
const mostFiles = 200;
/** Code pages Windows names by number; the rest are windows-<number>. */
const codepages: Record<number, string> = { 936: 'gbk', 950: 'big5', 932: 'shift_jis', 949: 'euc-kr', 54936: 'gb18030', 65001: 'utf-8', 20127: 'utf-8', 28591: 'iso-8859-1', 50220: 'iso-2022-jp', 20866: 'koi8-r' };

/** Null when it is no such packet. A packet that breaks off gives what came before. */
export function unpackTnef(packet: Uint8Array): Unpacked | null {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet.length < 6 || view.getUint32(0, true) !== signature) return null;
  const found: Unpacked = { files: [] };
  let decode = decoder(1252);
  let file: Unpacked['files'][number] | null = null;
  for (let at = 6; at + 9 <= packet.length;) {
    const id = view.getUint32(at + 1, true);
    const length = view.getUint32(at + 5, true);
    const data = packet.subarray(at + 9, at + 9 + length);
    if (data.length < length) break;
    at += 9 + length + 2;
    if (id === attributes.codepage && length >= 4) decode = decoder(new DataView(data.buffer, data.byteOffset).getUint32(0, true));
    else if (id === attributes.body) found.text = decode(data);
    else if (id === attributes.message) takeWords(found, properties(data), decode);
    else if (id === attributes.begin) {
      if (found.files.length >= mostFiles) break;
      file = { name: '', type: 'application/octet-stream', bytes: new Uint8Array() };
      found.files.push(file);
    } else if (file && id === attributes.title) file.name ||= decode(data);
    else if (file && id === attributes.data) file.bytes = data;
    else if (file && id === attributes.attachment) takeFacts(file, properties(data), decode);
  }
  found.files = found.files.filter((one) => one.bytes.length > 0);
  return found;
}

type Decode = (bytes: Uint8Array) => string;
type Properties = Map<number, { type: number; bytes: Uint8Array }>;

function decoder(page: number): Decode {
  const label = codepages[page] ?? `windows-${page}`;
  return (bytes) => {
    const end = bytes.indexOf(0);
    const words = end < 0 ? bytes : bytes.subarray(0, end);
    try {
      return new TextDecoder(label).decode(words);
    } catch {
      return new TextDecoder('windows-1252').decode(words);
    }
  };
}

const word = ({ type, bytes }: { type: number; bytes: Uint8Array }, decode: Decode): string =>
  type === 0x1f ? new TextDecoder('utf-16le').decode(bytes).replace(/\0.*$/s, '') : decode(bytes);

function takeWords(found: Unpacked, facts: Properties, decode: Decode): void {
  const body = facts.get(tags.body);
  const html = facts.get(tags.html);
  if (body) found.text = word(body, decode);
  if (html) found.html = word(html, decode);
}

function takeFacts(file: Unpacked['files'][number], facts: Properties, decode: Decode): void {
  const text = (tag: number): string => {
    const fact = facts.get(tag);
    return fact ? word(fact, decode) : '';
  };
  file.name = text(tags.longName) || file.name || text(tags.shortName) || `file${text(tags.extension)}`;
  if (/^[\w.+-]+\/[\w.+-]+$/.test(text(tags.type))) file.type = text(tags.type).toLowerCase();
  if (text(tags.cid)) file.cid = text(tags.cid).replace(/^<|>$/g, '');
  const object = facts.get(tags.object);
  // An object begins with the 16 bytes of its interface.
  if (object && file.bytes.length === 0) file.bytes = object.type === 0x0d ? object.bytes.subarray(16) : object.bytes;
}

const sizes: Record<number, number> = { 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 4, 0x14: 8, 0x40: 8, 0x48: 16 };

/** MAPI properties by the upper half of their tag; stops where it no longer understands. */
function properties(data: Uint8Array): Properties {
  const found: Properties = new Map();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const padded = (length: number): number => (length + 3) & ~3;
  let at = 4;
  try {
    const count = Math.min(view.getUint32(0, true), 10_000);
    for (let index = 0; index < count; index += 1) {
      const type = view.getUint16(at, true) & 0x0fff;
      const many = (view.getUint16(at, true) & 0x1000) !== 0;
      const tag = view.getUint16(at + 2, true);
      at += 4;
      if (tag >= 0x8000) {
        // A name of its own: an interface, then a number or a text.
        const text = view.getUint32(at + 16, true) === 1;
        at += 20 + (text ? 4 + padded(view.getUint32(at + 20, true)) : 4);
      }
      const size = sizes[type];
      const values = many || size === undefined ? view.getUint32(at, true) : 1;
      if (many || size === undefined) at += 4;
      if (values > 10_000) break;
      for (let value = 0; value < values; value += 1) {
        const length = size ?? view.getUint32(at, true);
        if (size === undefined) at += 4;
        if (at + length > data.length) return found;
        if (value === 0) found.set(tag, { type, bytes: data.subarray(at, at + length) });
        at += padded(length);
      }
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  return found;
}
