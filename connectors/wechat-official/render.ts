/** What we say -> customer-service messages. What WeChat cannot carry becomes text, nothing vanishes. Pure. */
import type { Attachment, Content } from '../../server/conversations/schema.ts';

/** Bytes of one text; Tencent refuses longer ones with 45002. */
const textBytes = 2_048;

/** One call of message/custom/send; a file is uploaded before. */
export type Part =
  | { kind: 'ready'; body: Record<string, unknown> }
  | { kind: 'file'; as: 'image' | 'voice' | 'video'; attachment: Attachment }
  | { kind: 'menu'; head: string; choices: string[] }
  | { kind: 'mini-program'; title: string; appId: string; path: string };

/** The parts in the order in which the customer gets them. `links`: addresses of files by their id, for those WeChat has no message for. */
export function render(content: Content, links: ReadonlyMap<string, string> = new Map()): Part[] {
  const files = content.attachments ?? [];
  const carried = files.filter((file) => carriedAs(file));
  const choices = content.choices ?? [];
  const link = linkPart(content);
  const text = [
    quoted(content), content.text || plain(content.html),
    content.location && `位置 / location: ${[content.location.name, `${content.location.latitude}, ${content.location.longitude}`].filter(Boolean).join(' ')}`,
    ...(content.cards ?? []).map((card) => [card.name, ...card.phones, ...card.emails].join('\n')),
    !link && content.link && [content.link.title, content.link.description, content.link.url].filter(Boolean).join('\n'),
    ...(content.sources ?? []).map((source) => [source.title, source.url].filter(Boolean).join(' ')),
    ...files.filter((file) => !carriedAs(file)).map((file) => fileAsText(file, links.get(file.id))),
  ].filter((part) => typeof part === 'string' && part.trim() !== '').join('\n\n');

  const parts: Part[] = choices.length === 0 ? texts(text) : [...texts(text).slice(0, -1), { kind: 'menu', head: texts(text).at(-1)?.text ?? '', choices }];
  if (link) parts.push(link);
  for (const attachment of carried) {
    const as = carriedAs(attachment);
    if (as) parts.push({ kind: 'file', as, attachment });
  }
  return parts.length > 0 ? parts : texts('[空消息 / empty message]');
}

/** A file that the customer gets by its name, and by its address where it has one. */
export const fileAsText = ({ name }: Attachment, link = ''): string => `[文件 / file: ${name}]${link && `\n${link}`}`;

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

type TextPart = Extract<Part, { kind: 'ready' }> & { text: string };
/** One text message. */
export const textPart = (text: string): TextPart => ({ kind: 'ready', text, body: { msgtype: 'text', text: { content: text } } });

/** Cuts a long text, at the end of a line or a word where there is one. */
function texts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > textBytes) {
    const fits = longestFit(rest);
    const breakAt = Math.max(fits.lastIndexOf('\n'), fits.lastIndexOf(' '), fits.lastIndexOf('。') + 1);
    const cut = breakAt > fits.length / 2 ? breakAt : fits.length;
    parts.push(textPart(rest.slice(0, cut).trimEnd()));
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') parts.push(textPart(rest));
  return parts.filter(({ text: one }) => one !== '');
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
