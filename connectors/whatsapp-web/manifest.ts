/** WhatsApp Web as a channel: a linked device in a browser of ours. Unofficial. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

const MB = 1024 * 1024;

/** The settings of one linked number. */
export const Config = z.object({
  riskAccepted: z.boolean().refine((yes) => yes, 'turn it on to say that you know the risk').meta({
    label: { 'zh-CN': '我了解风险', en: 'I know the risk' },
    help: { 'zh-CN': '非官方渠道，号码可能被封。正式使用请选择 WhatsApp Cloud API。', en: 'Unofficial, the number may be blocked. For serious use take the WhatsApp Cloud API.' },
  }),
  browserPath: z.string().trim().max(500).optional().meta({
    label: { 'zh-CN': 'Chromium 路径', en: 'Path of Chromium' },
    help: { 'zh-CN': '留空则自动查找，例如 /usr/bin/chromium。', en: 'Empty: it is looked for, e.g. /usr/bin/chromium.' },
  }),
  takeOver: z.boolean().default(true).meta({
    label: { 'zh-CN': '冲突时接管', en: 'Take over on conflict' },
    help: { 'zh-CN': '同一登录在别处打开时自动接管；关闭则停止并提示。', en: 'When this session is opened elsewhere, take it back; off: stop and say so.' },
  }),
  groups: z.boolean().default(true).meta({
    label: { 'zh-CN': '接收群聊', en: 'Receive groups' },
    help: { 'zh-CN': '群聊成为一个会话，只有提到我们时才分配给客服。', en: 'A group is one conversation; somebody is called only when we are mentioned.' },
  }),
  warmUpDays: z.number().int().min(0).max(60).default(7).meta({
    label: { 'zh-CN': '预热天数', en: 'Warm-up days' },
    help: { 'zh-CN': '新登录的号码在这些天内每天只能主动开启少量新聊天。', en: 'For so many days a newly linked number opens only a few new chats a day.' },
  }),
  sessionKey: z.string().min(16, 'has at least 16 characters').meta({ secret: true, generated: true, label: { 'zh-CN': '登录数据密钥', en: 'Session key' } }),
});
export type Config = z.infer<typeof Config>;

/** One line of the list of channels. */
export const manifest: Manifest = {
  kind: 'whatsapp-web',
  label: { 'zh-CN': 'WhatsApp 网页版（非官方）', en: 'WhatsApp Web (unofficial)' },
  icon: 'i-lucide-smartphone',
  official: false,
  identity: 'whatsapp',
  config: Config,
  carries: { html: false, attachments: true, typing: true, receipts: true, quotes: true, reactions: true, edits: true, recalls: true, groups: true, voice: true },
  limits: { textLength: 65_536, attachmentBytes: 64 * MB, media: [{ type: 'image/', bytes: 16 * MB }, { type: 'audio/', bytes: 16 * MB }, { type: '', bytes: 64 * MB }] },
  units: 1,
  rate: { perSecond: 0.3, burst: 4, threadSeconds: 2 },
  actions: [
    { name: 'pairing-code', label: { 'zh-CN': '用配对码登录', en: 'Link with a code' }, input: [{ name: 'phone', label: { 'zh-CN': '手机号（含国家代码）', en: 'Phone number with country code' } }] },
    { name: 'restart', label: { 'zh-CN': '重新启动', en: 'Restart' } },
    { name: 'sign-out', label: { 'zh-CN': '退出登录', en: 'Sign out' } },
  ],
  sending: 'in-doubt',
  burstMs: 3_000,
};
