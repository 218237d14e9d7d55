/** A message as the puppet tells it -> what the hub keeps. Pure, liberal, and never throws for a payload that is an object. */
import type { Inbound, InboundFile } from '../connector.ts';
import type { Content, Words } from '../../server/conversations/schema.ts';
import { Gathered, Payload, type Person } from './protocol.ts';
import { kinds } from './words.ts';

/** What a message is, before anybody knows who its people are. `conversation` is wechaty's id: the room's, or the other person's. */
export type Parsed = {
  id: string;
  conversation: string;
  /** The customer: who wrote, or to whom the phone wrote. */
  person: Person;
  ours: boolean;
  group?: Inbound['group'];
  sentAt?: Date;
} & ({ kind: 'message'; content: Content; files?: InboundFile[]; later?: Inbound['later'] } | { kind: 'recalled'; about: string });

/** Types of wechaty that carry a file. */
const media: Record<string, { type: string; extension: string; role?: 'voice' | 'sticker' }> = {
  attachment: { type: 'application/octet-stream', extension: '' },
  audio: { type: 'audio/silk', extension: '.sil', role: 'voice' },
  emoticon: { type: 'image/gif', extension: '.gif', role: 'sticker' },
  image: { type: 'image/jpeg', extension: '.jpg' },
  video: { type: 'video/mp4', extension: '.mp4' },
};
const typesByExtension: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', mp4: 'video/mp4', mp3: 'audio/mpeg', sil: 'audio/silk', silk: 'audio/silk', amr: 'audio/amr', wav: 'audio/wav',
  pdf: 'application/pdf', txt: 'text/plain', csv: 'text/csv', zip: 'application/zip', doc: 'application/msword', xls: 'application/vnd.ms-excel',
};

/** Null: it names neither a message nor people, and can only be kept as it is. */
export function parse(raw: unknown): Parsed | null {
  const whole = Gathered.safeParse(raw);
  // A bare payload of a puppet is taken as well.
  const bare = whole.success ? null : Payload.safeParse(raw);
  const gathered = whole.success ? whole.data : bare?.success ? Gathered.parse({ payload: raw, self: { id: '', name: '' } }) : null;
  if (!gathered) return null;
  const { payload, self } = gathered;
  const talkerId = payload.talkerId || payload.fromId;
  const listenerId = payload.listenerId || payload.toId;
  const ours = self.id !== '' && talkerId === self.id;
  const otherId = ours ? listenerId : talkerId;
  const conversation = payload.roomId || otherId;
  if (!payload.id || !conversation) return null;
  const person = personFrom(ours ? gathered.listener : gathered.talker, otherId || conversation);
  const at = dateOf(payload.timestamp);
  const base = {
    id: payload.id, conversation, person, ours,
    ...(payload.roomId && { group: { name: gathered.room?.topic || payload.roomId, mentioned: !ours && isMentioned(gathered) } }),
    ...(at && { sentAt: at }),
  };
  const kind = kindOf(payload.type);
  if (kind.name === 'recalled') {
    const about = recalledId(payload.text);
    return about ? { ...base, kind: 'recalled', about } : { ...base, kind: 'message', ...unreadable(raw, kind, { 'zh-CN': '撤回了一条消息，但不知是哪一条', en: 'A message was taken back; the puppet does not say which' }) };
  }
  return { ...base, kind: 'message', ...contentOf(gathered, kind, raw) };
}

type Kind = { name: string; zh: string; en: string };
type Filled = { content: Content; files?: InboundFile[]; later?: Inbound['later'] };

function contentOf(gathered: Gathered, kind: Kind, raw: unknown): Filled {
  const { payload, link, miniProgram, location, card } = gathered;
  const text = clean(payload.text);
  const file = media[kind.name];
  if (file) return { content: {}, later: [fileOf(payload, file)] };
  switch (kind.name) {
    case 'text':
    case 'group-note':
      if (text) return { content: { text } };
      break;
    case 'url': {
      const title = link?.title || tag(text, 'title');
      const url = webAddress(link?.url || tag(text, 'url'));
      if (title || url) return { content: { link: cut({ title: title || url || '', url, description: link?.description || tag(text, 'des') }) } };
      break;
    }
    case 'mini-program': {
      const title = miniProgram?.title || miniProgram?.description || tag(text, 'title');
      const app = miniProgram?.username || miniProgram?.appid || tag(text, 'sourcedisplayname');
      if (title || app) return { content: { link: cut({ title: title || app, description: miniProgram?.description === title ? '' : miniProgram?.description, app: app || '小程序' }) } };
      break;
    }
    case 'location':
      if (location && Math.abs(location.latitude) <= 90 && Math.abs(location.longitude) <= 180) {
        const name = [location.name, location.address].filter((part) => part && !/^NO(NAME|ADDRESS)$/.test(part)).join(' ');
        return { content: { location: { latitude: location.latitude, longitude: location.longitude, ...(name && { name }) } } };
      }
      break;
    case 'contact':
      if (card) return { content: { cards: [{ name: (card.name || card.handle || card.id).slice(0, 200), phones: card.phone.slice(0, 20).map((phone) => phone.slice(0, 60)), emails: [] }] } };
      break;
  }
  return unreadable(raw, kind, { 'zh-CN': `${kind.zh}：请在手机微信中查看`, en: `${kind.en}: look at it in WeChat on the phone` });
}

/** A placeholder people see, and the payload as a file. */
function unreadable(raw: unknown, kind: Kind, reason: Words): Filled {
  const bytes = new TextEncoder().encode(JSON.stringify(raw, null, 1));
  return { content: { unreadable: { reason, kind: kind.name } }, files: [{ name: 'message.json', type: 'application/json', bytes }] };
}

function kindOf(type: Payload['type']): Kind {
  const number = typeof type === 'number' || /^\d+$/.test(String(type)) ? Number(type) : -1;
  const name = String(type ?? '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return kinds[number] ?? Object.values(kinds).find((known) => known.name === name) ?? { name: `type-${String(type).slice(0, 40)}`, zh: `类型 ${String(type).slice(0, 40)}`, en: `type ${String(type).slice(0, 40)}` };
}

function fileOf(payload: Payload, { type, extension, role }: NonNullable<(typeof media)[string]>): NonNullable<Inbound['later']>[number] {
  const given = payload.filename.split(/[/\\]/).at(-1)?.trim().slice(0, 200);
  const name = clean(given ?? '') || `${payload.id.replaceAll(/[^\w-]/g, '').slice(-24) || 'file'}${extension}`;
  const known = typesByExtension[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''];
  return { ref: payload.id, name, type: known ?? type, ...(role && { role }) };
}

/** wechaty's mentionSelf, and the words themselves for puppets that do not list mentions. */
function isMentioned({ payload, self }: Gathered): boolean {
  if (self.id && payload.mentionIdList.includes(self.id)) return true;
  return self.name !== '' && payload.text.split(`@${self.name}`).slice(1).some((behind) => behind === '' || /^[\u2005\s]/.test(behind));
}

const personFrom = (person: Person | null | undefined, id: string): Person => person?.id ? person : { id, name: '', alias: '', type: 0, friend: null, handle: '', city: '', phone: [], corporation: '' };

/** Seconds or milliseconds, by puppet. */
function dateOf(timestamp: number): Date | undefined {
  if (!Number.isFinite(timestamp) || timestamp <= 0) return undefined;
  const date = new Date(timestamp < 1e11 ? timestamp * 1_000 : timestamp);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Puppets give the id itself, or WeChat's XML. */
function recalledId(text: string): string {
  const inner = tag(text, 'newmsgid') || tag(text, 'msgid') || (text.includes('<') ? '' : text.trim());
  return /^[\w@.:-]{4,128}$/.test(inner) ? inner : '';
}

function tag(xml: string, name: string): string {
  const found = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^<\\]]{0,4000})`, 'i').exec(xml)?.[1];
  return (found ?? '').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>').trim();
}

const webAddress = (text: string): string => (/^https?:\/\//i.test(text) ? text : '');

function cut({ title, url, description, app }: { title: string; url?: string; description?: string; app?: string }): NonNullable<Content['link']> {
  return { title: title.slice(0, 500), ...(url && url.length <= 4_000 && { url }), ...(description && { description: description.slice(0, 2_000) }), ...(app && { app: app.slice(0, 200) }) };
}

/** WeChat puts U+2005 behind a mention. */
const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '').replaceAll('\u2005', ' ').slice(0, 100_000);
