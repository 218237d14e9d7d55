/** The kinds of messages of sync_msg -> what we keep of them. Pure, never throws; what has no form of its own becomes a placeholder with the raw JSON. */
import { z } from 'zod';
import type { Inbound } from '../connector.ts';
import type { Content, Words } from '../../server/conversations/schema.ts';

/** What a message becomes. */
export type Read = Pick<Inbound, 'content' | 'files' | 'later'>;

/** A string, or the number that somebody made of it; anything else is absent. */
export const Text = z.union([z.string(), z.number().transform(String)]).optional().catch(undefined).transform((text) => text?.toWellFormed().replaceAll('\0', '\uFFFD'));
export const Whole = z.coerce.number().int().optional().catch(undefined);
const Fields = z.record(z.string(), z.unknown()).catch({});

/** Reads fields by name, whatever is there. */
export function fields(value: unknown): { text(...names: string[]): string; number(name: string): number | undefined; list(...names: string[]): unknown[]; of(name: string): unknown } {
  const record = Fields.parse(value);
  return {
    text: (...names) => names.map((name) => Text.parse(record[name])).find((text) => text !== undefined && text !== '') ?? '',
    number: (name) => z.coerce.number().refine(Number.isFinite).optional().catch(undefined).parse(record[name] === '' || record[name] === null ? undefined : record[name]),
    list: (...names) => names.map((name) => z.array(z.unknown()).catch([]).parse(record[name])).find((list) => list.length > 0) ?? [],
    of: (name) => record[name],
  };
}

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`);
const said = (text: string): Read => ({ content: { text: clip(text, 100_000) } });
const joined = (parts: string[], by = ' · '): string => parts.filter((part) => part !== '').join(by);

/** A message that has no form here: visible, with the raw JSON beside it. `text`: what could be read all the same. */
export function placeholder(kind: string, raw: unknown, reason: Words, text = ''): Read {
  return {
    content: { ...(text && { text: clip(text, 10_000) }), unreadable: { reason, kind: clip(kind, 100) } },
    files: [{ name: 'message.json', type: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(raw, null, 2) ?? 'null') }],
  };
}

function card(link: { title: string; url?: string; description?: string; app?: string }): Read | undefined {
  const web = /^https?:\/\//i.test(link.url ?? '');
  const description = joined([link.description ?? '', web ? '' : link.url ?? '']);
  if (link.title === '' && description === '' && !web) return undefined;
  const content: Content = { link: { title: clip(link.title || description || (link.url ?? ''), 500) } };
  if (content.link && web) content.link.url = clip(link.url ?? '', 4_000);
  if (content.link && description && link.title) content.link.description = clip(description, 2_000);
  if (content.link && link.app) content.link.app = clip(link.app, 200);
  return { content };
}

const media = { image: ['image.jpg', 'image/jpeg'], voice: ['voice.amr', 'audio/amr'], video: ['video.mp4', 'video/mp4'], file: ['file', 'application/octet-stream'] } as const;

function later(kind: keyof typeof media, body: unknown): Read | undefined {
  const ref = fields(body).text('media_id');
  if (ref === '') return undefined;
  const [name, type] = media[kind];
  // The platform tells a file's name only together with its bytes.
  return { content: {}, later: [{ ref, name: clip(fields(body).text('filename', 'file_name', 'name').replaceAll(/[/\\\r\n]/g, '_'), 200) || name, type, ...(kind === 'voice' && { role: 'voice' as const }) }] };
}

function menu(body: unknown): Read | undefined {
  const { text, list } = fields(body);
  const items = list('list').map((item) => {
    const entry = fields(item);
    const inner = fields(entry.of(entry.text('type')) ?? entry.of('click') ?? entry.of('view') ?? entry.of('miniprogram') ?? entry.of('text'));
    return joined(['-', inner.text('content', 'title'), inner.text('url')], ' ');
  });
  const all = joined([text('head_content'), ...items, text('tail_content')], '\n');
  return all === '' ? undefined : said(all);
}

/** Cents, as the shops of Channels give them. */
function yuan(cents: string): string {
  return /^\d{1,15}$/.test(cents) ? `¥${(Number(cents) / 100).toFixed(2)}` : cents;
}

function merged(body: unknown): Read | undefined {
  const { text, list } = fields(body);
  const pieces = list('item', 'items').map((item) => {
    const entry = fields(item);
    const inner = parsed(entry.of('msg_content') ?? entry.of('content') ?? item);
    const kind = entry.text('msgtype') || fields(inner).text('msgtype');
    const read = readKind(kind, { ...Fields.parse(inner) }, false);
    return { who: entry.text('sender_name') || '?', at: whenOf(entry.number('send_time')), read };
  });
  if (pieces.length === 0 && text('title') === '') return undefined;
  const lines = pieces.map(({ who, at, read }) => `${who}${at}: ${plain(read)}`);
  const files = pieces.flatMap(({ read }) => read.later ?? []);
  return { ...said(joined([text('title'), ...lines], '\n')), ...(files.length > 0 && { later: files.slice(0, 50) }) };
}

const whenOf = (seconds: number | undefined): string => (seconds && seconds < 1e11 ? ` (${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC)` : '');

/** One line of text for a message inside another. */
function plain({ content, later: files }: Read): string {
  const { text, link, location, cards, unreadable } = content;
  return joined([text ?? '', unreadable ? `[${unreadable.kind ?? '?'}]` : '', link ? joined([link.title, link.description ?? '', link.url ?? '']) : '', location ? joined([location.name ?? '', `${location.latitude},${location.longitude}`]) : '',
    ...(cards ?? []).map(({ name }) => name), ...(files ?? []).map(({ name }) => `[${name}]`)], ' ');
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const json: unknown = JSON.parse(value);
    return typeof json === 'object' ? json : { msgtype: 'text', text: { content: value } };
  } catch {
    return { msgtype: 'text', text: { content: value } };
  }
}

const readers: Record<string, (body: unknown) => Read | undefined> = {
  text(body) {
    const text = fields(body).text('content', 'menu_id');
    return text === '' ? undefined : said(text);
  },
  image: (body) => later('image', body),
  voice: (body) => later('voice', body),
  video: (body) => later('video', body),
  file: (body) => later('file', body),
  location(body) {
    const { text, number } = fields(body);
    const [latitude, longitude] = [number('latitude'), number('longitude')];
    if (latitude === undefined || longitude === undefined) return undefined;
    const name = clip(joined([text('name'), text('address')]), 1_000);
    return { content: { location: { latitude, longitude, ...(name && { name }) } } };
  },
  link(body) {
    const { text } = fields(body);
    return card({ title: text('title'), url: text('url'), description: text('desc', 'description') });
  },
  business_card(body) {
    const { text } = fields(body);
    const name = text('name', 'nickname', 'userid');
    return name === '' ? undefined : { content: { cards: [{ name: clip(name, 200), phones: [], emails: [] }] } };
  },
  miniprogram(body) {
    const { text } = fields(body);
    return text('appid') === '' && text('title') === '' ? undefined : card({ title: text('title', 'appid'), description: text('pagepath'), app: text('appid') });
  },
  msgmenu: menu,
  channels_shop_product(body) {
    const { text } = fields(body);
    return card({ title: text('title', 'product_id'), description: joined([yuan(text('sales_price')), text('shop_nickname'), text('product_id')]) });
  },
  channels_shop_order(body) {
    const { text } = fields(body);
    return card({ title: text('product_titles', 'order_id'), description: joined([text('order_id'), text('price_wording'), text('state'), text('shop_nickname')]) });
  },
  merged_msg: merged,
  channels(body) {
    const { text } = fields(body);
    return text('title', 'nickname') === '' ? undefined : card({ title: text('title', 'nickname'), description: text('title') === '' ? '' : text('nickname'), app: 'WeChat Channels' });
  },
};

/** Kinds of which the platform hands over little more than that they are there. */
const named: Record<string, Words> = {
  note: { 'zh-CN': '一则笔记：企业微信不提供其内容', en: 'A note: WeCom does not hand over its contents' },
  meeting: { 'zh-CN': '一个会议：企业微信不提供其内容', en: 'A meeting: WeCom does not hand over its contents' },
  schedule: { 'zh-CN': '一项日程：企业微信不提供其内容', en: 'An appointment: WeCom does not hand over its contents' },
};

/** A message of this msgtype; `nested`: a message inside another holds no second history. */
export function readKind(kind: string, item: Record<string, unknown>, whole = true): Read {
  const body = item[kind];
  const reader = kind === 'merged_msg' && !whole ? undefined : Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  const read = reader?.(body ?? item);
  if (read) return read;
  if (reader) return placeholder(kind, item, { 'zh-CN': '企业微信传来的消息内容不完整', en: 'WeCom sent this kind without what belongs to it' });
  const reason = Object.hasOwn(named, kind) ? named[kind] : undefined;
  if (reason !== undefined) return placeholder(kind, item, reason, fields(body).text('title', 'topic', 'subject', 'name', 'summary'));
  return placeholder(kind || '?', item, { 'zh-CN': '未知类型的消息', en: 'Hubbub does not know this kind of message' });
}
