/** WeChat Official Accounts as data: subscription accounts and service accounts by their own API. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

const label = (zh: string, en: string): { label: { 'zh-CN': string; en: string } } => ({ label: { 'zh-CN': zh, en } });
const help = (zh: string, en: string): { help: { 'zh-CN': string; en: string } } => ({ help: { 'zh-CN': zh, en } });
const isHttp = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

/** What the settings form asks for. */
export const WechatOfficialConfig = z.object({
  appId: z.string().trim().regex(/^wx[0-9a-z]{10,30}$/i, 'starts with wx, e.g. wx1234567890abcdef').meta({
    ...label('AppID', 'AppID'),
    ...help('微信开发者平台 → 公众号/服务号 → 基础信息。', 'On the WeChat developer platform, among the basic facts of the account.'),
  }),
  appSecret: z.string().trim().min(16).max(200).meta({
    secret: true, ...label('AppSecret', 'AppSecret'),
    ...help('在同一页面重置后复制；还须把本机公网 IP 加入 IP 白名单。', 'On the same page, copied after a reset. Add the public IP of this server to the IP whitelist there.'),
  }),
  mode: z.enum(['safe', 'compatible', 'plain']).default('safe').meta({
    ...label('消息加解密方式', 'Encryption'),
    ...help('与微信后台一致：安全模式、兼容模式或明文模式。建议安全模式。', 'As chosen at WeChat: safe, compatible or plain. Safe is best: in plain mode the signature does not cover the message.'),
  }),
  token: z.string().regex(/^[0-9A-Za-z]{3,32}$/, 'is 3 to 32 letters and digits').meta({ secret: true, generated: true, letters: 32, ...label('令牌 (Token)', 'Token') }),
  encodingAesKey: z.string().regex(/^[0-9A-Za-z]{43}$/, 'is 43 letters and digits').meta({ secret: true, generated: true, letters: 43, ...label('消息加解密密钥 (EncodingAESKey)', 'EncodingAESKey') }),
  kfAccount: z.string().trim().max(100).refine((text) => text === '' || /^[^@\s]+@[^@\s]+$/.test(text), 'looks like service@account').default('').meta({
    ...label('客服账号', 'Customer-service account'),
    ...help('可选，形如 service@account；客户会看到它的昵称和头像。', 'Optional, like service@account: the customer sees its name and picture.'),
  }),
  apiBase: z.string().max(500).refine(isHttp, 'is an http or https address').default('https://api.weixin.qq.com').meta({ hidden: true, ...label('接口地址', 'API address') }),
});
export type WechatOfficialConfig = z.infer<typeof WechatOfficialConfig>;

const MB = 1024 * 1024;

/** The WeChat Official Account channel. */
export const manifest: Manifest<typeof WechatOfficialConfig> = {
  kind: 'wechat-official',
  label: { 'zh-CN': '微信公众号', en: 'WeChat Official Account' },
  icon: 'i-lucide-megaphone',
  official: true,
  config: WechatOfficialConfig,
  carries: { html: false, attachments: true, typing: true, receipts: false, templates: true, voice: true },
  // Tencent refuses texts of more than 2048 bytes; a Chinese character has three.
  limits: {
    textLength: 600, attachmentBytes: 10 * MB,
    media: [
      { type: 'image/png', bytes: 10 * MB }, { type: 'image/jpeg', bytes: 10 * MB }, { type: 'image/gif', bytes: 10 * MB }, { type: 'image/bmp', bytes: 10 * MB },
      { type: 'audio/amr', bytes: 2 * MB }, { type: 'audio/mpeg', bytes: 2 * MB }, { type: 'video/mp4', bytes: 10 * MB },
    ],
  },
  units: 1,
  // Tencent's table of customer-service messages: each line a quota of its own. A tap on a message of choices counts as a tap on the menu.
  replyWindow: {
    opens: [
      { by: ['message'], minutes: 48 * 60, messages: 5 },
      { by: ['CLICK', 'scancode_push', 'scancode_waitmsg'], minutes: 1, messages: 3 },
      { by: ['subscribe'], minutes: 1, messages: 3 },
      { by: ['SCAN'], minutes: 1, messages: 3 },
    ],
    endedBy: ['unsubscribe'],
  },
  rate: { perSecond: 20, burst: 40 },
  actions: [
    { name: 'read-menu', label: { 'zh-CN': '查看自定义菜单', en: 'Show the menu' } },
    { name: 'publish-menu', label: { 'zh-CN': '发布自定义菜单', en: 'Publish a menu' }, input: [{ name: 'json', label: { 'zh-CN': '菜单 JSON：{"button": [...]}', en: 'The menu as JSON: {"button": [...]}' } }] },
  ],
  sending: 'in-doubt',
  burstMs: 1_500,
};
