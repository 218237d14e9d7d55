/** What Twilio's error codes mean for the person who sent the message, and what to do next. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Words } from '../connector.ts';

const words: Record<number, Words> = {
  20003: { 'zh-CN': 'Twilio 不接受 Account SID 与 Auth Token：请核对渠道设置', en: 'Twilio does not accept the account SID and auth token: check both in the channel\'s settings' },
  20429: { 'zh-CN': 'Twilio 要求放慢发送', en: 'Twilio asks us to slow down' },
  21211: { 'zh-CN': '号码不是有效的电话号码', en: 'The number is not a valid phone number' },
  21408: { 'zh-CN': '此 Twilio 账号不能向该国家发送：请在控制台的 Messaging、Geo permissions 中开通', en: 'The Twilio account may not send to this country: allow it in the console under Messaging, Geo permissions' },
  21602: { 'zh-CN': '消息为空', en: 'The message is empty' },
  21603: { 'zh-CN': '没有设置发送方：请为渠道填写消息服务或号码', en: 'No sender is set: give the channel a messaging service or a number' },
  21606: { 'zh-CN': '发送方不是此 Twilio 账号的号码，或不能发送短信', en: 'The sender is no number of this Twilio account, or cannot send SMS' },
  21608: { 'zh-CN': '试用账号只能发给已验证的号码', en: 'A trial account may only send to verified numbers' },
  21610: { 'zh-CN': '客户已退订（STOP）：客户回复 START 之前不能发送', en: 'The customer opted out (STOP) and must write START before anything can be sent' },
  21611: { 'zh-CN': '发送方排队的消息过多', en: 'The sender has too many messages waiting' },
  21612: { 'zh-CN': '此发送方无法送达该号码', en: 'This sender cannot reach this number' },
  21614: { 'zh-CN': '号码不是手机号码', en: 'The number is no mobile phone' },
  21617: { 'zh-CN': '文字超过 1,600 个字符', en: 'The text is longer than 1,600 characters' },
  21620: { 'zh-CN': 'Twilio 无法取得文件：文件地址无效', en: 'The file cannot be fetched by Twilio: its address is not valid' },
  21656: { 'zh-CN': '变量与模板不符', en: 'The variables do not fit the template' },
  21703: { 'zh-CN': '消息服务没有可用的发送号码', en: 'The messaging service has no number to send from' },
  30001: { 'zh-CN': 'Twilio 排队的消息过多', en: 'Too many messages were waiting at Twilio' },
  30002: { 'zh-CN': 'Twilio 账号已被暂停', en: 'The Twilio account is suspended' },
  30003: { 'zh-CN': '无法联系到手机：已关机、不在服务区，或不是手机', en: 'The phone cannot be reached: switched off, out of range, or not a mobile' },
  30004: { 'zh-CN': '客户或运营商拦截了我们的消息', en: 'The customer or the operator blocks our messages' },
  30005: { 'zh-CN': '号码不存在，或已停用', en: 'The number does not exist, or is not in service any more' },
  30006: { 'zh-CN': '号码是固定电话，或无法联系到其运营商', en: 'The number is a landline, or its operator cannot be reached' },
  30007: { 'zh-CN': '运营商把消息当作垃圾信息拦截', en: 'The operator filtered the message as spam' },
  30008: { 'zh-CN': '运营商没有说明失败原因', en: 'The operator did not say why it failed' },
  30019: { 'zh-CN': '文件超出运营商限制', en: 'The file is too large for the operator' },
  30034: { 'zh-CN': '号码没有登记用于商业消息（A2P 10DLC）', en: 'The number is not registered for business messages (A2P 10DLC)' },
  30410: { 'zh-CN': '运营商没有及时答复', en: 'The operator did not answer in time' },
  30453: { 'zh-CN': '消息因重复被拦截', en: 'The message was blocked as a repetition' },
  63001: { 'zh-CN': '渠道不接受我们的凭证', en: 'The channel did not accept our credentials' },
  63003: { 'zh-CN': '该号码没有 WhatsApp', en: 'The customer has no WhatsApp at this number' },
  63005: { 'zh-CN': 'WhatsApp 不接受此内容', en: 'WhatsApp did not accept the content' },
  63007: { 'zh-CN': 'WhatsApp 发送方没有在 Twilio 设置', en: 'The WhatsApp sender is not set up at Twilio' },
  63015: { 'zh-CN': '客户须先加入 WhatsApp 沙盒', en: 'The customer must join the WhatsApp sandbox first' },
  63016: { 'zh-CN': '客户上次发言已超过 24 小时：只能发送已批准的模板', en: 'More than 24 hours since the customer wrote: only an approved template can be sent' },
  63018: { 'zh-CN': 'WhatsApp 要求放慢发送', en: 'WhatsApp asks us to slow down' },
  63019: { 'zh-CN': '无法取得文件，或 WhatsApp 不接受此文件', en: 'The file could not be fetched, or WhatsApp does not take it' },
  63021: { 'zh-CN': 'WhatsApp 不接受此内容', en: 'WhatsApp did not accept the content' },
  63024: { 'zh-CN': '该号码收不到 WhatsApp 消息', en: 'The customer cannot get WhatsApp messages at this number' },
  63032: { 'zh-CN': 'WhatsApp 限制向此客户发送', en: 'WhatsApp limits what is sent to this customer' },
  63049: { 'zh-CN': 'WhatsApp 决定不送达这条营销消息', en: 'WhatsApp chose not to deliver this marketing message' },
};

/** The customer said STOP: only the customer can take that back. */
export const optedOut = 21610;

/** The file could not be fetched, or is not taken. The hub looks whether there was one: some codes are about words as well. 30007 (filtered as spam) is not among them: a link would be filtered too. */
const fileTrouble = new Set([11751, 12300, 21620, 30019, 63005, 63019, 63021, 63034]);
export const isFileTrouble = (code: number | undefined): boolean => code !== undefined && fileTrouble.has(code);

/** A sentence for an error code; what we do not know keeps its number and Twilio's own words. */
export function inWords(code: number | undefined, said?: string): Words {
  const plain = said?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, 200);
  const meant = (code === undefined ? undefined : words[code]) ?? (plain || silent);
  if (code === undefined) return meant;
  return typeof meant === 'string' ? `${meant} (${code})` : { 'zh-CN': `${meant['zh-CN']} (${code})`, en: `${meant.en} (${code})` };
}
const silent: Words = { 'zh-CN': 'Twilio 没有说明原因', en: 'Twilio did not say why' };

/** Twilio may have taken the message: nobody heard its answer. No ConnectorError, so the hub asks before it sends again. */
export class OutcomeLost extends Error {}

/** A refusal, with Twilio's code. */
export class Refusal extends ConnectorError {
  readonly code: number | undefined;
  constructor(kind: ConnectorError['kind'], said: Words, code: number | undefined) {
    super(kind, said, { because: kind === 'rejected' && isFileTrouble(code) ? 'file' : undefined });
    this.code = code;
  }
}

const Body = z.object({ code: z.coerce.number().optional().catch(undefined), message: z.string().optional().catch(undefined) }).catch({});

/** An answer of 400 and above. `asks`: nothing was changed by the call, so it can be made again. */
export function refusal(status: number, body: unknown, retryAfter: unknown, asks: boolean): Error {
  const { code, message } = Body.parse(typeof body === 'string' ? asJson(body) : body);
  if (status === 429 || code === 20429) {
    const seconds = Number(retryAfter);
    return new ConnectorError('rate-limited', inWords(20429), Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: Math.min(seconds, 3_600) * 1000 } : {});
  }
  if (status === 401 || code === 20003) return new Refusal('signed-out', inWords(20003), code);
  if (status === 408 || status === 502 || status === 503) return new ConnectorError('unreachable', { 'zh-CN': `Twilio 暂时不可用（${status}）`, en: `Twilio is not available (${status})` });
  if (status >= 500) return asks ? new ConnectorError('unreachable', { 'zh-CN': `Twilio 返回 ${status}`, en: `Twilio answered ${status}` }) : new OutcomeLost(`Twilio answered ${status}: it may have taken the message`);
  return new Refusal('rejected', inWords(code, message), code);
}

const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']);

/** No answer at all. The SDK's own error holds our credentials: it is not passed on. */
export function silence(error: unknown, asks: boolean): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'connection cut';
  if (asks || unsent.has(code)) return new ConnectorError('unreachable', { 'zh-CN': `无法连接 Twilio（${code}）`, en: `Twilio cannot be reached (${code})` });
  return new OutcomeLost(`Twilio's answer was lost (${code}): it may have taken the message`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
