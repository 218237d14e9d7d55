/** One message of ours -> what WhatsApp takes. Pure. */
import { ConnectorError, type Outbound } from '../connector.ts';
import type { Attachment, Content, Locale } from '../../server/conversations/schema.ts';
import { renderChoices } from './choices.ts';
import { media } from './manifest.ts';
import { isUserId, phoneOf } from './people.ts';

/** One message for Meta: ready, or waiting for a file's id, or a template whose shape must be looked up. */
export type Part =
  | { kind: 'ready'; type: string; body: object }
  | { kind: 'file'; attachment: Attachment; type: MediaKind; caption?: string }
  | { kind: 'template'; template: NonNullable<Content['template']>; attachment?: Attachment; place?: Content['location'] };
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/** One of messagesOf() for Meta. Throws 'rejected' when its file cannot go. */
export function partOf(content: Content, locale: Locale = 'en'): Part {
  const { template, attachments: [attachment] = [], choices = [], location, cards = [], text = '' } = content;
  if (template) return { kind: 'template', template, ...(attachment && { attachment }), ...(location && { place: location }) };
  if (attachment) return { kind: 'file', attachment, type: kindOf(attachment), ...(text && { caption: text }) };
  if (choices.length > 0) return { kind: 'ready', type: 'interactive', body: renderChoices(choices, text, locale) };
  if (location) return { kind: 'ready', type: 'location', body: { latitude: location.latitude, longitude: location.longitude, ...(location.name && { name: location.name }) } };
  if (cards.length > 0) return { kind: 'ready', type: 'contacts', body: cards.map(card) };
  if (!text) throw new ConnectorError('rejected', { 'zh-CN': '这条消息中没有 WhatsApp 能发送的内容', en: 'There is nothing in this message that WhatsApp could carry' });
  return { kind: 'ready', type: 'text', body: { body: text, preview_url: /https?:\/\//i.test(text) } };
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
  if (!rule) throw new ConnectorError('rejected', { 'zh-CN': `WhatsApp 不接受 ${type} 类型的文件（${name}）`, en: `WhatsApp takes no files of the type ${type} (${name})` }, { because: 'file' });
  // A picture too large for a picture may still go as a document, but documents must be of a document's type: it is refused.
  if (size > rule.bytes) throw new ConnectorError('rejected', { 'zh-CN': `文件过大（${name}）：WhatsApp 最多接受 ${rule.bytes} 字节`, en: `The file ${name} is too large: WhatsApp takes ${rule.bytes} bytes` }, { because: 'file' });
  if (type === 'image/webp' || role === 'sticker') return type === 'image/webp' ? 'sticker' : 'image';
  const [family] = type.split('/');
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}

/** Meta's name for a type: without parameters, and 3GPP under its older name. */
export function plainType(type: string): string {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return { 'image/jpg': 'image/jpeg', 'video/3gpp': 'video/3gp', 'audio/mp3': 'audio/mpeg', 'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'application/ogg': 'audio/ogg' }[plain] ?? plain;
}

/** To whom: a group, a user id or a number. */
export function recipient(thread: string, to: string): object {
  if (thread.startsWith('group:')) return { recipient_type: 'group', to: thread.slice('group:'.length) };
  return { recipient_type: 'individual', ...(isUserId(to) ? { recipient: to } : { to: phoneOf(to) ?? to }) };
}

/** The whole call. `key` comes back with every status of it. */
export function envelope({ key, thread, to, content }: Pick<Outbound, 'key' | 'thread' | 'to' | 'content'>, type: string, body: object): object {
  return {
    messaging_product: 'whatsapp', ...recipient(thread, to), type, [type]: body, biz_opaque_callback_data: key,
    ...(content.quote && { context: { message_id: content.quote.externalId } }),
  };
}
