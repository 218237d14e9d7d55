/** What the platform's numbers mean, and what to do about them. Source: WeCom global error codes, document 90313. */
import type { ConnectorError } from '../connector.ts';

/** Sentences for people; both languages, since we do not know who reads them. */
export const words: Record<number, string> = {
  40001: 'Secret 不正确：请核对微信客服的 Secret。/ The secret is wrong: compare it with the customer service secret.',
  40004: '文件类型不被接受。/ This type of file is not accepted.',
  40006: '文件过大，或不足 6 字节。/ The file is too large, or has fewer than 6 bytes.',
  40007: '文件已过期（只保留 3 天）或不存在。/ The file has expired (kept for 3 days) or never was.',
  40009: '图片过大。/ The image is too large.',
  40011: '视频过大。/ The video is too large.',
  40013: '企业 ID 不正确。/ The corp ID is wrong.',
  45009: '接口调用过于频繁，稍后自动重试。/ Too many calls; tried again in a while.',
  48002: '该 Secret 无权调用微信客服接口：在「微信客服 - 可调用接口的应用」中勾选。/ This secret may not call the customer service API: allow it under WeChat Customer Service.',
  60011: '该应用无权管理此客服账号。/ The app has no right to this account.',
  60020: '本服务器的 IP 不在「企业可信 IP」中：请在企业微信管理后台添加下面的地址。/ The IP of this server is not trusted: add the address below to Trusted IPs in the WeCom console.',
  60030: '未开通微信客服的接口权限。/ The API permission of customer service is not granted.',
  95000: '客服账号 ID 不正确。/ The account ID is wrong.',
  95001: '客户来信后最多可发 5 条，已发完：等客户再次来信。/ The 5 messages after the customer\'s last one are used up: wait until the customer writes.',
  95002: '距客户上次来信已超过 48 小时，不能再发。/ More than 48 hours have passed since the customer wrote: nothing can be sent.',
  95003: '接待人数已达上限。/ The number of customers that can be received is used up.',
  95004: '客服账号不存在，可能已被删除。/ The account does not exist; it may have been deleted.',
  95007: '回调中的 Token 已失效。/ The token of the callback has expired.',
  95008: '菜单项过多。/ The menu has too many items.',
  95011: '客服账号已由企业微信后台管理。/ The account is managed in WeCom already.',
  95012: '企业尚未启用微信客服。/ The company has not turned on customer service.',
  95013: '会话已结束：等客户再次来信。/ The session has ended: wait until the customer writes.',
  95014: '该成员不是接待人员。/ That member does not serve customers.',
  95016: '会话状态不允许这样变更。/ The session cannot change in this way.',
  95017: '微信客服的接口开关未打开。/ The API switch of customer service is off.',
  95018: '会话正由企业微信同事接待或已结束，此处不能发送。/ The session is with a colleague in WeCom or has ended: nothing can be sent from here.',
  95024: '客户 48 小时内未主动来信，不能发送。/ The customer has not written within 48 hours: nothing can be sent.',
  95025: '名片 48 小时内只能发一次。/ A business card can be sent once in 48 hours.',
  95028: '消息不存在，无法撤回。/ There is no such message to take back.',
  95029: '发出超过 2 分钟，无法撤回。/ Sent more than 2 minutes ago: too late to take back.',
};

/** Where these numbers differ from what the rest of Tencent's mean. */
export const kinds: Record<number, ConnectorError['kind']> = {
  40013: 'signed-out', 45033: 'rate-limited', 48002: 'signed-out', 60020: 'signed-out', 60030: 'signed-out', 95012: 'signed-out', 95017: 'signed-out', 42009: 'rate-limited',
};

/** The session is in a state in which programs may not speak. */
export const wrongState = 95018;
/** The token of a callback, not the access token. */
export const badEventToken = 95007;

/** Why a message that was accepted did not arrive: fail_type of msg_send_fail, document 94670. */
const failures: Record<number, string> = {
  0: '未知原因 / for an unknown reason',
  1: '客服账号已删除 / the account was deleted',
  2: '应用已关闭 / the app was turned off',
  4: '会话已过期（超过 48 小时）/ the session has expired (48 hours)',
  5: '会话已关闭 / the session is closed',
  6: '超过 5 条限制 / the 5 messages were used up',
  7: '客服账号未绑定视频号 / the account is not bound to the channel',
  8: '主体未验证 / the company is not verified',
  9: '客服账号未绑定视频号，且主体未验证 / not bound to the channel, and the company is not verified',
  10: '客户拒收 / the customer refuses messages',
  11: '企业未有成员登录企业微信 App / no member of the company has signed in to WeCom',
  12: '发送的消息为客服组件禁发的消息类型 / this kind of message is forbidden',
  13: '安全限制 / for reasons of safety',
};

/** A sentence for a fail_type. */
export const failure = (type: number | undefined): string => `未送达：${failures[type ?? 0] ?? `${failures[0]} (${type})`}`;
