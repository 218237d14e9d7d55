/** Who a payload speaks of. WhatsApp users have a business-scoped user id, and a phone number only while they show it. Pure. */
import type { Sender } from '../connector.ts';
import { firstWords, object, words, type Json } from './fields.ts';

/** One customer as one payload names them. `userId`: business-scoped (CN.1349...); `phone`: digits with the country code. */
export type Person = { userId?: string; parentId?: string; phone?: string; name?: string; username?: string };

/** Meta's form of a business-scoped user id, and of one that linked portfolios share (CN.ENT.1349...). */
const userIdForm = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9_-]{1,128}$/;

/** True for what goes into `recipient` instead of `to`. */
export const isUserId = (address: string): boolean => userIdForm.test(address);

/** The digits of a phone number; undefined for anything else. */
export function phoneOf(value: unknown): string | undefined {
  const text = words(value).trim();
  return /^\+?[\d\s().-]{5,24}$/.test(text) ? text.replaceAll(/\D/g, '') : undefined;
}

const idOf = (...values: unknown[]): string | undefined => {
  for (const value of values) {
    const text = words(value, 200).trim();
    if (text && phoneOf(text) === undefined && !/\s/.test(text)) return text;
  }
  return undefined;
};

/** The customer of a message; `side` is where they stand in it, `contact` their entry in `contacts`. A user id may stand where a number did. */
export function personOf(message: Json, contact: Json, side: 'from' | 'to' | 'recipient' = 'from'): Person {
  const profile = object(contact['profile']);
  const plain = side === 'recipient' ? message['recipient_id'] : message[side];
  const userId = idOf(message[`${side}_user_id`], contact['user_id'], plain, contact['wa_id']);
  const parentId = idOf(message[`${side}_parent_user_id`], contact['parent_user_id']);
  const phone = phoneOf(plain) ?? phoneOf(contact['wa_id']);
  const name = firstWords(profile['name'], contact['name']).slice(0, 200);
  const username = firstWords(profile['username'], contact['username'], message['username']).slice(0, 100);
  return { ...(userId && { userId }), ...(parentId && { parentId }), ...(phone && { phone }), ...(name && { name }), ...(username && { username }) };
}

/** The address of a person: the user id whenever there is one, never the number alone. Undefined: nobody was named. */
export const addressOf = (person: Person): string | undefined => person.userId ?? person.parentId ?? person.phone;

/** The person as the hub knows people. @param known the user id this number spoke with before; `contested`: the number has had two owners */
export function senderOf(person: Person, known?: string, contested = false): Sender {
  const { parentId, phone, name, username } = person;
  const value = person.userId ?? parentId ?? known ?? phone ?? '';
  const also = [
    ...(phone ? [{ kind: 'phone', value: `+${phone}`, attested: !contested }] : []),
    ...(parentId && parentId !== value ? [{ kind: 'whatsapp-portfolio', value: parentId, attested: true }] : []),
  ];
  const shown = name ?? username;
  return { value, stable: true, ...(shown && { name: shown }), ...(username && { attributes: { username } }), ...(also.length > 0 && { also }) };
}

/** The contact entries of one change; `alone`: all its messages have one sender. */
export type Contacts = { all: Json[]; alone: boolean };

/** The contact entry that belongs to a message: by id, or the only one there is when nobody else speaks. */
export function contactOf({ all, alone }: Contacts, message: Json): Json {
  const ids = [message['from_user_id'], message['from'], message['to_user_id'], message['to'], message['recipient_user_id'], message['recipient_id'], message['from_parent_user_id']].map((value) => words(value)).filter(Boolean);
  const found = all.find((contact) => [contact['user_id'], contact['wa_id'], contact['parent_user_id']].some((id) => words(id) !== '' && ids.includes(words(id))));
  return found ?? (alone && all.length === 1 ? object(all[0]) : {});
}
