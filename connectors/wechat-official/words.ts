/** WeChat's error numbers in words, for agents and for whoever sets the channel up. */
import type { ConnectorError } from '../connector.ts';

/** What each number means and what to do, in both languages. */
export const words: Record<number, string> = {
  40001: 'AppSecret 不正确或凭证已失效 / The AppSecret is wrong, or the access token is no longer valid',
  40003: '该客户不是本公众号的用户 / This customer does not belong to this account',
  40005: '微信不接受此文件类型 / WeChat does not take this type of file',
  40006: '文件大小超出微信限制 / The file is too large or too small for WeChat',
  40007: '素材已失效，微信只保留三天 / The file is gone: WeChat keeps it for three days',
  40013: 'AppID 不正确 / The AppID is wrong',
  40037: '模板不存在 / There is no such template',
  40125: 'AppSecret 不正确 / The AppSecret is wrong',
  40164: '服务器 IP 不在白名单中 / The IP of this server is not in the whitelist of the account',
  40200: '账号类型不支持此消息 / Accounts of this type cannot send this kind of message',
  41002: '缺少 AppID / The AppID is missing',
  43004: '客户未关注公众号 / The customer does not follow the account',
  43101: '客户拒收此类订阅通知 / The customer does not accept this notice',
  43116: '模板不可用 / This template cannot be used',
  45001: '文件大小超出微信限制 / The file is too large for WeChat',
  45002: '文字超出微信限制 / The text is too long for WeChat',
  45007: '语音超过 60 秒 / The voice message is longer than 60 seconds',
  45008: '图文条数超出限制 / A link message may have one article',
  45009: '接口调用次数已达上限 / The calls of this interface are used up for now',
  45015: '客户 48 小时内没有联系过我们，或已取消关注；请改用模板消息 / The customer has not written within 48 hours, or no longer follows the account: send a template, or wait',
  45047: '客户发言后最多回复 5 条，已用完；等客户再次发言 / All replies to the last message are used up (5 after a message, 3 within a minute of a menu tap, follow or scan): wait until the customer writes again',
  47003: '模板变量不符合要求 / A variable of the template has a wrong form',
  48001: '公众号没有此接口的权限，请确认已认证 / The account has no permission for this: only verified accounts may do it',
  48002: '客户关闭了接收消息 / The customer has turned messages off',
  48004: '接口被封禁，请登录微信后台查看 / WeChat has blocked this interface for the account: sign in at WeChat to see why',
  48006: '接口因清零次数过多被封禁 / WeChat has blocked this interface for the account',
  50002: '公众号被冻结 / The account is frozen',
  61450: '客服账号有误 / The customer-service account is wrong',
  61451: '客服账号不存在 / There is no such customer-service account',
  65400: '请先在公众平台开通新版客服功能 / Turn on the customer-service feature of the account first',
};

/** Where the kind is another one than for all of Tencent. */
export const kinds: Record<number, ConnectorError['kind']> = { 48004: 'signed-out', 48006: 'signed-out', 43116: 'rejected' };

/** The address that Tencent saw, in an answer 40164: "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist". */
export const refusedIp = (message: string): string | undefined => /invalid ip (\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)/i.exec(message)?.[1];
