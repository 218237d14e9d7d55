/** What we say -> the messages WeCom takes. Pure. What it cannot carry becomes text, never nothing. */
import type { Attachment, Content } from '../../server/conversations/schema.ts';
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
    sources?.length ? `\n参考 / Sources:\n${sources.map(({ title, url }, index) => `${index + 1}. ${title}${url ? ` ${url}` : ''}`).join('\n')}` : '',
    ...(cards ?? []).map(({ name, phones, emails }) => `[名片 / contact] ${[name, ...phones, ...emails].join(' ')}`),
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

function menuOf(text: string, choices: string[]): Part[] {
  if (choices.some((choice) => bytes(choice) > 128 || choice.trim() === '')) return texts([text, ...choices.map((choice, index) => `${index + 1}. ${choice}`)].filter(Boolean).join('\n'));
  const head = text !== '' && bytes(text) <= 1_024 ? text : '请选择 / Please choose:';
  return [
    ...(head === text ? [] : texts(text)),
    { msgtype: 'msgmenu', msgmenu: { head_content: head, list: choices.map((content, index) => ({ type: 'click', click: { id: String(index + 1), content } })) } },
  ];
}

const texts = (text: string): Part[] => pieces(text, limits.textBytes).map((content) => ({ msgtype: 'text', text: { content } }));

/** The messages in the order in which they are sent. */
export function render(content: Content): Part[] {
  const files = (content.attachments ?? []).filter(({ awaited }) => awaited === undefined);
  const missing = (content.attachments ?? []).filter(({ awaited }) => awaited !== undefined);
  const picture = content.link && files.find((file) => formOf(file) === 'image');
  const link = content.link && linkPart(content.link, picture);
  const text = [
    textOf(content),
    ...(content.link && !link ? [[content.link.title, content.link.description, content.link.url].filter(Boolean).join('\n')] : []),
    ...missing.map(({ name }) => `[${name}]`),
  ].filter(Boolean).join('\n');
  const { location } = content;
  return [
    ...(content.choices?.length ? menuOf(text, content.choices) : texts(text)),
    ...(location ? [{ msgtype: 'location' as const, location: { name: cut(location.name ?? `${location.latitude}, ${location.longitude}`, 100), address: cut(location.name ?? '', 200), latitude: location.latitude, longitude: location.longitude } }] : []),
    ...(link ? [link] : []),
    ...files.filter((file) => !link || file !== picture || link.msgtype === 'ca_link').map((file): Part => ({ msgtype: formOf(file), file })),
  ];
}
