/** Sentences people read about this channel, in both languages. */
import type { Words } from '../connector.ts';

/** One sentence, in each language. */
export const both = (zh: string, en: string): Words => ({ 'zh-CN': zh, en });

/** What the light of the channel says. */
export const lights = {
  scan: both('用手机扫描此二维码：WhatsApp > 设置 > 已关联设备 > 关联设备。', 'Scan this code with the phone: WhatsApp > Settings > Linked devices > Link a device.'),
  type: both('在手机上输入此代码：WhatsApp > 已关联设备 > 关联设备 > 改用电话号码关联。', 'Type this code on the phone: WhatsApp > Linked devices > Link a device > Link with phone number instead.'),
  loading: both('已登录，WhatsApp 网页版正在加载。', 'Signed in; WhatsApp Web is loading.'),
  starting: both('WhatsApp 网页版正在启动。', 'WhatsApp Web is starting.'),
  elsewhere: both('此登录在别处打开了 WhatsApp 网页版；数秒后由此会话收回。', 'WhatsApp Web was opened with this login elsewhere; this session takes it back in some seconds.'),
  unwanted: both('一段时间内没有手机关联。点击“重新启动”获取新的二维码。', 'Nobody linked a phone for a while. Press "Restart" for a new code.'),
};

/** Why a session of the browser ended. */
export const ends = {
  stuck: both('WhatsApp 网页版没有就绪', 'WhatsApp Web did not become ready'),
  silent: both('浏览器不再响应', 'the browser did not answer any more'),
  away: both('WhatsApp 离线过久', 'WhatsApp was away for too long'),
  unwanted: both('没有手机关联。', 'Nobody linked a phone.'),
  process: both('会话进程意外结束', 'the session process ended unexpectedly'),
  asked: both('已要求重新启动', 'a restart was asked for'),
  here: both('已从此处退出登录', 'signed out from here'),
  phone: both('手机已将此设备退出登录。', 'The phone signed this device out.'),
  conflict: both('此登录在另一个浏览器中打开了 WhatsApp 网页版。', 'WhatsApp Web was opened with this login in another browser.'),
  browser: both('浏览器意外结束。', 'The browser ended unexpectedly.'),
};
