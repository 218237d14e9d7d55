/** What a message of WhatsApp Web carries, in the hub's terms. Pure; what is not known becomes a placeholder with the raw message beside it. */
import type { Content, Words } from '../../server/conversations/schema.ts';
import type { Inbound } from '../connector.ts';
import type { Raw } from './raw.ts';

/** A message's content, and the files that come with it or later. */
export type Carried = Pick<Inbound, 'content' | 'files' | 'later'>;

const media: Record<string, { 'zh-CN': string; en: string; ending: string; role?: 'voice' | 'sticker' }> = {
  image: { 'zh-CN': '图片', en: 'image', ending: 'jpg' }, video: { 'zh-CN': '视频', en: 'video', ending: 'mp4' },
  audio: { 'zh-CN': '音频', en: 'audio', ending: 'ogg' }, ptt: { 'zh-CN': '语音', en: 'voice note', ending: 'ogg', role: 'voice' },
  document: { 'zh-CN': '文件', en: 'file', ending: 'bin' }, sticker: { 'zh-CN': '表情贴纸', en: 'sticker', ending: 'webp', role: 'sticker' },
};

/** Messages of the platform to itself, and those that come again in another form. */
const silent = new Set(['e2e_notification', 'notification', 'notification_template', 'gp2', 'group_notification', 'broadcast_notification', 'protocol', 'debug', 'reaction', 'album', 'pinned_message', 'ciphertext']);
export const isSilent = (raw: Raw): boolean => silent.has(raw.type) || raw.isNotification === true;

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text).toWellFormed().replaceAll('\0', '\uFFFD');
const lines = (...parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join('\n');

/** Never throws. @param whole the message as it came, kept when we do not know the kind */
export function carriedBy(raw: Raw, whole: unknown): Carried {
  const known = media[raw.type];
  const body = clip(raw.body ?? '', 100_000);
  if (raw.isViewOnce === true && known) return placeholder(raw.type, '', { 'zh-CN': `${known['zh-CN']}：只能在手机上查看一次`, en: `${known.en}: can be viewed once, on the phone only` }, whole);
  if (known) {
    if (raw.directPath === undefined || raw.directPath === '') return placeholder(raw.type, clip(raw.caption ?? '', 100_000), { 'zh-CN': `${known['zh-CN']}：WhatsApp 没有传来文件，请在手机上查看`, en: `${known.en}: WhatsApp did not hand the file over; open it on the phone` }, whole);
    const caption = clip(raw.caption ?? '', 100_000);
    return { content: caption ? { text: caption } : {}, later: [{ ref: raw.id._serialized, name: fileName(raw, known.ending), type: bareType(raw.mimetype), ...(known.role && { role: known.role }) }] };
  }
  switch (raw.type) {
    case 'chat': case 'oversized': case 'hsm': case 'buttons_response': case 'template_button_reply': case 'interactive': case 'list': case 'native_flow': {
      const text = body || lines(raw.title, raw.description, raw.caption);
      return text ? { content: { text: clip(text, 100_000), ...linkOf(raw) } } : unknown(raw, whole);
    }
    case 'list_response': {
      const text = raw.listResponse?.title || body;
      return text ? { content: { text: clip(lines(text, raw.listResponse?.description), 100_000) } } : unknown(raw, whole);
    }
    case 'location':
      if (raw.lat === undefined || raw.lng === undefined) return unknown(raw, whole);
      return { content: { location: { latitude: raw.lat, longitude: raw.lng, ...(raw.loc && { name: clip(raw.loc.replaceAll('\n', ', '), 500) }) } } };
    case 'vcard': case 'multi_vcard': {
      const cards = (raw.type === 'vcard' ? [{ vcard: raw.body, displayName: raw.vcardFormattedName }] : raw.vcardList ?? []).flatMap((card) => (card?.vcard ? [cardOf(card.vcard, card.displayName)] : []));
      return cards.length ? { content: { cards: cards.slice(0, 20) } } : unknown(raw, whole);
    }
    case 'poll_creation': return words(lines(raw.pollName, ...(raw.pollOptions ?? []).map((option) => (option?.name ? `- ${option.name}` : ''))), raw, whole);
    case 'event_creation': case 'scheduled_event_creation': return words(lines(raw.eventName, raw.eventDescription), raw, whole);
    case 'product': return { content: { link: { title: clip(raw.title || raw.productId || '?', 500), ...(raw.description && { description: clip(raw.description, 2_000) }) } } };
    case 'order': return words(lines(raw.orderTitle, raw.itemCount === undefined ? '' : `× ${raw.itemCount}`, body), raw, whole);
    case 'groups_v4_invite': return { content: { link: { title: clip(raw.inviteGrpName || '?', 500), app: 'WhatsApp', ...(raw.caption && { description: clip(raw.caption, 2_000) }) } } };
    default: return unknown(raw, whole);
  }
}

const words = (text: string, raw: Raw, whole: unknown): Carried => (text ? { content: { text: clip(text, 100_000) } } : unknown(raw, whole));

const unknown = (raw: Raw, whole: unknown): Carried =>
  placeholder(raw.type, clip(raw.body ?? raw.caption ?? '', 4_000), { 'zh-CN': '未知类型的消息，或消息内容不完整', en: 'A kind of message we do not know, or one without its parts' }, whole);

/** A message that nobody can read yet, with the raw message as a file. `text`: what could be read all the same. */
export function placeholder(kind: string, text: string, reason: Words, whole: unknown): Carried {
  return { content: { ...(text && { text }), unreadable: { reason, kind: kind.slice(0, 100) } }, files: [{ name: 'message.json', type: 'application/json', bytes: Buffer.from(JSON.stringify(whole, skipBulk) ?? 'null') }] };
}
const skipBulk = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const bareType = (type: string | undefined): string => /^[\w.+-]+\/[\w.+-]+/.exec(type ?? '')?.[0] ?? 'application/octet-stream';

function fileName(raw: Raw, ending: string): string {
  const given = raw.filename?.toWellFormed().replaceAll(/[\p{Cc}/\\]/gu, '').trim().slice(-255);
  if (given) return given;
  const subtype = /\/([\w]+)/.exec(raw.mimetype ?? '')?.[1];
  return `${raw.type === 'ptt' ? 'voice' : raw.type}-${raw.t ?? 0}.${subtype === 'jpeg' ? 'jpg' : subtype && subtype.length < 6 ? subtype : ending}`;
}

function linkOf(raw: Raw): Pick<Content, 'link'> {
  const url = raw.canonicalUrl || raw.matchedText;
  if (!raw.title || raw.type !== 'chat') return {};
  return { link: { title: clip(raw.title, 500), ...(url && /^https?:/.test(url) && { url: clip(url, 4_000) }), ...(raw.description && { description: clip(raw.description, 2_000) }) } };
}

/** vCard 2.1 to 4.0, as far as phones fill it in. */
function cardOf(vcard: string, shown: string | undefined): { name: string; phones: string[]; emails: string[] } {
  const values = (field: string): string[] => [...vcard.replaceAll(/\r?\n[ \t]/g, '').matchAll(new RegExp(`^(?:[\\w-]+\\.)?${field}(?:;[^:\\r\\n]*)?:([^\\r\\n]*)`, 'gim'))].map(([, value]) => (value ?? '').replaceAll(/\\([,;n\\])/g, '$1').trim()).filter(Boolean);
  const unlisted = values('N')[0]?.split(';').map((part) => part.trim()).filter(Boolean).toReversed().join(' ');
  return {
    name: clip(values('FN')[0] ?? shown ?? unlisted ?? '', 200),
    phones: values('TEL').map((phone) => phone.replace(/^tel:/i, '').slice(0, 60)).slice(0, 20),
    emails: values('EMAIL').map((email) => email.slice(0, 200)).slice(0, 20),
  };
}
