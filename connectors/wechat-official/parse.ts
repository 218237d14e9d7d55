/** What WeChat pushes -> what the hub knows. Pure: no network, no clock. */
import { createHash } from 'node:crypto';
import type { Happening, Inbound, Receipt } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { parseEvent } from './events.ts';
import { mostId, numberOf, textOf, timeOf } from './fields.ts';
import type { Fields } from './fields.ts';

/** `account`: a notice to the owner of the account, about no customer. */
export type Parsed =
  | { kind: 'message'; message: Inbound }
  | { kind: 'happenings'; happenings: Happening[]; receipts: Receipt[] }
  | { kind: 'account'; event: string; words: string };

type Later = NonNullable<Inbound['later']>[number];
type Body = { content: Content; later?: Later[] };

/** What WeChat writes instead of a sticker or another kind it does not pass on. */
const notPassedOn = /^【收到不支持的消息类型，暂无法显示】$/;

/** One push. `raw` is kept as a file where nobody can read it. Throws a plain Error when not even the sender is known. */
export function parse(fields: Fields, raw: string): Parsed {
  const from = textOf(fields, 'FromUserName').trim();
  const type = textOf(fields, 'MsgType').trim().toLowerCase();
  if (type === 'event') return parseEvent(fields, from);
  if (from === '' || from.length > mostId) throw new Error('The message names no sender');
  const body = bodyOf(fields, type);
  const sentAt = timeOf(fields);
  return {
    kind: 'message',
    message: {
      externalId: messageId(fields, raw), thread: from, from: { value: from, stable: true }, ...(sentAt && { sentAt }),
      ...(body ?? unreadable(type || 'unknown', raw)),
    },
  };
}

/** MsgId; the few pushes without one are known by what is in them. */
function messageId(fields: Fields, raw: string): string {
  const id = textOf(fields, 'MsgId').trim();
  return id === '' || id === '0' || id.length > mostId ? `sha:${createHash('sha1').update(raw).digest('hex')}` : id;
}

/** Undefined: nobody can read it. */
function bodyOf(fields: Fields, type: string): Body | undefined {
  const text = (name: string, most: number): string => textOf(fields, name).slice(0, most);
  switch (type) {
    case 'text': {
      const words = text('Content', 100_000);
      if (words.trim() === '') return undefined;
      return { content: { text: words, ...(notPassedOn.test(words.trim()) && { unreadable: { reason: { 'zh-CN': '微信不转发此类消息', en: 'WeChat does not pass this kind of message on' }, kind: 'sticker' } }) } };
    }
    case 'image': return media(fields, { name: 'image.jpg', type: 'image/jpeg' }, textOf(fields, 'PicUrl'));
    case 'voice': {
      const format = textOf(fields, 'Format').toLowerCase() || 'amr';
      const words = text('Recognition', 100_000).trim();
      const file = /^[a-z0-9]{1,8}$/.test(format) ? { name: `voice.${format}`, type: format === 'mp3' ? 'audio/mpeg' : `audio/${format}` } : { name: 'voice.amr', type: 'audio/amr' };
      const body = media(fields, { ...file, role: 'voice' });
      return words === '' ? body : { content: { text: words }, ...(body && { later: body.later }) };
    }
    case 'video':
    case 'shortvideo': return media(fields, { name: 'video.mp4', type: 'video/mp4' });
    case 'location': {
      const [latitude, longitude, name] = [numberOf(fields, 'Location_X'), numberOf(fields, 'Location_Y'), text('Label', 1_000)];
      return latitude === undefined || longitude === undefined ? undefined : { content: { location: { latitude, longitude, ...(name && { name }) } } };
    }
    case 'link': {
      const [title, description, url] = [text('Title', 500), text('Description', 2_000), text('Url', 4_000)];
      return title === '' && url === '' ? undefined : { content: { link: { title: title || url.slice(0, 500), ...(url && { url }), ...(description && { description }) } } };
    }
    case 'miniprogrampage': {
      const [title, app, url] = [text('Title', 500), text('AppId', 200), text('PagePath', 4_000)];
      return title === '' && app === '' ? undefined : { content: { link: { title: title || app, ...(app && { app }), ...(url && { url }) } } };
    }
    default: return undefined;
  }
}

/** WeChat still holds the bytes; a picture can also be had from its address. */
function media(fields: Fields, file: Omit<Later, 'ref'>, url = ''): Body | undefined {
  const id = textOf(fields, 'MediaId').trim();
  if (id === '' && url === '') return undefined;
  return { content: {}, later: [{ ref: JSON.stringify({ ...(id && { id }), ...(url && { url }) }), ...file }] };
}

function unreadable(kind: string, raw: string): Pick<Inbound, 'content' | 'files'> {
  const name = kind.slice(0, 100);
  const json = raw.trimStart().startsWith('{');
  return {
    content: { unreadable: { reason: { 'zh-CN': '未知类型的消息，或消息内容不完整', en: 'A kind of message we do not know, or one without its parts' }, kind: name } },
    files: [{ name: json ? 'message.json' : 'message.xml', type: json ? 'application/json' : 'application/xml', bytes: new TextEncoder().encode(raw) }],
  };
}
