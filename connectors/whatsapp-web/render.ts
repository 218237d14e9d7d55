/** What we say -> messages of WhatsApp, in order. Pure. What cannot be carried becomes words. */
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import type { Item } from './protocol.ts';

/** A message to be; a file is fetched when its turn comes. */
export type Part = Exclude<Item, { kind: 'file' }> | { kind: 'file'; attachment: Attachment; as: Extract<Item, { kind: 'file' }>['as']; caption?: string };

/** WhatsApp shortens captions that are longer. */
const captionLength = 1_024;

/** At least one part; the first one carries the quote. */
export function render(content: Content): Part[] {
  const { attachments = [], cards = [], location } = content;
  const text = textOf(content);
  const parts: Part[] = attachments.map((attachment) => ({ kind: 'file', attachment, as: formOf(attachment) }));
  const first = parts[0];
  if (text && first?.kind === 'file' && (first.as === 'media' || first.as === 'document') && text.length <= captionLength && !first.attachment.type.startsWith('audio/')) first.caption = text;
  else if (text) parts.unshift({ kind: 'text', text });
  if (location) parts.push({ kind: 'location', latitude: location.latitude, longitude: location.longitude, ...(location.name !== undefined && { name: location.name }) });
  for (const card of cards) parts.push({ kind: 'card', vcard: vcardOf(card) });
  return parts.length > 0 ? parts : [{ kind: 'text', text: '-' }];
}

function textOf({ text, html, choices, sources, link }: Content): string {
  const words = text ?? html?.replaceAll(/<br\s*\/?>|<\/(?:p|div|li)>/gi, '\n').replaceAll(/<[^>]+>/g, '').trim() ?? '';
  return [
    words,
    choices?.map((choice, index) => `${index + 1}. ${choice}`).join('\n'),
    link && [link.title, link.description, link.url].filter(Boolean).join('\n'),
    sources?.filter((source) => source.url).map((source) => `${source.title}: ${source.url}`).join('\n'),
  ].filter(Boolean).join('\n\n');
}

function formOf({ type, role }: Attachment): Extract<Item, { kind: 'file' }>['as'] {
  if (role) return role;
  return /^(?:image\/(?:jpeg|png|webp)|video\/(?:mp4|3gpp|quicktime)|audio\/)/.test(type) ? 'media' : 'document';
}

const oneLine = (value: string): string => value.replaceAll(/[\r\n]/g, ' ');
const escape = (value: string): string => value.replaceAll(/[\\,;]/g, '\\$&').replaceAll(/\r?\n/g, '\\n');

function vcardOf({ name, phones, emails }: NonNullable<Content['cards']>[number]): string {
  return [
    'BEGIN:VCARD', 'VERSION:3.0', `N:;${escape(name)};;;`, `FN:${escape(name)}`,
    ...phones.map((phone) => `TEL;type=CELL;waid=${phone.replaceAll(/\D/g, '')}:${oneLine(phone)}`), ...emails.map((email) => `EMAIL:${oneLine(email)}`), 'END:VCARD',
  ].join('\n');
}
