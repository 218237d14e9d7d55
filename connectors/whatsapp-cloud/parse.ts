/** A call from Meta -> the things it says. Never throws, and one bad thing does not take its neighbours along. Pure. */
import { createHash } from 'node:crypto';
import type { Inbound } from '../connector.ts';
import { accountOf, foreignOf } from './account.ts';
import { consentIn } from './consent.ts';
import { contentOf, orderOf, productOf } from './content.ts';
import { reasonOf } from './errors.ts';
import { firstWords, isObject, list, object, time, words, type Json } from './fields.ts';
import type { Item, Said } from './item.ts';
import { addressOf, contactOf, personOf, phoneOf, senderOf, type Contacts, type Person } from './people.ts';
import { receiptOf } from './status.ts';
import { changeOf, newIdOf } from './system.ts';
import type { Place } from './threads.ts';

/** @param body the parsed JSON  @param phoneNumberId ours; what is for another number of the account is somebody else's */
export function parse(body: unknown, phoneNumberId: string): Item[] {
  const changes = changesOf(object(body));
  if (changes.length === 0) return [{ kind: 'bad', reason: 'the call has no entries', raw: body }];
  return changes.flatMap((change) => (isObject(change) ? itemsOf(change, phoneNumberId) : [{ kind: 'bad' as const, reason: 'a change that is no object', raw: change }]));
}

/** Tools replay single changes and bare values too. */
function changesOf(body: Json): unknown[] {
  if (body['entry'] !== undefined) return list(body['entry']).flatMap((entry) => (isObject(entry) ? list(entry['changes'] ?? (entry['value'] === undefined ? undefined : entry)) : [entry]));
  if (body['changes'] !== undefined) return list(body['changes']);
  if (body['value'] !== undefined) return [body];
  return body['messages'] !== undefined || body['statuses'] !== undefined ? [{ field: 'messages', value: body }] : [];
}

function itemsOf(change: Json, phoneNumberId: string): Item[] {
  const field = words(change['field']);
  const value = object(change['value']);
  const { phone_number_id: target, display_phone_number: ownNumber } = object(value['metadata']);
  if (/^\d+$/.test(words(target)) && words(target) !== phoneNumberId) return foreignOf(change, words(target));
  const contacts: Contacts = { all: list(value['contacts']).filter(isObject), alone: new Set(list(value['messages']).map((message) => firstWords(object(message)['from_user_id'], object(message)['from']))).size < 2 };
  const own = phoneOf(ownNumber);
  const isEchoes = field.endsWith('message_echoes');
  const each = (things: unknown, read: (thing: Json) => Item[]): Item[] => list(things).flatMap((thing) => safely(thing, read));
  const parts = ['messages', 'message_echoes', 'statuses', 'user_preferences', 'user_id_update', 'calls', 'errors'];
  const items = [
    ...each(isEchoes ? undefined : value['messages'], (message) => (own && phoneOf(message['from']) === own && message['to'] !== undefined ? echoOf(message, contacts) : messageOf(explained(message, value), contacts))),
    ...each(value['message_echoes'] ?? (isEchoes ? value['messages'] : undefined), (message) => echoOf(message, contacts)),
    ...each(value['statuses'], receiptOf),
    ...each(value['user_preferences'], (preference) => preferenceOf(preference, contacts)),
    ...each(value['user_id_update'], (update) => newIdOf(update, contactOf(contacts, { from: update['wa_id'] }))),
    ...each(value['calls'], (call) => callOf(call, contacts)),
    // Beside messages, errors explain those; alone they concern the number.
    ...each(value['errors'], (error) => [{ kind: 'account', field, message: reasonOf(error), serious: value['messages'] === undefined && value['calls'] === undefined }]),
    ...accountOf(field, value, change),
  ];
  const isSilent = items.length === 0 && parts.every((part) => list(value[part]).length === 0);
  return isSilent ? [{ kind: 'bad', reason: 'a change that says nothing', raw: change }] : items;
}

function safely(thing: unknown, read: (thing: Json) => Item[]): Item[] {
  if (!isObject(thing)) return [{ kind: 'bad', reason: 'a part that is no object', raw: thing }];
  try {
    return read(thing);
  } catch (error) {
    return [{ kind: 'bad', reason: error instanceof Error ? error.message : String(error), raw: thing }];
  }
}

/** Why a message came without its content may stand beside it. */
const explained = (message: Json, value: Json): Json => (message['errors'] === undefined && value['errors'] !== undefined ? { ...message, errors: value['errors'] } : message);

/** Meta's id of a message; where it is missing, or no id at all, one that is the same at every redelivery. */
function idOf(message: Json): string {
  const id = firstWords(message['id'], message['message_id']);
  return id !== '' && id.length <= 500 ? id : `sha256:${createHash('sha256').update(JSON.stringify(message)).digest('hex')}`;
}

const sentAtOf = (message: Json): { sentAt?: Date } => {
  const sentAt = time(message['timestamp']);
  return sentAt ? { sentAt } : {};
};

function messageOf(message: Json, contacts: Contacts): Item[] {
  const kind = words(message['type']);
  const contact = contactOf(contacts, message);
  const who = personOf(message, contact);
  const externalId = idOf(message);
  const base = { externalId, ...sentAtOf(message) };
  if (kind === 'system') return changeOf(message, who, base);
  if (addressOf(who) === undefined) return [{ kind: 'bad', reason: 'a message that names no sender', raw: message }];
  const group = firstWords(message['group_id']);
  const at = { who, ...(group && { group }) };
  const changed = aboutAnother(message, kind, at, base);
  if (changed) return changed;
  if (kind === 'request_welcome') return [event(at, base, 'request_welcome', '客户第一次打开了对话', 'The customer opened the chat for the first time')];
  const permission = words(object(object(message['interactive'])['call_permission_reply'])['response'], 60);
  if (permission) return [event(at, base, 'call_permission_reply', `客户对来电许可的答复：${permission}`, `The customer's answer to our wish to call: ${permission}`)];
  const { content, files, later } = contentOf(message);
  const link = productOf(message);
  const order = orderOf(message);
  const said: Said = { ...base, content: link ? { ...content, link } : content, ...(files && { files }), ...(later && { later }) };
  const consent = kind === 'text' || kind === 'button' || kind === 'interactive' ? consentIn(content.text) : null;
  return [
    { kind: 'message', ...at, said },
    ...referralOf(message, at, base),
    ...(order ? [event(at, { ...base, externalId: `${externalId}/order` }, 'order', order.text['zh-CN'], order.text.en, order.data)] : []),
    ...(consent ? [{ kind: 'happening' as const, ...at, told: (thread: string, from: Inbound['from']) => ({ ...base, externalId: `${externalId}/consent`, thread, kind: 'consent' as const, from, ...consent }) }] : []),
  ];
}

type At = { who: Person; group?: string };
type Base = { externalId: string; sentAt?: Date };

const event = (at: At, base: Base, name: string, zh: string, en: string, data?: Record<string, string>): Item =>
  ({ kind: 'happening', ...at, told: (thread, from) => ({ ...base, thread, kind: 'event', from, name, text: { 'zh-CN': zh, en }, ...(data && { data }) }) });

/** Reactions, edits and deletions speak of an earlier message; without its id they are shown as what they are. */
function aboutAnother(message: Json, kind: string, at: At, base: Base): Item[] | null {
  const part = object(message[kind]);
  const about = firstWords(part['message_id'], part['original_message_id'], object(message['context'])['id']);
  if (!about) return null;
  switch (kind) {
    case 'reaction': {
      const emoji = words(part['emoji'], 40);
      return [{ kind: 'happening', ...at, told: (thread, from) => ({ ...base, thread, kind: 'reaction', about, from, emoji }) }];
    }
    case 'edit': case 'edited': {
      const { content: { quote: _, ...content } } = contentOf(object(part['message'] ?? part));
      // An edit has no room for the raw payload: it is shown as a message instead.
      if (content.unreadable) return null;
      return [{ kind: 'happening', ...at, told: (thread) => ({ ...base, thread, kind: 'edited', about, content }) }];
    }
    case 'revoke': case 'revoked': return [{ kind: 'happening', ...at, told: (thread) => ({ ...base, thread, kind: 'recalled', about }) }];
    default: return null;
  }
}

/** A message one of ours wrote on the phone. */
function echoOf(message: Json, contacts: Contacts): Item[] {
  const who = personOf(message, contactOf(contacts, message), 'to');
  if (addressOf(who) === undefined) return [{ kind: 'bad', reason: 'an echo that names no recipient', raw: message }];
  const base = { externalId: idOf(message), ...sentAtOf(message) };
  const group = firstWords(message['group_id']);
  const at = { who, ...(group && { group }) };
  const kind = words(message['type']);
  const changed = kind === 'reaction' ? null : aboutAnother(message, kind, at, base);
  if (changed) return changed;
  const reaction = words(object(message['reaction'])['emoji']).trim();
  const { content, files, later } = kind === 'reaction' && reaction ? { content: { text: reaction }, files: undefined, later: undefined } : contentOf(message);
  return [{ kind: 'happening', ...at, told: (thread, to) => ({ ...base, thread, kind: 'echo', to, content, ...(files && { files }), ...(later && { later }) }) }];
}

/** The advertisement or post that brought the customer here. */
function referralOf(message: Json, at: At, base: Base): Item[] {
  const referral = object(message['referral']);
  if (Object.keys(referral).length === 0) return [];
  const title = firstWords(referral['headline'], referral['body'], referral['source_url'], referral['source_id']).slice(0, 200);
  const data = Object.fromEntries(Object.entries(referral).flatMap(([name, value]): [string, string][] => (words(value) ? [[words(name, 100), words(value, 1_000)]] : [])));
  return [event(at, { ...base, externalId: `${base.externalId}/referral` }, 'referral', `客户从广告或帖子进入：${title}`, `The customer came from an ad or a post: ${title}`, data)];
}

/** The customer's switch for marketing messages, in WhatsApp's own settings. */
function preferenceOf(preference: Json, contacts: Contacts): Item[] {
  const who = personOf({ from: preference['wa_id'], from_user_id: preference['user_id'], from_parent_user_id: preference['parent_user_id'] }, contactOf(contacts, { from: preference['wa_id'], from_user_id: preference['user_id'] }));
  const value = words(preference['value']);
  if (addressOf(who) === undefined || !/^(?:stop|resume|signup)$/.test(value)) return [{ kind: 'bad', reason: 'a preference that cannot be read', raw: preference }];
  const externalId = `preference:${addressOf(who)}:${words(preference['timestamp'])}:${words(preference['category'])}:${value}`;
  return [{ kind: 'happening', who, told: (thread, from) => ({ externalId, ...sentAtOf(preference), thread, kind: 'consent', from, granted: value !== 'stop', words: firstWords(preference['detail'], `${words(preference['category'])}: ${value}`) }) }];
}

function callOf(call: Json, contacts: Contacts): Item[] {
  const who = personOf(call, contactOf(contacts, call));
  if (addressOf(who) === undefined) return [{ kind: 'bad', reason: 'a call that names nobody', raw: call }];
  // Ours, and the end of what was told before.
  if (words(call['direction']) === 'BUSINESS_INITIATED' || words(call['event']) === 'terminate') return [];
  if (words(call['event']) !== 'connect') return [{ kind: 'bad', reason: `news of a call of the kind ${words(call['event'], 60)}`, raw: call }];
  return [event({ who }, { externalId: idOf(call), ...sentAtOf(call) }, 'call', '客户拨打了 WhatsApp 电话，这里不能接听', 'The customer called on WhatsApp; calls cannot be taken here')];
}

/** A message at its place. */
export function toInbound({ who, group, said }: Extract<Item, { kind: 'message' }>, { thread, related, known, contested }: Place): Inbound {
  const from = senderOf(who, known, contested);
  // Groups of the Cloud API are made by the business, for at most eight people: whoever speaks there speaks to us.
  if (group) return { ...said, thread: `group:${group}`, from, group: { name: `WhatsApp ${group}`, mentioned: true } };
  return { ...said, thread, ...(related.length > 0 && { related }), from };
}
