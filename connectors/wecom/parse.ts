/** One item of sync_msg -> what it means to the hub. Pure, never throws. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Happening, Inbound, Receipt, Sender } from '../connector.ts';
import { fields, readKind, Text, Whole } from './content.ts';
import { failure } from './errors.ts';
import { ourId, threadOf } from './ids.ts';

/** What an item is. `wrong` cannot be filed under any customer and is kept as it came. */
export type Parsed =
  | { kind: 'message'; message: Inbound }
  | { kind: 'happening'; happening: Happening; welcome?: Welcome }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'staff'; fact: Record<string, string | number> }
  | { kind: 'wrong'; externalId: string; reason: string };

/** The platform lets us greet, once, within 20 seconds. */
export type Welcome = { code: string; account: string; customer: string; at?: Date };

const Item = z.looseObject({ msgid: Text, open_kfid: Text, external_userid: Text, send_time: z.coerce.number().optional().catch(undefined), origin: Whole, servicer_userid: Text, msgtype: Text });

const maxId = 256;
const hash = (raw: unknown): string => createHash('sha256').update(JSON.stringify(raw) ?? 'null').digest('base64url').slice(0, 32);

/** Reads one item. @param account the account it was asked for, should the item not name one @param sender what is known of a customer */
export function parse(raw: unknown, account: string, sender: (id: string) => Sender = (value) => ({ value, stable: true })): Parsed {
  const item = Item.safeParse(raw);
  if (!item.success) return { kind: 'wrong', externalId: `raw_${hash(raw)}`, reason: 'sync_msg held something that is no message' };
  const { msgid = '', open_kfid, external_userid = '', send_time, origin, servicer_userid, msgtype = '' } = item.data;
  const event = fields(item.data['event']);
  const isEvent = msgtype === 'event' || event.text('event_type') !== '';
  const customer = (isEvent ? event.text('external_userid') : '') || external_userid;
  const kf = (isEvent ? event.text('open_kfid') : '') || open_kfid || account;
  const externalId = msgid.length > 0 && msgid.length <= maxId ? msgid : `raw_${hash(raw)}`;
  const sentAt = when(send_time);
  const about = { account: kf, customer, externalId, ...(sentAt && { sentAt }), sender };
  if (isEvent) return readEvent(event, about, item.data['event'] ?? item.data);
  if (customer === '' || customer.length > maxId) return { kind: 'wrong', externalId, reason: 'The message names no customer' };
  const thread = threadOf(kf, customer);
  const read = readKind(msgtype, item.data);
  // Somebody of ours answered in WeCom; sync_msg never holds what we sent by the API.
  if (origin === 5 || (origin !== 3 && servicer_userid)) {
    return { kind: 'happening', happening: { kind: 'echo', externalId, thread, ...(sentAt && { sentAt }), to: sender(customer), ...read } };
  }
  return { kind: 'message', message: { externalId, thread, ...(sentAt && { sentAt }), from: sender(customer), ...read } };
}

type About = { account: string; customer: string; externalId: string; sentAt?: Date; sender: (id: string) => Sender };

function when(seconds: number | undefined): Date | undefined {
  if (seconds === undefined || !(seconds > 0)) return undefined;
  const date = new Date(seconds < 1e11 ? seconds * 1_000 : seconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function readEvent({ text, number, of }: ReturnType<typeof fields>, { account, customer, externalId, sentAt, sender }: About, raw: unknown): Parsed {
  const name = text('event_type') || 'unknown';
  if (name === 'msg_send_fail') {
    const failed = text('fail_msgid');
    if (failed === '') return { kind: 'wrong', externalId, reason: 'msg_send_fail names no message' };
    return { kind: 'receipt', receipt: { externalId: ourId(failed), state: 'failed', reason: failure(number('fail_type')) } };
  }
  if (name === 'servicer_status_change') {
    const status = number('status');
    const stop = number('stop_type');
    return { kind: 'staff', fact: { event: name, servicer: text('servicer_userid'), account, ...(status !== undefined && { status }), ...(stop !== undefined && { stop }) } };
  }
  if (customer === '' || customer.length > maxId) return { kind: 'wrong', externalId, reason: `The event ${name.slice(0, 60)} names no customer` };
  const common = { thread: threadOf(account, customer), ...(sentAt && { sentAt }) };
  const recalled = text('recall_msgid');
  if (name.endsWith('_recall_msg') && recalled !== '') {
    // The platform tells it several times, each time as another event.
    return { kind: 'happening', happening: { kind: 'recalled', externalId: `recall_${recalled}`, about: ourId(recalled), ...common } };
  }
  const event = (words: { 'zh-CN': string; en: string }, data: Record<string, string>): Happening => ({
    kind: 'event', externalId, ...common, from: sender(customer), name: name.slice(0, 100), text: words, data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== '')),
  });
  switch (name) {
    case 'enter_session': {
      const channels = fields(of('wechat_channels'));
      const [scene, param] = [text('scene'), text('scene_param')];
      const shop = channels.text('nickname', 'shop_nickname');
      const from = [scene, param, shop].filter(Boolean).join(' · ');
      const code = text('welcome_code');
      return {
        kind: 'happening',
        happening: event({ 'zh-CN': `客户进入会话${from ? `（${from}）` : ''}`, en: `The customer opened the chat${from ? ` (${from})` : ''}` }, { scene, sceneParam: param, channels: shop }),
        ...(code && { welcome: { code, account, customer, ...(sentAt && { at: sentAt }) } }),
      };
    }
    case 'session_status_change': {
      const [before, after] = [text('old_servicer_userid'), text('new_servicer_userid')];
      return { kind: 'happening', happening: event(sessionWords(number('change_type'), before, after), { change: text('change_type'), before, after }) };
    }
    case 'reject_customer_msg_switch_change': {
      const refused = number('reject_switch') === 1;
      const who = text('servicer_userid');
      return { kind: 'happening', happening: event({ 'zh-CN': `${who || '接待人员'}${refused ? '拒收了' : '恢复接收'}该客户的消息`, en: `${who || 'A colleague'} ${refused ? 'refuses' : 'accepts'} messages of this customer in WeCom` }, { servicer: who, refused: String(refused) }) };
    }
    default:
      return { kind: 'happening', happening: event({ 'zh-CN': `微信客服事件：${name.slice(0, 100)}`, en: `WeCom event: ${name.slice(0, 100)}` }, { raw: JSON.stringify(raw).slice(0, 4_000) }) };
  }
}

function sessionWords(change: number | undefined, before: string, after: string): { 'zh-CN': string; en: string } {
  switch (change) {
    case 1: return { 'zh-CN': `${after || '同事'}在企业微信接入了会话`, en: `${after || 'A colleague'} took the session in WeCom` };
    case 2: return { 'zh-CN': `会话在企业微信由 ${before || '?'} 转给 ${after || '?'}`, en: `The session went from ${before || '?'} to ${after || '?'} in WeCom` };
    case 3: return { 'zh-CN': `${before || '同事'}在企业微信结束了会话`, en: `${before || 'A colleague'} ended the session in WeCom` };
    case 4: return { 'zh-CN': `${after || '同事'}在企业微信重新接入了会话`, en: `${after || 'A colleague'} took the session again in WeCom` };
    default: return { 'zh-CN': '企业微信中的会话状态有变', en: 'The session changed in WeCom' };
  }
}
