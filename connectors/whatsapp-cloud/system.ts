/** Messages of WhatsApp itself: a customer's number or user id became another one. Pure. */
import { firstWords, object, time, words, type Json } from './fields.ts';
import type { Item } from './item.ts';
import { addressOf, isUserId, personOf, phoneOf, type Person } from './people.ts';

const changes = new Set(['user_changed_number', 'customer_changed_number', 'user_changed_user_id', 'user_id_update']);

/** Since August 2026 the former ids come along; before that they stand in the sentence only. */
export function changeOf(message: Json, who: Person, base: { externalId: string; sentAt?: Date }): Item[] {
  const system = object(message['system']);
  const kind = words(system['type']);
  const body = words(system['body'], 2_000);
  if (changes.has(kind)) {
    const [, name, before, after] = /^User(?: (.*?))? changed(?: number)? from (\S+) to (\S+?)\.?$/.exec(body) ?? [];
    const next = personOf({ from: firstWords(system['wa_id'], system['new_wa_id'], phoneOf(after)), from_user_id: firstWords(system['user_id'], system['new_user_id'], isUserId(after ?? '') ? after : ''), from_parent_user_id: system['parent_user_id'] }, {});
    const ownId = who.userId !== next.userId ? who.userId : undefined;
    const former = firstWords(system['previous_user_id'], system['old_user_id'], isUserId(before ?? '') ? before : '', ownId);
    // Some hand the new number over as the sender.
    const number = [message['from'], system['customer'], before].find((value) => phoneOf(value) !== undefined && phoneOf(value) !== next.phone);
    const from = personOf({ from: number ?? firstWords(message['from'], system['customer'], phoneOf(before)), from_user_id: former, from_parent_user_id: system['previous_parent_user_id'] }, {});
    const known = { ...from, ...((who.name ?? name) && { name: who.name ?? name }) };
    if (addressOf(from) !== undefined && addressOf(next) !== undefined && addressOf(from) !== addressOf(next)) return [{ kind: 'moved', who: known, next: { ...next, ...(known.name && { name: known.name }) }, ...base }];
  }
  if (addressOf(who) === undefined) return [{ kind: 'account', field: 'messages', message: `${kind || 'system'}: ${body.slice(0, 200)}`, serious: false }];
  return [{ kind: 'happening', who, told: (thread, from) => ({ ...base, thread, kind: 'event', from, name: kind || 'system', text: { 'zh-CN': `WhatsApp 系统消息：${body || kind}`, en: `WhatsApp says: ${body || kind}` } }) }];
}

/** The same customer under a new user id (Meta's field user_id_update). */
export function newIdOf(update: Json, contact: Json): Item[] {
  const [id, parent] = [object(update['user_id']), object(update['parent_user_id'])];
  const { user_id: _, ...known } = contact;
  const who = personOf({ from: update['wa_id'], from_user_id: firstWords(id['previous'], update['previous_user_id']), from_parent_user_id: parent['previous'] }, known);
  const next = personOf({ from: update['wa_id'], from_user_id: firstWords(id['current'], update['current_user_id']), from_parent_user_id: parent['current'] }, known);
  if (!who.userId || !next.userId) return [{ kind: 'bad', reason: 'a new user id that does not say whose', raw: update }];
  const sentAt = time(update['timestamp']);
  return [{ kind: 'moved', who, next, externalId: `user-id:${who.userId}:${next.userId}:${words(update['timestamp'], 40)}`, ...(sentAt && { sentAt }) }];
}
