/** What happens beside messages: follows, scans, menus, notices. Pure. */
import { createHash } from 'node:crypto';
import type { Happening, Receipt, Words } from '../connector.ts';
import { clean, inside, listOf, mostId, textOf, timeOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { known } from './event-words.ts';
import type { Parsed } from './parse.ts';

type Sentence = { 'zh-CN': string; en: string };
const both = (zh: string, en: string): Sentence => ({ 'zh-CN': zh, en });

/** Notices to the owner of the account: no customer did anything. */
const accountEvents = /^(?:MASSSENDJOBFINISH|PUBLISHJOBFINISH|qualification_verify_(?:success|fail)|naming_verify_(?:success|fail)|annual_renew|verify_expired|card_(?:not_)?pass_check|card_sku_remind|card_pay_order|poi_check_notify|wx_verify_\w+|\w+_audit_(?:info|success|fail|delay)|wxa_(?:media_check|nickname_audit|illegal_record|appeal_record|category_audit|privacy_apply)|(?:app|public)_email_change|user_scan_product_verify_action)$/i;
const notData = new Set(['tousername', 'fromusername', 'createtime', 'msgtype', 'event']);

/** One event push. Throws a plain Error when it belongs to nobody. */
export function parseEvent(fields: Fields, from: string): Parsed {
  const event = textOf(fields, 'Event').trim();
  const name = event.toLowerCase();
  if (name === 'templatesendjobfinish') return results([templateReceipt(fields)]);
  if (name === 'subscribe_msg_sent_event') return results(notices(fields, 'SubscribeMsgSentEvent').map(noticeReceipt));
  if (accountEvents.test(event)) return { kind: 'account', event, words: JSON.stringify(dataOf(fields)).slice(0, 1_000) };
  if (from === '' || from.length > mostId) throw new Error('The event names no sender');

  const id = eventId(fields, from, event);
  const sentAt = timeOf(fields);
  const facts = { thread: from, ...(sentAt && { sentAt }), from: { value: from, stable: true } };
  const happenings: Happening[] = [{ ...facts, externalId: id, kind: 'event', name: event.slice(0, 100) || 'unknown', text: wordsOf(fields, name, event), data: dataOf(fields) }];
  // Who leaves forbids us to write; who follows again allows it.
  if (name === 'subscribe' || name === 'unsubscribe') {
    const granted = name === 'subscribe';
    happenings.push({ ...facts, externalId: `${id}:consent`, kind: 'consent', granted, words: granted ? '关注' : '取消关注' });
  }
  return { kind: 'happenings', happenings, receipts: [] };
}

function results(receipts: (Receipt | undefined)[]): Parsed {
  const known = receipts.flatMap((one) => one ?? []);
  if (known.length === 0) throw new Error('The result names no message');
  return { kind: 'happenings', happenings: [], receipts: known };
}

/** FromUserName and CreateTime, as Tencent says; the event itself too, for two things may happen in one second. */
function eventId(fields: Fields, from: string, event: string): string {
  const key = textOf(fields, 'EventKey');
  const tail = key.length > 80 ? createHash('sha1').update(key).digest('hex') : key;
  return `event:${from}:${textOf(fields, 'CreateTime').slice(0, 40)}:${event.slice(0, 100)}:${tail}`;
}

/** The scene of a QR code with parameters. */
const sceneOf = (fields: Fields): string => textOf(fields, 'EventKey').replace(/^qrscene_/, '');

function wordsOf(fields: Fields, name: string, event: string): Sentence {
  const key = textOf(fields, 'EventKey').slice(0, 1_000);
  const kf = textOf(fields, 'KfAccount');
  switch (name) {
    case 'subscribe': return sceneOf(fields) ? both(`扫码关注了公众号（场景 ${sceneOf(fields)}）`, `Followed the account by a QR code (scene ${sceneOf(fields)})`) : both('关注了公众号', 'Followed the account');
    case 'unsubscribe': return both('取消关注了公众号', 'No longer follows the account');
    case 'scan': return both(`扫描了二维码（场景 ${sceneOf(fields)}）`, `Scanned a QR code (scene ${sceneOf(fields)})`);
    case 'click': return both(`点击了菜单“${key}”`, `Tapped the menu item “${key}”`);
    case 'view': return both(`从菜单打开了网页 ${key}`, `Opened a page from the menu: ${key}`);
    case 'view_miniprogram': return both(`从菜单打开了小程序 ${key}`, `Opened a mini-program from the menu: ${key}`);
    case 'location': return both(`上报了位置 ${place(fields)}`, `Reported the position ${place(fields)}`);
    case 'scancode_push':
    case 'scancode_waitmsg': {
      const result = textOf(inside(fields, 'ScanCodeInfo'), 'ScanResult');
      return both(`用菜单“${key}”扫码：${result}`, `Scanned a code with the menu item “${key}”: ${result}`);
    }
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin': {
      const count = textOf(inside(fields, 'SendPicsInfo'), 'Count') || '?';
      return both(`用菜单“${key}”发送 ${count} 张图片`, `Sends ${count} pictures with the menu item “${key}”`);
    }
    case 'location_select': {
      const label = textOf(inside(fields, 'SendLocationInfo'), 'Label');
      return both(`用菜单“${key}”选择了位置 ${label}`, `Chose a place with the menu item “${key}”: ${label}`);
    }
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event': {
      const list = notices(fields, name === 'subscribe_msg_popup_event' ? 'SubscribeMsgPopupEvent' : 'SubscribeMsgChangeEvent');
      const said = list.map((one) => `${textOf(one, 'TemplateId')}: ${textOf(one, 'SubscribeStatusString')}`).join(', ');
      return both(`订阅通知：${said}`, `Notices accepted or refused: ${said}`);
    }
    case 'kf_create_session': return both(`客服 ${kf} 在微信客服工具中接入了会话`, `${kf} took the conversation in WeChat's own desk`);
    case 'kf_close_session': return both(`客服 ${kf} 在微信客服工具中结束了会话`, `${kf} closed the conversation in WeChat's own desk`);
    case 'kf_switch_session': return both('会话在微信客服工具中转接', "The conversation was handed on in WeChat's own desk");
    default: return known(name) ?? both(`微信事件 ${event.slice(0, 100)}${key && `（${key}）`}`, `WeChat event ${event.slice(0, 100)}${key && ` (${key})`}`);
  }
}

const place = (fields: Fields): string => `${textOf(fields, 'Latitude')}, ${textOf(fields, 'Longitude')}`;

/** Plain fields, and one level of nested ones: what rules and reports may look at. */
function dataOf(fields: Fields): Record<string, string> {
  const flat = Object.entries(fields).filter(([name]) => !notData.has(name.toLowerCase())).slice(0, 30).flatMap(([name, value]): [string, string][] => {
    const one = textOf(fields, name);
    if (one !== '' || typeof value !== 'object' || value === null) return [[name, one]];
    const part = inside(fields, name);
    return Object.keys(part).slice(0, 30).map((inner): [string, string] => [inner, textOf(part, inner)]);
  });
  const scene = /^(?:subscribe|scan)$/i.test(textOf(fields, 'Event')) ? sceneOf(fields) : '';
  return Object.fromEntries([...flat, ['scene', scene] satisfies [string, string]].filter(([, value]) => value !== '').slice(0, 30).map(([name, value]) => [clean(name).slice(0, 100), value.slice(0, 1_000)]));
}

/** XML nests the list, JSON does not. */
const notices = (fields: Fields, name: string): Fields[] => [...listOf(inside(fields, name), 'List'), ...listOf(fields, 'List')];

/** The external id of a template message. */
export const templateId = (msgId: string): string => `template:${msgId}`;

function templateReceipt(fields: Fields): Receipt | undefined {
  const [id, status] = [textOf(fields, 'MsgID'), textOf(fields, 'Status').trim()];
  if (id === '' || id.length > mostId) return undefined;
  if (/^success/i.test(status)) return { externalId: templateId(id), state: 'delivered' };
  const reason: Words = /block/i.test(status) ? both('客户拒收', 'The customer has blocked the account') : notDelivered(status || 'no status');
  return { externalId: templateId(id), state: 'failed', reason };
}

function noticeReceipt(fields: Fields): Receipt | undefined {
  const [id, code] = [textOf(fields, 'MsgID'), textOf(fields, 'ErrorCode') || '0'];
  if (id === '' || id.length > mostId) return undefined;
  return code === '0' ? { externalId: templateId(id), state: 'delivered' } : { externalId: templateId(id), state: 'failed', reason: notDelivered(`${code} ${textOf(fields, 'ErrorStatus')}`) };
}

const notDelivered = (why: string): Sentence => both(`微信未能送达（${why.slice(0, 200)}）`, `WeChat could not deliver it (${why.slice(0, 200)})`);
