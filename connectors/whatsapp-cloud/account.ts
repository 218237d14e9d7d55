/** News of the account and the number, which concern no customer. Pure. */
import type { Words } from '../connector.ts';
import { firstWords, list, object, type Json } from './fields.ts';
import type { Item } from './item.ts';

/** Meta's fields that carry customers' things; each is read where it belongs. */
const ofCustomers = new Set(['', 'messages', 'message_echoes', 'smb_message_echoes', 'user_preferences', 'user_id_update', 'calls']);
/** News that are only written down. */
const quiet = /^(?:account_\w+|business_\w+|message_template_\w+|template_\w+|phone_number_\w+|partner_\w+|payment_\w+|group_\w+|flows?|security|smb_app_state_sync|automatic_events|tracking_events|messaging_handovers)$/;
const loud = new Set(['account_update', 'account_alerts', 'phone_number_quality_update', 'security']);
const grave = /DISABLED|RESTRICT|VIOLATION|BAN|DELETED|REMOVED|FLAGGED|DOWNGRADE|OFFBOARDED/i;

/** Something of the account that a supervisor must see, or that is only written down; what nobody knows is kept as it came. */
export function accountOf(field: string, value: Json, change: Json): Item[] {
  if (ofCustomers.has(field)) return [];
  if (field === 'history') return [{ kind: 'bad', reason: 'old messages of the phone, handed over when it was connected: they are kept, not taken in', raw: change }];
  const name = firstWords(value['event'], value['alert_type']);
  if (loud.has(field)) return [{ kind: 'account', field, message: news(field, name), serious: grave.test(`${name} ${JSON.stringify(object(value['ban_info']))}`) }];
  if (quiet.test(field)) return [{ kind: 'account', field, message: news(field, name), serious: false }];
  // A field of the future may speak of customers.
  return [{ kind: 'bad', reason: `news of the kind ${field.slice(0, 60)}, which is not known here`, raw: change }];
}

const news = (field: string, name: string): Words => ({ 'zh-CN': `WhatsApp 通知 ${field}${name && `：${name.slice(0, 100)}`}`, en: `WhatsApp reports ${field}${name && `: ${name.slice(0, 100)}`}` });

/** What a customer said to another number of the account; what became of that number's own words is nobody's business here. */
export function foreignOf(change: Json, number: string): Item[] {
  const value = object(change['value']);
  const { display_phone_number: shown } = object(value['metadata']);
  return list(value['messages'] ?? value['message_echoes']).length > 0 ? [{ kind: 'foreign', number: firstWords(shown, number).slice(0, 40), raw: change }] : [];
}
