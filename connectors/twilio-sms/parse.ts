/** Twilio's form fields -> what the hub knows. Pure; liberal: a field may be missing, unknown, or odd. */
import { createHash } from 'node:crypto';
import type { Happening, Inbound, Receipt } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { isChat, repaired, senderOf } from './address.ts';
import { consentOf } from './consent.ts';
import { inWords, optedOut } from './errors.ts';
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

/** Fields by name, whatever a value was before. */
export type Form = Record<string, unknown>;

/** @param key the Outbound's, from the address of a status callback */
export function parse(form: Form, key?: string): Parsed {
  const field = (name: string): string => {
    const value = form[name];
    if (Array.isArray(value)) return String(value[0] ?? '');
    return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  };
  const first = (...names: string[]): string => names.map(field).find((value) => value.trim() !== '')?.trim() ?? '';
  const sid = first('MessageSid', 'SmsMessageSid', 'SmsSid', 'sid');
  const from = repaired(field('From') || field('from'));
  const status = first('MessageStatus', 'SmsStatus', 'status').toLowerCase();
  if (sid === '') return { kind: 'unreadable', externalId: digest(form), reason: 'The call names no message (MessageSid)' };
  if (status !== '' && status !== 'received' && status !== 'receiving') return receiptOf(sid, status, first, key);
  if (from === '') return { kind: 'unreadable', externalId: sid, reason: 'The message names no sender (From)' };

  const text = (field('Body') || first('body', 'ButtonText', 'ListTitle', 'ListDescription', 'ButtonPayload')).slice(0, 100_000);
  const quoted = first('OriginalRepliedMessageSid');
  const sender = senderOf(from, { name: first('ProfileName').slice(0, 200), attributes: attributesOf(first) });
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
  return { kind: 'message', message: { externalId: sid, thread: from, from: sender, content: says ? content : { ...content, ...placeholder(type) }, ...(says ? {} : { files: [rawOf(form)] }), ...(later.length > 0 ? { later } : {}) } };
}

type First = (...names: string[]) => string;

function receiptOf(sid: string, status: string, first: First, key: string | undefined): Parsed {
  const code = Number(first('ErrorCode', 'error_code')) || undefined;
  const known = { externalId: sid, ...(key ? { key } : {}) };
  if (status === 'delivered' || status === 'read') return { kind: 'receipt', receipt: { ...known, state: status } };
  if (status === 'failed' || status === 'undelivered' || status === 'canceled') {
    const reason = status === 'canceled' ? 'The message was cancelled at Twilio' : inWords(code, first('ErrorMessage', 'ChannelStatusMessage', 'error_message'));
    const to = repaired(first('To', 'to'));
    return { kind: 'receipt', receipt: { ...known, state: 'failed', reason }, ...(code === optedOut && to ? { happening: optOut(`${sid}/opted-out`, to) } : {}) };
  }
  if (onTheWay.has(status)) return { kind: 'nothing' };
  return { kind: 'unreadable', externalId: `${sid}/${status}`, reason: `The status ${JSON.stringify(status.slice(0, 60))} is not known` };
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
  const facts = { waId: first('WaId'), country: first('FromCountry'), state: first('FromState'), city: first('FromCity'), advertisement: first('ReferralSourceId') };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '').map(([name, value]) => [name, value.slice(0, 200)]));
}

function placeholder(type: string): Content {
  const kind = (type || 'empty').slice(0, 100);
  return { text: `[不支持的消息：${kind}] / [unsupported message: ${kind}]`, unreadable: { reason: 'Twilio sent nothing that can be shown', kind } };
}

const rawOf = (form: Form) => ({ name: 'message.json', type: 'application/json', bytes: new Uint8Array(Buffer.from(JSON.stringify(form, null, 1))) });
const digest = (form: Form): string => createHash('sha256').update(JSON.stringify(form)).digest('hex');

