/** What we say -> the messages that WhatsApp takes, one after another. What cannot be carried becomes words. Pure. */
import { ConnectorError, type Outbound } from '../connector.ts';
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import { renderChoices } from './choices.ts';
import { lengths, media } from './manifest.ts';
import { isUserId, phoneOf } from './people.ts';

/** One message for Meta: ready, or waiting for a file's id, or a template whose shape must be looked up. */
export type Part =
  | { kind: 'ready'; type: string; body: object }
  | { kind: 'file'; attachment: Attachment; type: MediaKind; caption?: string }
  | { kind: 'template'; template: NonNullable<Content['template']>; attachment?: Attachment; place?: Content['location'] };
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/** The messages one Outbound becomes, in order. Throws 'rejected' before anything is sent when a file cannot go. */
export function render(content: Content): Part[] {
  const { template, attachments = [], choices = [], location, cards = [] } = content;
  if (template) return [{ kind: 'template', template, ...(attachments[0] && { attachment: attachments[0] }), ...(location && { place: location }) }];
  const files = attachments.map((attachment) => ({ kind: 'file' as const, attachment, type: kindOf(attachment) }));
  let text = wordsOf(content);
  const captioned = choices.length === 0 && text.length <= lengths.caption ? files.find(({ type }) => type === 'image' || type === 'video' || type === 'document') : undefined;
  const parts: Part[] = files.map((file) => (file === captioned && text ? { ...file, caption: text } : file));
  if (captioned) text = '';
  // Words that do not fit above the buttons go ahead of them.
  const asked = choices.length > 0 && text.length <= lengths.body ? text : '';
  const said = choices.length > 0 && asked ? '' : text;
  parts.unshift(...split(said, lengths.text).map((body): Part => ({ kind: 'ready', type: 'text', body: { body, preview_url: /https?:\/\//i.test(body) } })));
  if (location) parts.push({ kind: 'ready', type: 'location', body: { latitude: location.latitude, longitude: location.longitude, ...(location.name && { name: location.name }) } });
  if (cards.length > 0) parts.push({ kind: 'ready', type: 'contacts', body: cards.map(card) });
  if (choices.length > 0) parts.push({ kind: 'ready', type: 'interactive', body: renderChoices(choices, asked) });
  if (parts.length === 0) throw new ConnectorError('rejected', 'There is nothing in this message that WhatsApp could carry');
  return parts;
}

/** Text, link and sources: what has no form of its own here. */
function wordsOf({ text = '', link, sources = [] }: Content): string {
  const linked = link ? [link.title, link.description, link.url ?? link.app].filter(Boolean).join('\n') : '';
  const known = sources.map((source) => `- ${source.title}${source.url ? ` ${source.url}` : ''}`).join('\n');
  return [text, linked, known].map((part) => part.trim()).filter(Boolean).join('\n\n');
}

const card = ({ name, phones, emails }: NonNullable<Content['cards']>[number]): object => ({
  name: { formatted_name: name, first_name: name },
  ...(phones.length > 0 && { phones: phones.map((phone) => ({ phone, type: 'CELL' })) }),
  ...(emails.length > 0 && { emails: emails.map((email) => ({ email, type: 'WORK' })) }),
});

/** As what a file is sent; throws when Meta takes no such file. */
function kindOf({ name, type: sniffed, size, role }: Attachment): MediaKind {
  const type = plainType(sniffed);
  const rule = media.find((one) => one.type === type);
  if (!rule) throw new ConnectorError('rejected', `WhatsApp 不接受 ${type} 类型的文件（${name}）/ WhatsApp takes no files of the type ${type} (${name})`);
  // A picture too large for a picture may still go as a document, but documents must be of a document's type: it is refused.
  if (size > rule.bytes) throw new ConnectorError('rejected', `文件过大（${name}）：WhatsApp 最多接受 ${rule.bytes} 字节 / The file ${name} is too large: WhatsApp takes ${rule.bytes} bytes`);
  if (type === 'image/webp' || role === 'sticker') return type === 'image/webp' ? 'sticker' : 'image';
  const [family] = type.split('/');
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}

/** Meta's name for a type: without parameters, and 3GPP under its older name. */
export function plainType(type: string): string {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return { 'image/jpg': 'image/jpeg', 'video/3gpp': 'video/3gp', 'audio/mp3': 'audio/mpeg', 'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'application/ogg': 'audio/ogg' }[plain] ?? plain;
}

/** Pieces of at most so many characters, broken at a line, else at a space, never inside a character. */
export function split(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const line = head.lastIndexOf('\n');
    const space = head.lastIndexOf(' ');
    const at = line > most / 2 ? line : space > most / 2 ? space : /[\uD800-\uDBFF]$/.test(head) ? most - 1 : most;
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return rest ? [...pieces, rest] : pieces;
}

/** To whom: a group, a user id or a number. */
export function recipient(thread: string, to: string): object {
  if (thread.startsWith('group:')) return { recipient_type: 'group', to: thread.slice('group:'.length) };
  return { recipient_type: 'individual', ...(isUserId(to) ? { recipient: to } : { to: phoneOf(to) ?? to }) };
}

/** The whole call for one part. */
export function envelope({ thread, to, content }: Pick<Outbound, 'thread' | 'to' | 'content'>, part: number, data: string, type: string, body: object): object {
  return {
    messaging_product: 'whatsapp', ...recipient(thread, to), type, [type]: body, biz_opaque_callback_data: data,
    ...(part === 0 && content.quote && { context: { message_id: content.quote.externalId } }),
  };
}
