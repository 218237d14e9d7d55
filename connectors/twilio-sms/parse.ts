/** Twilio's form fields -> what the hub knows. Pure; liberal: a field may be missing, unknown, or odd. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Happening, Inbound, Receipt, Words } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { isChat, repaired, senderOf } from './address.ts';
import { consentOf } from './consent.ts';
import { inWords, isFileTrouble, optedOut } from './errors.ts';
import { fileName } from './media.ts';

/** What one call says. `nothing`: a step on the way that changes nothing here. */
export type Parsed =
  | { kind: 'message'; message: Inbound }
  | { kind: 'happening'; happening: Happening }
  | { kind: 'receipt'; receipt: Receipt; happening?: Happening }
  | { kind: 'nothing' }
  | { kind: 'unreadable'; externalId: string; reason: string };

const onTheWay = new Set(['accepted', 'scheduled', 'queued', 'sending', 'sent', 'partially_delivered']);
const mostMedia = 10;
/** Twilio's ids have 34 letters, addresses fewer than 150. */
const mostId = 200;

/** Fields by name, whatever a value was before. */
export type Form = Record<string, unknown>;

/** @param key the Outbound's, from the address of a status callback */
export function parse(form: Form, key?: string): Parsed {
  const field = (name: string): string => {
    const value: unknown = Object.hasOwn(form, name) ? form[name] : undefined;
    const one: unknown = Array.isArray(value) ? value[0] : value;
    return typeof one === 'string' ? clean(one) : typeof one === 'number' || typeof one === 'boolean' ? String(one) : '';
  };
  const first = (...names: string[]): string => names.map(field).find((value) => value.trim() !== '')?.trim() ?? '';
  const sid = first('MessageSid', 'SmsMessageSid', 'SmsSid', 'sid');
  const from = repaired(field('From') || field('from'));
  const status = first('MessageStatus', 'SmsStatus', 'status').toLowerCase();
  if (sid === '' || sid.length > mostId) return { kind: 'unreadable', externalId: digest(form), reason: 'The call names no message (MessageSid)' };
  if (status !== '' && status !== 'received' && status !== 'receiving') return receiptOf(sid, status, first, key);
  if (from === '' || from.length > mostId) return { kind: 'unreadable', externalId: sid, reason: 'The message names no sender (From)' };

  const text = field('Body').trim() ? field('Body') : first('body', 'ButtonText', 'ListTitle', 'ListDescription', 'ButtonPayload') || formOf(first('InteractiveData', 'FlowData'));
  const quoted = first('OriginalRepliedMessageSid');
  const ids = [first('ExternalUserId'), first('ParentExternalUserId')].filter((id) => isChat(from) && id !== '' && id.length <= mostId).map((id) => `${from.slice(0, from.indexOf(':'))}:${id}`).filter((id) => id !== from);
  const sender = senderOf(from, { name: first('ProfileName', 'ProfileUsername').slice(0, 200), attributes: attributesOf(first), ids });
  const type = first('MessageType').toLowerCase();
  if (type === 'reaction' && quoted) return { kind: 'happening', happening: { kind: 'reaction', externalId: sid, thread: from, about: quoted, from: sender, emoji: text.trim() } };
  const later = mediaOf(field, isChat(from), type);
  const granted = later.length > 0 ? null : consentOf(text, first('OptOutType'), isChat(from));
  if (granted !== null) return { kind: 'happening', happening: { kind: 'consent', externalId: sid, thread: from, from: sender, granted, words: text || first('OptOutType') } };

  const content: Content = {
    ...(text.trim() ? { text } : {}), ...locationOf(first), ...linkOf(first),
    ...(quoted ? { quote: { externalId: quoted } } : {}),
  };
  const says = content.text !== undefined || content.location !== undefined || content.link !== undefined || later.length > 0;
  return { kind: 'message', message: { externalId: sid, thread: from, ...(ids.length > 0 ? { related: ids } : {}), from: sender, content: says ? content : { ...content, ...placeholder(type) }, ...(says ? {} : { files: [rawOf(form)] }), ...(later.length > 0 ? { later } : {}) } };
}

type First = (...names: string[]) => string;

/** As a database and a browser can hold it. */
const clean = (text: string): string => text.slice(0, 100_000).toWellFormed().replaceAll('\0', '\uFFFD');

/** A filled-in form (a WhatsApp Flow): one line a field. */
function formOf(json: string): string {
  const fields = parsedFields(json);
  return fields ? Object.entries(fields).filter(([name]) => name !== 'flow_token').map(([name, value]) => `${clean(name)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('\n').slice(0, 100_000) : json;
}

function parsedFields(json: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function receiptOf(sid: string, status: string, first: First, key: string | undefined): Parsed {
  const code = Number(first('ErrorCode', 'error_code')) || undefined;
  const known = { externalId: sid, ...(key ? { key } : {}) };
  if (status === 'delivered' || status === 'read') return { kind: 'receipt', receipt: { ...known, state: status } };
  if (status === 'failed' || status === 'undelivered' || status === 'canceled') {
    const reason: Words = status === 'canceled' ? { 'zh-CN': '消息在 Twilio 被取消', en: 'The message was cancelled at Twilio' } : inWords(code, first('ErrorMessage', 'ChannelStatusMessage', 'error_message'));
    const to = repaired(first('To', 'to'));
    return { kind: 'receipt', receipt: { ...known, state: 'failed', reason, ...(isFileTrouble(code) ? { because: 'file' } as const : {}) }, ...(code === optedOut && to ? { happening: optOut(`${sid}/opted-out`, to) } : {}) };
  }
  if (onTheWay.has(status)) return { kind: 'nothing' };
  return { kind: 'unreadable', externalId: `${sid}/${status.slice(0, 60)}`, reason: `The status ${JSON.stringify(status.slice(0, 60))} is not known` };
}

/** Twilio refused because the customer said STOP when we did not hear it. */
export const optOut = (externalId: string, to: string): Happening =>
  ({ kind: 'consent', externalId, thread: to, from: senderOf(to), granted: false, words: 'STOP' });

function mediaOf(field: (name: string) => string, chat: boolean, messageType: string): NonNullable<Inbound['later']> {
  const count = Math.max(Number(field('NumMedia')) || 0, field('MediaUrl0') ? 1 : 0);
  return Array.from({ length: Math.min(count, mostMedia) }, (_, index) => index).flatMap((index) => {
    const ref = field(`MediaUrl${index}`).trim();
    if (!URL.canParse(ref)) return [];
    const type = field(`MediaContentType${index}`).trim().toLowerCase().split(';')[0] || 'application/octet-stream';
    const role = chat && type.startsWith('audio/') ? 'voice' : messageType === 'sticker' || (chat && type === 'image/webp') ? 'sticker' : undefined;
    return [{ ref, name: fileName(ref, type), type, ...(role ? { role } as const : {}) }];
  });
}

function locationOf(first: First): Pick<Content, 'location'> {
  const [latitude, longitude] = [first('Latitude'), first('Longitude')];
  if (latitude === '' || longitude === '' || !Number.isFinite(Number(latitude)) || !Number.isFinite(Number(longitude))) return {};
  const name = [first('Label'), first('Address')].filter(Boolean).join(', ');
  return { location: { latitude: Number(latitude), longitude: Number(longitude), ...(name ? { name } : {}) } };
}

/** The advertisement that the customer came from. */
function linkOf(first: First): Pick<Content, 'link'> {
  const [title, url, description] = [first('ReferralHeadline', 'ReferralBody'), first('ReferralSourceUrl'), first('ReferralBody')];
  if (!title && !url) return {};
  return { link: { title: (title || url).slice(0, 500), ...(url ? { url: url.slice(0, 4_000) } : {}), ...(description && description !== title ? { description: description.slice(0, 2_000) } : {}) } };
}

function attributesOf(first: First): Record<string, string> {
  const facts = { waId: first('WaId'), username: first('ProfileUsername'), country: first('FromCountry'), state: first('FromState'), city: first('FromCity'), advertisement: first('ReferralSourceId') };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '').map(([name, value]) => [name, value.slice(0, 200)]));
}

function placeholder(type: string): Content {
  const kind = (type || 'empty').slice(0, 100);
  return { unreadable: { reason: { 'zh-CN': 'Twilio 没有传来可显示的内容', en: 'Twilio sent nothing that can be shown' }, kind } };
}

const rawOf = (form: Form) => ({ name: 'message.json', type: 'application/json', bytes: new Uint8Array(Buffer.from(JSON.stringify(form, null, 1))) });
const digest = (form: Form): string => createHash('sha256').update(JSON.stringify(form)).digest('hex');

