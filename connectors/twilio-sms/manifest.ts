/** SMS, MMS and WhatsApp by Twilio as data. README.md says how an account is set up. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

const mega = 1024 * 1024;

/** Where Twilio is; only a simulator is anywhere else. */
export const twilioBase = 'https://api.twilio.com';

/** What the settings form asks for. At least one sender is needed: a service or a number. */
export const Config = z.object({
  accountSid: z.string().trim().regex(/^AC[0-9a-fA-F]{32}$/, 'is AC and 32 hex digits').meta({
    label: { 'zh-CN': 'Account SID', en: 'Account SID' },
    help: { 'zh-CN': 'Twilio 控制台首页，以 AC 开头。', en: 'On the first page of the Twilio console; begins with AC.' },
  }),
  authToken: z.string().trim().min(8).max(200).meta({
    secret: true,
    label: { 'zh-CN': 'Auth Token', en: 'Auth token' },
    help: { 'zh-CN': '主令牌：既用于发送，也用于校验 Twilio 的签名。', en: 'The primary token: it sends, and it checks Twilio\'s signatures.' },
  }),
  messagingServiceSid: z.string().trim().regex(/^(|MG[0-9a-fA-F]{32})$/, 'is MG and 32 hex digits').default('').meta({
    label: { 'zh-CN': 'Messaging Service SID', en: 'Messaging service SID' },
    help: { 'zh-CN': '填写后优先于号码：由 Twilio 选择发送号码。', en: 'Preferred over a number when given: Twilio chooses the sender.' },
  }),
  from: z.string().trim().regex(/^(|\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 ]{1,11})$/, 'is a number like +14155550100, a short code, or a sender name of 11 letters').default('').meta({
    label: { 'zh-CN': '短信号码', en: 'SMS number' },
    help: { 'zh-CN': '例如 +14155550100。', en: 'For example +14155550100.' },
  }),
  whatsappFrom: z.string().trim().regex(/^(|(whatsapp:)?\+[1-9]\d{6,14})$/, 'is a number like +14155550100').default('').meta({
    label: { 'zh-CN': 'WhatsApp 号码', en: 'WhatsApp number' },
    help: { 'zh-CN': '在 Twilio 注册的 WhatsApp 发送号码；留空则用 Messaging Service。', en: 'A WhatsApp sender of your Twilio account; empty: the messaging service.' },
  }),
  mms: z.boolean().default(false).meta({
    label: { 'zh-CN': '用彩信发送文件', en: 'Send files as MMS' },
    help: { 'zh-CN': '仅美国、加拿大、澳大利亚的号码支持；关闭时文件以链接发送。WhatsApp 不受影响。', en: 'Only numbers of the US, Canada and Australia can; when off, files go as links. WhatsApp is not concerned.' },
  }),
  apiBase: z.url({ protocol: /^https?$/ }).default(twilioBase).meta({ hidden: true, label: { 'zh-CN': 'Twilio 地址', en: 'Address of Twilio' } }),
});
export type Config = z.infer<typeof Config>;

/** SMS allows so many characters in one call; so does WhatsApp by Twilio. */
export const textLength = 1_600;

export const manifest: Manifest<typeof Config> = {
  kind: 'twilio-sms',
  label: { 'zh-CN': '短信与 WhatsApp (Twilio)', en: 'SMS and WhatsApp (Twilio)' },
  icon: 'i-lucide-message-square-text',
  official: true,
  identity: 'phone',
  config: Config,
  carries: { html: false, attachments: true, typing: false, receipts: true, templates: true },
  limits: {
    textLength, attachmentBytes: 16 * mega, segments: { addresses: '+' },
    media: [
      { type: 'image/jpeg', bytes: 5 * mega }, { type: 'image/png', bytes: 5 * mega }, { type: 'image/gif', bytes: 5 * mega },
      { type: 'audio/mpeg', bytes: 16 * mega }, { type: 'audio/ogg', bytes: 16 * mega }, { type: 'audio/amr', bytes: 16 * mega }, { type: 'audio/mp4', bytes: 16 * mega },
      { type: 'video/mp4', bytes: 16 * mega }, { type: 'application/pdf', bytes: 16 * mega }, { type: 'text/vcard', bytes: 1 * mega },
    ],
  },
  units: 1,
  replyWindow: { addresses: 'whatsapp:', opens: [{ by: ['message'], minutes: 24 * 60 }] },
  rate: { perSecond: 20, burst: 40 },
  actions: [{ name: 'set-webhook', label: { 'zh-CN': '让号码指向这里', en: 'Point the number at us' } }],
  sending: 'in-doubt',
  burstMs: 2_500,
};
