/** What we say -> customer-service messages. What WeChat cannot carry becomes text, nothing vanishes. Pure. */
import type { Attachment, Content, Locale } from '../../server/conversations/schema.ts';

/** Bytes of one text; Tencent refuses longer ones with 45002. */
const textBytes = 2_048;

/** One call of message/custom/send; a file is uploaded before. */
export type Part =
  | { kind: 'ready'; body: Record<string, unknown> }
  | { kind: 'file'; as: 'image' | 'voice' | 'video'; attachment: Attachment }
  | { kind: 'menu'; head: string; choices: string[] }
  | { kind: 'mini-program'; title: string; appId: string; path: string };

/** WeChat's messages of a content, in the order in which the customer gets them: each a content of its own. */
export function messagesOf(content: Content): Content[] {
  if (content.template) return [content];
  const files = content.attachments ?? [];
  const carried = files.filter((file) => carriedAs(file));
  const named = files.filter((file) => !carriedAs(file));
  const { choices = [], link } = content;
  const isCard = linkPart(content) !== undefined;
  const text = [
    quoted(content), content.text || plain(content.html),
    content.location && [content.location.name, `${content.location.latitude}, ${content.location.longitude}`].filter(Boolean).join(' '),
    ...(content.cards ?? []).map((card) => [card.name, ...card.phones, ...card.emails].join('\n')),
    !isCard && link && [link.title, link.description, link.url].filter(Boolean).join('\n'),
    ...(content.sources ?? []).map((source) => [source.title, source.url].filter(Boolean).join(' ')),
  ].filter((part) => typeof part === 'string' && part.trim() !== '').join('\n\n');
  const pieces = texts(text);
  const last = pieces.at(-1);
  // What has no message of its own stands below the words, where there is room for its address.
  const below = named.length > 0 && last !== undefined && choices.length === 0 && Buffer.byteLength(last) + named.length * linkBytes <= textBytes;
  const messages: Content[] = [
    ...pieces.slice(0, -1).map((piece): Content => ({ text: piece })),
    ...(choices.length > 0 ? [{ choices, ...(last !== undefined && { text: last }) }] : last === undefined ? [] : [{ text: last, ...(below && { attachments: named }) }]),
    ...(below ? [] : named.map((file): Content => ({ attachments: [file] }))),
    ...(isCard && link ? [{ link }] : []),
    ...carried.map((file): Content => ({ attachments: [file] })),
  ];
  return messages.length > 0 ? messages : [{}];
}
/** A name and an address of ours. */
const linkBytes = 500;

/** One of messagesOf() as WeChat takes it, in the customer's language. `links`: addresses of files by their id, for those it has no message for. */
export function partOf(content: Content, links: ReadonlyMap<string, string> = new Map(), locale: Locale = 'zh-CN'): Part {
  const { text = '', choices = [], attachments = [] } = content;
  const [file] = attachments;
  const as = file && carriedAs(file);
  if (choices.length > 0) return { kind: 'menu', head: text, choices };
  if (file && as) return { kind: 'file', as, attachment: file };
  return linkPart(content) ?? textPart([text, ...attachments.map((one) => fileAsText(one, links.get(one.id), locale))].filter(Boolean).join('\n\n') || nothing[locale]);
}

/** A file that the customer gets by its name, and by its address where it has one. */
const fileAsText = ({ name }: Attachment, link = '', locale: Locale): string => `[${locale === 'en' ? 'File: ' : '文件：'}${name}]${link && `\n${link}`}`;
const nothing: Record<Locale, string> = { 'zh-CN': '[空消息]', en: '[Empty message]' };

const MB = 1024 * 1024;

/** What WeChat takes of a file; undefined: it has no such message, or not for one so large. */
export function carriedAs({ type, size }: Attachment): 'image' | 'voice' | 'video' | undefined {
  if (size > (type.startsWith('audio/') ? 2 : 10) * MB) return undefined;
  if (/^image\/(?:png|jpeg|jpg|gif|bmp)$/.test(type)) return 'image';
  if (/^audio\/(?:amr|mpeg|mp3)$/.test(type)) return 'voice';
  return type === 'video/mp4' ? 'video' : undefined;
}

function linkPart({ link }: Content): Part | undefined {
  if (!link) return undefined;
  if (link.app && /^wx[0-9a-z]{10,30}$/i.test(link.app)) return { kind: 'mini-program', title: link.title, appId: link.app, path: link.url ?? '' };
  const url = URL.parse(link.url ?? '');
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  return { kind: 'ready', body: { msgtype: 'news', news: { articles: [{ title: link.title, description: link.description ?? '', url: url.href, picurl: '' }] } } };
}

/** One text message. */
export const textPart = (text: string): Extract<Part, { kind: 'ready' }> => ({ kind: 'ready', body: { msgtype: 'text', text: { content: text } } });

/** Cuts a long text, at the end of a line or a word where there is one. */
function texts(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > textBytes) {
    const fits = longestFit(rest);
    const breakAt = Math.max(fits.lastIndexOf('\n'), fits.lastIndexOf(' '), fits.lastIndexOf('。') + 1);
    const cut = breakAt > fits.length / 2 ? breakAt : fits.length;
    parts.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts.filter((one) => one !== '');
}

function longestFit(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > textBytes) break;
    end += letter.length;
  }
  return text.slice(0, end);
}

/** Choices as text, for accounts that may not send menus. */
export const menuAsText = (head: string, choices: string[]): string => [head, ...choices.map((choice, index) => `${index + 1}. ${choice}`)].filter(Boolean).join('\n');

const quoted = ({ quote }: Content): string => (quote?.text ? `「${quote.text.slice(0, 200)}」\n- - - - -` : '');

/** Agents' HTML always comes with a text; this is for a program that sent none. */
const plain = (html = ''): string => html.replaceAll(/<(?:br|\/p|\/div|\/li)[^>]*>/gi, '\n').replaceAll(/<[^>]*>/g, '')
  .replaceAll('&nbsp;', ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&').trim();
