/** What we say -> the fields of one call. One message is one call: what does not fit beside the text becomes a link in it. */
import { ConnectorError } from '../connector.ts';
import type { Outbound } from '../connector.ts';
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import { isChat } from './address.ts';
import { textLength } from './manifest.ts';
import type { Config } from './manifest.ts';

/** Fields of POST Messages; the sender and the callback are added by whoever sends. */
export type Message = { to: string; body?: string; mediaUrl?: string[]; persistentAction?: string[]; contentSid?: string; contentVariables?: string };

/** @param contentSid the id of the template the content names, when it names one */
export async function render({ to, content, link, locale = 'en' }: Pick<Outbound, 'to' | 'content' | 'link' | 'locale'>, { mms }: Pick<Config, 'mms'>, contentSid?: string): Promise<Message> {
  if (to === '') throw new ConnectorError('rejected', { 'zh-CN': '没有可发送的号码', en: 'There is no number to send to' });
  if (contentSid) return { to, contentSid, contentVariables: JSON.stringify(Object.fromEntries((content.template?.variables ?? []).map((value, index) => [String(index + 1), value]))) };
  const chat = isChat(to);
  const files = content.attachments ?? [];
  const urls = await Promise.all(files.map(async (file) => ({ file, url: (await link?.(file)) ?? null })));
  // A chat takes one file a message, and no words beside a sound; an MMS takes ten.
  const carried = urls.filter(({ file, url }, index) => url !== null && (chat ? index === 0 && (!content.text || hasCaption(file)) : mms && index < 10));
  const named = urls.filter((one) => !carried.includes(one));
  const place = chat && content.location;
  const lines = [
    content.quote?.text && content.text ? `> ${content.quote.text.split('\n')[0]?.slice(0, 100)}` : '',
    content.text ?? '',
    ...(content.choices ?? []).map((choice, index) => `${index + 1}. ${choice}`),
    content.location && !place ? placeWords(content.location) : '',
    ...(content.cards ?? []).map((card) => [card.name, ...card.phones, ...card.emails].filter(Boolean).join(' ')),
    content.link ? [content.link.title, content.link.description, content.link.url].filter(Boolean).join('\n') : '',
    ...named.map(({ file, url }) => (url ? `${file.name}: ${url}` : locale === 'en' ? `[This file cannot be sent here: ${file.name}]` : `[文件无法通过此渠道发送：${file.name}]`)),
  ].filter((line) => line !== '');
  const sources = (content.sources ?? []).map(({ title, url }) => (url ? `${title}: ${url}` : title));
  const full = [...lines, ...sources].join('\n');
  // Where an answer comes from is worth less than the answer.
  const body = full.length > textLength ? lines.join('\n') : full;
  if (body.length > textLength) throw new ConnectorError('rejected', { 'zh-CN': `文字有 ${body.length} 个字符，一次最多 ${textLength} 个：请分几条发送`, en: `The text has ${body.length} characters; ${textLength} can be sent at once: say it in several messages` });
  if (place) return { to, body: body || placeWords(place), persistentAction: [`geo:${place.latitude},${place.longitude}${place.name ? `|${place.name}` : ''}`] };
  if (body === '' && carried.length === 0) throw new ConnectorError('rejected', { 'zh-CN': '这条消息中没有短信能发送的内容', en: 'There is nothing in the message that can be sent by SMS' });
  return { to, ...(body ? { body } : {}), ...(carried.length > 0 ? { mediaUrl: carried.flatMap(({ url }) => url ?? []) } : {}) };
}

/** WhatsApp takes one file a message, and words below some of them; an SMS is one message however long it is. */
export function messagesOf(content: Content, to: string): Content[] {
  const { attachments: files = [], ...words } = content;
  if (!isChat(to) || content.template || files.length === 0) return [content];
  const captioned = content.text ? files.find(hasCaption) : files[0];
  const rest = files.filter((file) => file !== captioned).map((file): Content => ({ attachments: [file] }));
  return captioned ? [{ ...words, attachments: [captioned] }, ...rest] : [words, ...rest];
}

const hasCaption = ({ type }: Attachment): boolean => /^image\/|^video\/|^application\/pdf$/.test(type);

const placeWords = ({ name, latitude, longitude }: NonNullable<Content['location']>): string => `${name ? `${name} ` : ''}${latitude},${longitude}`;
