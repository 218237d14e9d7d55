/** What Meta's error codes mean: whose fault, what to do, in words. Sources: the platform's page "Error codes" of May 2026. */
import { ConnectorError, inLanguage, type Words } from '../connector.ts';
import { firstWords, list, number, object, words } from './fields.ts';
import { pair } from './manifest.ts';

type Kind = ConnectorError['kind'];
type Meaning = { kind: Kind; zh: string; en: string; waitMs?: number };

const token = { kind: 'signed-out', zh: '访问令牌无效或已过期：请在渠道设置中换成系统用户的永久令牌', en: 'The access token is not valid or has expired: put a permanent token of a system user into the settings of this channel' } satisfies Meaning;
const permission = { kind: 'signed-out', zh: '令牌缺少权限：系统用户需要 whatsapp_business_messaging 和 whatsapp_business_management，并被指派到该账号', en: 'The token lacks a permission: the system user needs whatsapp_business_messaging and whatsapp_business_management, and access to this account' } satisfies Meaning;
const busy = { kind: 'rate-limited', zh: '发送太快，稍后自动重试', en: 'Too many messages or calls at once; it is tried again', waitMs: 5_000 } satisfies Meaning;
const slow = { ...busy, waitMs: 60_000 } satisfies Meaning;
const unknown = { kind: 'in-doubt', zh: 'WhatsApp 内部错误', en: 'WhatsApp had an internal error' } satisfies Meaning;
const away = { kind: 'unreachable', zh: 'WhatsApp 暂时不可用', en: 'WhatsApp is not available for a moment', waitMs: 10_000 } satisfies Meaning;
const template = (zh: string, en: string): Meaning => ({ kind: 'rejected', zh, en });

const meanings: Record<number, Meaning> = {
  0: token, 102: token, 190: token, 463: token, 467: token, 3: permission, 10: permission, 200: permission, 131005: permission,
  1: unknown, 131000: unknown, 2: away, 131016: away, 131057: { ...away, waitMs: 60_000 }, 133004: away,
  4: slow, 17: slow, 613: slow, 80007: slow, 130429: busy, 133016: slow,
  131056: { kind: 'rate-limited', zh: '给同一位客户发送太频繁，稍后自动重试', en: 'Too many messages to this customer in a short time; it is tried again', waitMs: pair.everyMs },
  131047: { kind: 'rejected', zh: '客户上次发言已超过 24 小时：请发送已批准的模板，或等客户再次来信', en: 'More than 24 hours have passed since the customer last wrote: send an approved template, or wait until the customer writes' },
  131026: { kind: 'rejected', zh: '无法送达：对方不是 WhatsApp 用户、版本过旧或未接受条款', en: 'Cannot be delivered: not a WhatsApp user, an app that is too old, or terms that were not accepted' },
  131048: { kind: 'rejected', zh: '因垃圾消息举报过多，Meta 限制了这个号码的发送', en: 'Meta limits this number because too many of its messages were blocked or reported' },
  131049: { kind: 'rejected', zh: 'Meta 为保护用户体验没有送达这条营销消息，请不要立即重发', en: 'Meta did not deliver this marketing message, to protect the customer; do not send it again at once' },
  131050: { kind: 'rejected', zh: '客户已拒收营销消息', en: 'The customer has stopped marketing messages from this number' },
  130472: { kind: 'rejected', zh: '客户处于 Meta 的实验组，消息未发送', en: 'The customer is part of an experiment of Meta; the message was not sent' },
  131021: { kind: 'rejected', zh: '收件人与发送号码相同', en: 'The recipient is the sending number itself' },
  131030: { kind: 'rejected', zh: '测试号码只能发给登记过的收件人', en: 'A test number may only write to recipients on its list' },
  131031: { kind: 'rejected', zh: 'WhatsApp 商业账号被锁定：请在 Meta 商务管理平台查看', en: 'The WhatsApp Business Account is locked: see the Meta Business Suite' },
  131037: { kind: 'rejected', zh: '号码的显示名称尚未获批', en: "The number's display name is not approved yet" },
  131042: { kind: 'rejected', zh: '付款方式有问题：请在 Meta 商务管理平台处理', en: 'There is a problem with the payment method: see the Meta Business Suite' },
  131045: { kind: 'rejected', zh: '号码没有注册到 Cloud API', en: 'The number is not registered with the Cloud API' },
  133010: { kind: 'rejected', zh: '号码没有注册到 Cloud API', en: 'The number is not registered with the Cloud API' },
  131051: { kind: 'rejected', zh: '不支持的消息类型', en: 'This kind of message is not supported' },
  131052: { kind: 'rejected', zh: '客户发来的文件无法下载', en: "The customer's file cannot be downloaded" },
  131053: { kind: 'rejected', zh: '文件无法上传：类型或大小不被支持', en: 'The file cannot be uploaded: its type or size is not supported' },
  131055: { kind: 'rejected', zh: '这种消息不能发给此收件人', en: 'This kind of message cannot be sent to this recipient' },
  131060: { kind: 'rejected', zh: 'WhatsApp 未能提供消息内容', en: 'WhatsApp could not provide the message' },
  131062: { kind: 'rejected', zh: '此消息必须发到电话号码，而客户只给了用户名', en: 'This message needs a phone number, and the customer shares only a username' },
  368: { kind: 'rejected', zh: '账号因违反政策被暂时限制', en: 'The account is restricted for a time because of a policy violation' },
  130497: { kind: 'rejected', zh: '账号不能向该国家的用户发消息', en: 'The account may not write to users in this country' },
  132000: template('模板变量的数量不对', 'The number of template variables does not fit'),
  132001: template('没有这个模板，或没有这种语言', 'There is no such template, or not in this language'),
  132005: template('填入变量后的模板过长', 'The template is too long with its variables filled in'),
  132007: template('模板内容违反政策', "The template's content violates a policy"),
  132012: template('模板变量的格式不对', 'A template variable has the wrong format'),
  132015: template('模板因质量低而暂停', 'The template is paused because of low quality'),
  132016: template('模板因质量低而停用', 'The template is disabled because of low quality'),
};

/** Codes by which Meta says no before it takes a message: nothing was sent. */
const fromStatus = (status: number): Meaning =>
  status === 401 ? token : status === 403 ? permission : status === 429 ? busy : status >= 500 ? unknown
    : { kind: 'rejected', zh: 'WhatsApp 拒绝了请求', en: 'WhatsApp refused the request' };

function sentence({ zh, en }: Pick<Meaning, 'zh' | 'en'>, code: number | undefined, details: string): Words {
  const number = code === undefined ? '' : ` (${code})`;
  return { 'zh-CN': `${zh}${number}${details && `：${details}`}`, en: `${en}${number}${details && `: ${details}`}` };
}

/** One entry of an `errors` array as a sentence: known codes in both languages, others as Meta words them. */
export function reasonOf(error: unknown): Words {
  const { code, title, message, error_data } = object(error);
  const known = meanings[number(code) ?? -1];
  const details = firstWords(object(error_data)['details'], message, title).slice(0, 300);
  if (known) return sentence(known, number(code), '');
  return details ? `${details}${number(code) === undefined ? '' : ` (${number(code)})`}` : sentence(silent, number(code), '');
}
const silent: Pick<Meaning, 'zh' | 'en'> = { zh: 'WhatsApp 没有说明原因', en: 'WhatsApp gave no reason' };

/** A file could not be taken or fetched. */
const fileCodes = new Set([131052, 131053]);
/** Whether a failed status is about a file. */
export const isFileTrouble = (errors: unknown): boolean => list(errors).some((one) => fileCodes.has(number(object(one)['code']) ?? 0));

/** All reasons of a failed status or an unreadable message; null: none is given. */
export function reasonsOf(errors: unknown): Words | null {
  const all = list(errors).map(reasonOf);
  if (all.length <= 1) return all[0] ?? null;
  return { 'zh-CN': all.map((one) => inLanguage(one, 'zh-CN')).join('；').slice(0, 1_000), en: all.map((one) => inLanguage(one, 'en')).join('; ').slice(0, 1_000) };
}

/** What a refused call means. @param body Meta's answer, parsed where it was JSON */
export function graphError(status: number, body: unknown, retryAfter: string | null): ConnectorError {
  const { code: raw, message, error_data, error_subcode } = object(object(body)['error']);
  const code = number(raw);
  const meaning: Meaning = (code === undefined ? undefined : meanings[code] ?? (code >= 200 && code < 300 ? permission : code === 100 && number(error_subcode) === 33 ? missing : undefined)) ?? fromStatus(status);
  const details = firstWords(object(error_data)['details'], message).slice(0, 300);
  const seconds = number(retryAfter);
  const wait = seconds === undefined ? meaning.waitMs : Math.min(seconds * 1_000, 3_600_000);
  const pause = meaning.kind === 'rate-limited' || meaning.kind === 'unreachable' ? wait : undefined;
  return new ConnectorError(meaning.kind, sentence(meaning, code ?? status, details), { cause: { code, status, answered: true }, ...(fileCodes.has(code ?? 0) && { because: 'file' }), ...(pause !== undefined && { retryAfterMs: pause }) });
}

const missing: Meaning = { kind: 'rejected', zh: '没有这个编号，或令牌无权访问', en: 'There is nothing with this id, or the token may not see it' };

/** Meta's code behind an error, where it gave one. */
export const codeOf = (error: unknown): number | undefined => (error instanceof Error ? number(object(error.cause)['code']) : undefined);

/** Whether the platform answered at all: a "no" that may be a lie is another doubt than silence. */
export const wasAnswered = (error: unknown): boolean => error instanceof Error && words(object(error.cause)['answered']) === 'true';
