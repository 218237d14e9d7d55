/** WeChat's error numbers in words, for agents and for whoever sets the channel up. */
import type { ConnectorError, Words } from '../connector.ts';

/** What each number means and what to do, in both languages. */
export const words: Record<number, Words> = {
  40001: { 'zh-CN': 'AppSecret 不正确或凭证已失效', en: 'The AppSecret is wrong, or the access token is no longer valid' },
  40003: { 'zh-CN': '该客户不是本公众号的用户', en: 'This customer does not belong to this account' },
  40005: { 'zh-CN': '微信不接受此文件类型', en: 'WeChat does not take this type of file' },
  40006: { 'zh-CN': '文件大小超出微信限制', en: 'The file is too large or too small for WeChat' },
  40007: { 'zh-CN': '素材已失效，微信只保留三天', en: 'The file is gone: WeChat keeps it for three days' },
  40013: { 'zh-CN': 'AppID 不正确', en: 'The AppID is wrong' },
  40037: { 'zh-CN': '模板不存在', en: 'There is no such template' },
  40125: { 'zh-CN': 'AppSecret 不正确', en: 'The AppSecret is wrong' },
  40164: { 'zh-CN': '服务器 IP 不在白名单中', en: 'The IP of this server is not in the whitelist of the account' },
  40200: { 'zh-CN': '账号类型不支持此消息', en: 'Accounts of this type cannot send this kind of message' },
  41002: { 'zh-CN': '缺少 AppID', en: 'The AppID is missing' },
  43004: { 'zh-CN': '客户未关注公众号', en: 'The customer does not follow the account' },
  43101: { 'zh-CN': '客户拒收此类订阅通知', en: 'The customer does not accept this notice' },
  43116: { 'zh-CN': '模板不可用', en: 'This template cannot be used' },
  45001: { 'zh-CN': '文件大小超出微信限制', en: 'The file is too large for WeChat' },
  45002: { 'zh-CN': '文字超出微信限制', en: 'The text is too long for WeChat' },
  45007: { 'zh-CN': '语音超过 60 秒', en: 'The voice message is longer than 60 seconds' },
  45008: { 'zh-CN': '图文条数超出限制', en: 'A link message may have one article' },
  45009: { 'zh-CN': '接口调用次数已达上限', en: 'The calls of this interface are used up for now' },
  45015: { 'zh-CN': '客户 48 小时内没有联系过我们，或已取消关注；请改用模板消息', en: 'The customer has not written within 48 hours, or no longer follows the account: send a template, or wait' },
  45047: { 'zh-CN': '客户发言后最多回复 5 条，已用完；等客户再次发言', en: 'All replies to the last message are used up (5 after a message, 3 within a minute of a menu tap, follow or scan): wait until the customer writes again' },
  47003: { 'zh-CN': '模板变量不符合要求', en: 'A variable of the template has a wrong form' },
  48001: { 'zh-CN': '公众号没有此接口的权限，请确认已认证', en: 'The account has no permission for this: only verified accounts may do it' },
  48002: { 'zh-CN': '客户关闭了接收消息', en: 'The customer has turned messages off' },
  48004: { 'zh-CN': '接口被封禁，请登录微信后台查看', en: 'WeChat has blocked this interface for the account: sign in at WeChat to see why' },
  48006: { 'zh-CN': '接口因清零次数过多被封禁', en: 'WeChat has blocked this interface for the account' },
  50002: { 'zh-CN': '公众号被冻结', en: 'The account is frozen' },
  61450: { 'zh-CN': '客服账号有误', en: 'The customer-service account is wrong' },
  61451: { 'zh-CN': '客服账号不存在', en: 'There is no such customer-service account' },
  65400: { 'zh-CN': '请先在公众平台开通新版客服功能', en: 'Turn on the customer-service feature of the account first' },
};

/** Where the kind is another one than for all of Tencent. */
export const kinds: Record<number, ConnectorError['kind']> = { 48004: 'signed-out', 48006: 'signed-out', 43116: 'rejected' };

/** The address that Tencent saw, in an answer 40164: "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist". */
export const refusedIp = (message: string): string | undefined => /invalid ip (\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)/i.exec(message)?.[1];
