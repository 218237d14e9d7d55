/** WeCom customer service (微信客服): people in WeChat write to a company without adding anybody as a friend. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

/** What one call may carry; the platform counts texts in bytes. */
export const limits = { textBytes: 2_048, fileBytes: 20 * 1024 * 1024, imageBytes: 10 * 1024 * 1024, videoBytes: 10 * 1024 * 1024, voiceBytes: 2 * 1024 * 1024, messages: 5 };

const defaultWelcome = '您好，请问有什么可以帮您？\nHello, how can we help you?';

function isBase(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** The settings of one WeCom customer service channel. */
export const Config = z.object({
  corpId: z.string().trim().regex(/^[\w-]{4,64}$/, 'is the id on the page My Company of the WeCom console, e.g. ww1234567890abcdef').meta({
    label: { 'zh-CN': '企业 ID', en: 'Corp ID' },
    help: { 'zh-CN': '企业微信管理后台「我的企业」最下方，以 ww 开头。', en: 'WeCom console, My Company, at the bottom; begins with ww.' },
  }),
  secret: z.string().trim().min(8, 'is the secret on the page WeChat Customer Service, API').max(200).meta({
    secret: true,
    label: { 'zh-CN': '微信客服 Secret', en: 'Customer service secret' },
    help: { 'zh-CN': '「应用管理 - 微信客服 - API」里的 Secret，或可调用接口的自建应用的 Secret。', en: 'The secret under App Management, WeChat Customer Service, API; or that of an app which may call it.' },
  }),
  token: z.string().trim().regex(/^[0-9A-Za-z]{1,32}$/, 'has 1 to 32 letters and digits').meta({ secret: true, generated: true, letters: 32, label: { 'zh-CN': '回调 Token', en: 'Callback token' } }),
  encodingAesKey: z.string().trim().regex(/^[0-9A-Za-z]{43}$/, 'has 43 letters and digits').meta({ secret: true, generated: true, letters: 43, label: { 'zh-CN': '回调 EncodingAESKey', en: 'Callback EncodingAESKey' } }),
  openKfId: z.string().trim().max(100).optional().meta({
    label: { 'zh-CN': '客服账号 ID', en: 'Customer service account' },
    help: { 'zh-CN': '以 wk 开头；留空则接入全部客服账号。', en: 'Begins with wk; empty: all accounts of the company.' },
  }),
  welcome: z.string().trim().max(600).default(defaultWelcome).meta({
    label: { 'zh-CN': '欢迎语', en: 'Welcome message' },
    help: { 'zh-CN': '客户进入会话时自动发送一次，建议中英文各写一行；留空则不发。', en: 'Sent once when a customer enters; best one line in each language. Empty: none.' },
  }),
  pollSeconds: z.coerce.number().int().min(5).max(3_600).default(60).meta({
    label: { 'zh-CN': '兜底拉取间隔（秒）', en: 'Seconds between checks' },
    help: { 'zh-CN': '回调丢失时，最迟这么久之后消息也会到达。', en: 'A message whose callback got lost arrives after that time at the latest.' },
  }),
  apiBase: z.string().trim().refine(isBase, 'is an http or https address').transform((text) => text.replace(/\/+$/, '')).default('https://qyapi.weixin.qq.com').meta({
    hidden: true, label: { 'zh-CN': '接口地址', en: 'API address' },
  }),
});
export type Config = z.infer<typeof Config>;

/** One line of the list of channels. */
export const manifest: Manifest = {
  kind: 'wecom',
  label: { 'zh-CN': '微信客服（企业微信）', en: 'WeChat customer service (WeCom)' },
  icon: 'i-lucide-headset',
  official: true,
  identity: 'wecom',
  config: Config,
  carries: { html: false, attachments: true, typing: false, receipts: false, recalls: true, voice: true },
  limits: { textLength: limits.textBytes, attachmentBytes: limits.fileBytes },
  units: 1,
  replyWindow: { opens: [{ by: ['message'], minutes: 48 * 60, messages: limits.messages }] },
  rate: { perSecond: 20, burst: 40 },
  actions: [
    {
      name: 'link', label: { 'zh-CN': '获取客服链接', en: 'Get a link for customers' },
      input: [
        { name: 'openKfId', label: { 'zh-CN': '客服账号 ID（可留空）', en: 'Account (may be empty)' } },
        { name: 'scene', label: { 'zh-CN': '场景值（可留空）', en: 'Scene (may be empty)' } },
      ],
    },
    { name: 'gap-seen', label: { 'zh-CN': '已知悉消息缺口', en: 'Gap has been seen to' } },
  ],
  sending: 'idempotent',
  burstMs: 1_500,
};
