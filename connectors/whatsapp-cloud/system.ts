/** Messages of WhatsApp itself: a customer's number or user id became another one. Pure. */
import { firstWords, object, words, type Json } from './fields.ts';
import type { Item } from './item.ts';
import { addressOf, isUserId, personOf, phoneOf, type Person } from './people.ts';

const changes = new Set(['user_changed_number', 'customer_changed_number', 'user_changed_user_id', 'user_id_update']);

/** Since August 2026 the former ids come along; before that they stand in the sentence only. */
export function changeOf(message: Json, who: Person, base: { externalId: string; sentAt?: Date }): Item[] {
  const system = object(message['system']);
  const kind = words(system['type']);
  const body = words(system['body'], 2_000);
  if (changes.has(kind)) {
    const [, name, before, after] = /^User(?: (.*?))? changed from (\S+) to (\S+?)\.?$/.exec(body) ?? [];
    const next = personOf({ from: firstWords(system['wa_id'], system['new_wa_id'], phoneOf(after)), from_user_id: firstWords(system['user_id'], system['new_user_id'], isUserId(after ?? '') ? after : ''), from_parent_user_id: system['parent_user_id'] }, {});
    const ownId = who.userId !== next.userId ? who.userId : undefined;
    const former = firstWords(system['previous_user_id'], system['old_user_id'], isUserId(before ?? '') ? before : '', ownId);
    const from = personOf({ from: firstWords(message['from'], system['customer'], phoneOf(before)), from_user_id: former, from_parent_user_id: system['previous_parent_user_id'] }, {});
    const known = { ...from, ...((who.name ?? name) && { name: who.name ?? name }) };
    if (addressOf(from) !== undefined && addressOf(next) !== undefined && addressOf(from) !== addressOf(next)) return [{ kind: 'moved', who: known, next: { ...next, ...(known.name && { name: known.name }) }, ...base }];
  }
  if (addressOf(who) === undefined) return [{ kind: 'account', message: `WhatsApp reports ${kind || 'a change'}: ${body.slice(0, 200)}`, serious: false }];
  return [{ kind: 'happening', who, told: (thread, from) => ({ ...base, thread, kind: 'event', from, name: kind || 'system', text: { 'zh-CN': `WhatsApp 系统消息：${body || kind}`, en: `WhatsApp says: ${body || kind}` } }) }];
}
