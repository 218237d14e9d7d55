/** What the platform's numbers mean, and what to do about them. Source: WeCom global error codes, document 90313. */
import type { ConnectorError, Words } from '../connector.ts';

/** Sentences for people, in both languages. */
export const words: Record<number, Words> = {
  40001: { 'zh-CN': 'Secret 不正确：请核对微信客服的 Secret。', en: 'The secret is wrong: compare it with the customer service secret.' },
  40004: { 'zh-CN': '文件类型不被接受。', en: 'This type of file is not accepted.' },
  40006: { 'zh-CN': '文件过大，或不足 6 字节。', en: 'The file is too large, or has fewer than 6 bytes.' },
  40007: { 'zh-CN': '文件已过期（只保留 3 天）或不存在。', en: 'The file has expired (kept for 3 days) or never was.' },
  40009: { 'zh-CN': '图片过大。', en: 'The image is too large.' },
  40011: { 'zh-CN': '视频过大。', en: 'The video is too large.' },
  40013: { 'zh-CN': '企业 ID 不正确。', en: 'The corp ID is wrong.' },
  45009: { 'zh-CN': '接口调用过于频繁，稍后自动重试。', en: 'Too many calls; tried again in a while.' },
  48002: { 'zh-CN': '该 Secret 无权调用微信客服接口：在「微信客服 - 可调用接口的应用」中勾选。', en: 'This secret may not call the customer service API: allow it under WeChat Customer Service.' },
  60011: { 'zh-CN': '该应用无权管理此客服账号。', en: 'The app has no right to this account.' },
  60020: { 'zh-CN': '本服务器的 IP 不在「企业可信 IP」中：请在企业微信管理后台添加下面的地址。', en: 'The IP of this server is not trusted: add the address below to Trusted IPs in the WeCom console.' },
  60030: { 'zh-CN': '未开通微信客服的接口权限。', en: 'The API permission of customer service is not granted.' },
  95000: { 'zh-CN': '客服账号 ID 不正确。', en: 'The account ID is wrong.' },
  95001: { 'zh-CN': '客户来信后最多可发 5 条，已发完：等客户再次来信。', en: 'The 5 messages after the customer\'s last one are used up: wait until the customer writes.' },
  95002: { 'zh-CN': '距客户上次来信已超过 48 小时，不能再发。', en: 'More than 48 hours have passed since the customer wrote: nothing can be sent.' },
  95003: { 'zh-CN': '接待人数已达上限。', en: 'The number of customers that can be received is used up.' },
  95004: { 'zh-CN': '客服账号不存在，可能已被删除。', en: 'The account does not exist; it may have been deleted.' },
  95007: { 'zh-CN': '回调中的 Token 已失效。', en: 'The token of the callback has expired.' },
  95008: { 'zh-CN': '菜单项过多。', en: 'The menu has too many items.' },
  95011: { 'zh-CN': '客服账号已由企业微信后台管理。', en: 'The account is managed in WeCom already.' },
  95012: { 'zh-CN': '企业尚未启用微信客服。', en: 'The company has not turned on customer service.' },
  95013: { 'zh-CN': '会话已结束：等客户再次来信。', en: 'The session has ended: wait until the customer writes.' },
  95014: { 'zh-CN': '该成员不是接待人员。', en: 'That member does not serve customers.' },
  95016: { 'zh-CN': '会话状态不允许这样变更。', en: 'The session cannot change in this way.' },
  95017: { 'zh-CN': '微信客服的接口开关未打开。', en: 'The API switch of customer service is off.' },
  95018: { 'zh-CN': '会话正由企业微信同事接待或已结束，此处不能发送。', en: 'The session is with a colleague in WeCom or has ended: nothing can be sent from here.' },
  95024: { 'zh-CN': '客户 48 小时内未主动来信，不能发送。', en: 'The customer has not written within 48 hours: nothing can be sent.' },
  95025: { 'zh-CN': '名片 48 小时内只能发一次。', en: 'A business card can be sent once in 48 hours.' },
  95028: { 'zh-CN': '消息不存在，无法撤回。', en: 'There is no such message to take back.' },
  95029: { 'zh-CN': '发出超过 2 分钟，无法撤回。', en: 'Sent more than 2 minutes ago: too late to take back.' },
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
const failures: Record<number, Exclude<Words, string>> = {
  0: { 'zh-CN': '未知原因', en: 'for an unknown reason' },
  1: { 'zh-CN': '客服账号已删除', en: 'the account was deleted' },
  2: { 'zh-CN': '应用已关闭', en: 'the app was turned off' },
  4: { 'zh-CN': '会话已过期（超过 48 小时）', en: 'the session has expired (48 hours)' },
  5: { 'zh-CN': '会话已关闭', en: 'the session is closed' },
  6: { 'zh-CN': '超过 5 条限制', en: 'the 5 messages were used up' },
  7: { 'zh-CN': '客服账号未绑定视频号', en: 'the account is not bound to the channel' },
  8: { 'zh-CN': '主体未验证', en: 'the company is not verified' },
  9: { 'zh-CN': '客服账号未绑定视频号，且主体未验证', en: 'not bound to the channel, and the company is not verified' },
  10: { 'zh-CN': '客户拒收', en: 'the customer refuses messages' },
  11: { 'zh-CN': '企业未有成员登录企业微信 App', en: 'no member of the company has signed in to WeCom' },
  12: { 'zh-CN': '发送的消息为客服组件禁发的消息类型', en: 'this kind of message is forbidden' },
  13: { 'zh-CN': '安全限制', en: 'for reasons of safety' },
};

/** A sentence for a fail_type. */
export function failure(type: number | undefined): Words {
  const known = failures[type ?? 0];
  const said = known ?? { 'zh-CN': `未知原因（${type}）`, en: `for an unknown reason (${type})` };
  return { 'zh-CN': `未送达：${said['zh-CN']}`, en: `Not delivered: ${said.en}` };
}
