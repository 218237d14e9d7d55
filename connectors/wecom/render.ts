/** What we say -> the messages WeCom takes. Pure. What it cannot carry becomes text, never nothing. */
import type { Attachment, Content, Locale } from '../../server/conversations/schema.ts';
import { limits } from './manifest.ts';

/** One message of send_msg. `file` and `thumb` are uploaded first. */
export type Part =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'msgmenu'; msgmenu: { head_content: string; list: { type: 'click'; click: { id: string; content: string } }[] } }
  | { msgtype: 'location'; location: { name: string; address: string; latitude: number; longitude: number } }
  | { msgtype: 'ca_link'; ca_link: { link_url: string } }
  | { msgtype: 'link'; link: { title: string; desc: string; url: string }; thumb: Attachment | undefined }
  | { msgtype: 'miniprogram'; miniprogram: { appid: string; title: string; pagepath: string }; thumb: Attachment | undefined }
  | { msgtype: 'image' | 'voice' | 'video' | 'file'; file: Attachment };

const bytes = (text: string): number => Buffer.byteLength(text);

/** The beginning that fits, whole characters only. */
export function cut(text: string, most: number): string {
  if (bytes(text) <= most) return text;
  let fitted = '';
  let size = 0;
  for (const letter of text) {
    size += bytes(letter);
    if (size > most - 3) break;
    fitted += letter;
  }
  return `${fitted}…`;
}

/** Pieces of at most so many bytes; broken at line ends, else at sentences or blanks, else anywhere. */
export function pieces(text: string, most: number): string[] {
  const found: string[] = [];
  let rest = text;
  while (bytes(rest) > most) {
    let end = 0;
    let size = 0;
    for (const letter of rest) {
      size += bytes(letter);
      if (size > most) break;
      end += letter.length;
    }
    const window = rest.slice(0, end);
    const at = [/\n(?=[^\n]*$)/, /[。！？!?.；;](?=[^。！？!?.；;]*$)/, /\s(?=\S*$)/].map((pattern) => window.search(pattern) + 1).find((place) => place > end / 2) ?? end;
    found.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  if (rest !== '') found.push(rest);
  return found.filter((piece) => piece.trim() !== '');
}

/** How a file travels; what has no form of its own is a file. */
export function formOf({ type, size }: Pick<Attachment, 'type' | 'size'>): 'image' | 'voice' | 'video' | 'file' {
  if (/^image\/(jpe?g|png)$/.test(type) && size <= limits.imageBytes) return 'image';
  if (/^audio\/amr\b/.test(type) && size <= limits.voiceBytes) return 'voice';
  if (type === 'video/mp4' && size <= limits.videoBytes) return 'video';
  return 'file';
}

const stripped = (html: string): string => html.replaceAll(/<br\s*\/?>|<\/p>/gi, '\n').replaceAll(/<[^>]*>/g, '').trim();

function textOf({ text, html, quote, sources, cards }: Content): string {
  return [
    quote?.text ? `「${cut(quote.text, 300)}」\n- - - - - -` : '',
    text ?? (html === undefined ? '' : stripped(html)),
    sources?.length ? `\n${sources.map(({ title, url }) => `- ${title}${url ? ` ${url}` : ''}`).join('\n')}` : '',
    ...(cards ?? []).map(({ name, phones, emails }) => [name, ...phones, ...emails].join(' ')),
  ].filter(Boolean).join('\n').trim();
}

const isWeb = (url: string | undefined): url is string => /^https?:\/\//i.test(url ?? '');

function linkPart(link: NonNullable<Content['link']>, thumb: Attachment | undefined): Part | undefined {
  if (link.url?.startsWith('https://work.weixin.qq.com/ca/')) return { msgtype: 'ca_link', ca_link: { link_url: link.url } };
  // The page is where an incoming mini-program has it: a path is no web address.
  const page = isWeb(link.url) ? undefined : link.url ?? link.description;
  if (link.app && page) return { msgtype: 'miniprogram', miniprogram: { appid: link.app, title: cut(link.title, 64), pagepath: page }, thumb };
  if (isWeb(link.url) && bytes(link.url) <= 2_048) return { msgtype: 'link', link: { title: cut(link.title, 128), desc: cut(link.description ?? '', 512), url: link.url }, thumb };
  return undefined;
}

const menuWords: Record<Locale, string> = { 'zh-CN': '请选择：', en: 'Please choose:' };
const fitsMenu = (choice: string): boolean => bytes(choice) <= 128 && choice.trim() !== '';

/** The platform's messages of a content, in the order in which they are sent: each a content of its own. */
export function messagesOf(content: Content): Content[] {
  if (content.template) return [content];
  const files = (content.attachments ?? []).filter(({ awaited }) => awaited === undefined);
  const missing = (content.attachments ?? []).filter(({ awaited }) => awaited !== undefined);
  const picture = content.link && files.find((file) => formOf(file) === 'image');
  const card = content.link && linkPart(content.link, picture);
  const shown = card && card.msgtype !== 'ca_link' ? picture : undefined;
  const { choices = [], location, link } = content;
  const text = [
    textOf(content),
    ...(link && !card ? [[link.title, link.description, link.url].filter(Boolean).join('\n')] : []),
    ...missing.map(({ name }) => `[${name}]`),
  ].filter(Boolean).join('\n');
  const isMenu = choices.length > 0 && choices.every(fitsMenu);
  const isHead = isMenu && text !== '' && bytes(text) <= 1_024;
  const words = isMenu ? text : [text, ...choices.map((choice, index) => `${index + 1}. ${choice}`)].filter(Boolean).join('\n');
  return [
    ...(isHead ? [] : pieces(words, limits.textBytes).map((piece): Content => ({ text: piece }))),
    ...(isMenu ? [{ choices, ...(isHead && { text }) }] : []),
    ...(location ? [{ location }] : []),
    ...(link && card ? [{ link, ...(shown && { attachments: [shown] }) }] : []),
    ...files.filter((file) => file !== shown).map((file): Content => ({ attachments: [file] })),
  ];
}

/** One of messagesOf() as WeCom takes it, in the customer's language; undefined: there is nothing in it. */
export function partOf({ text, choices = [], location, link, attachments: [file] = [] }: Content, locale: Locale = 'zh-CN'): Part | undefined {
  if (choices.length > 0) return { msgtype: 'msgmenu', msgmenu: { head_content: text ?? menuWords[locale], list: choices.map((content, index) => ({ type: 'click', click: { id: String(index + 1), content } })) } };
  if (location) return { msgtype: 'location', location: { name: cut(location.name ?? `${location.latitude}, ${location.longitude}`, 100), address: cut(location.name ?? '', 200), latitude: location.latitude, longitude: location.longitude } };
  if (link) return linkPart(link, file);
  if (file) return { msgtype: formOf(file), file };
  return text ? { msgtype: 'text', text: { content: text } } : undefined;
}
