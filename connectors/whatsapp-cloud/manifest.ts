/** WhatsApp through Meta's Cloud API, as data: its settings form, what it carries, its limits. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

const MiB = 1024 * 1024;
const digits = z.string().trim().regex(/^\d{5,20}$/, 'is the number Meta shows, digits only');
const httpAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};

/** The settings of one WhatsApp number. */
export const Config = z.object({
  phoneNumberId: digits.meta({
    label: { 'zh-CN': '电话号码编号', en: 'Phone number ID' },
    help: { 'zh-CN': 'Meta 应用后台 → WhatsApp → API 设置。不是电话号码本身。', en: 'In the Meta app: WhatsApp, API Setup. Not the phone number itself.' },
  }),
  wabaId: digits.or(z.literal('')).default('').meta({
    label: { 'zh-CN': 'WhatsApp 商业账号编号', en: 'WhatsApp Business Account ID' },
    help: { 'zh-CN': '同步消息模板和检查订阅时需要。', en: 'Needed for message templates and to check the subscription.' },
  }),
  accessToken: z.string().trim().min(1).max(2_000).meta({
    secret: true,
    label: { 'zh-CN': '访问令牌', en: 'Access token' },
    help: { 'zh-CN': '请用系统用户的永久令牌：API 设置页上的临时令牌 24 小时后失效。', en: "Use a system user's permanent token: the temporary one of the API Setup page ends after 24 hours." },
  }),
  appSecret: z.string().trim().min(8).max(200).meta({
    secret: true,
    label: { 'zh-CN': '应用密钥', en: 'App secret' },
    help: { 'zh-CN': 'Meta 应用后台 → 应用设置 → 基本。用来验证回调签名。', en: 'In the Meta app: App settings, Basic. It proves that a call comes from Meta.' },
  }),
  verifyToken: z.string().min(8).max(200).meta({
    secret: true, generated: true,
    label: { 'zh-CN': '验证令牌', en: 'Verify token' },
    help: { 'zh-CN': '与回调地址一起填到 Meta 应用后台 → WhatsApp → 配置。', en: 'Goes with the webhook address into the Meta app: WhatsApp, Configuration.' },
  }),
  apiVersion: z.string().trim().regex(/^v\d{1,3}\.\d{1,2}$/, 'is a version such as v24.0').default('v24.0').meta({ label: { 'zh-CN': 'Graph API 版本', en: 'Graph API version' } }),
  apiBase: z.string().trim().max(500).refine(httpAddress, 'is an http or https address').default('https://graph.facebook.com').meta({ hidden: true, label: { 'zh-CN': '接口地址', en: 'API address' } }),
});
export type Config = z.infer<typeof Config>;

/** Meta's limits of message parts, in characters. */
export const lengths = { text: 4_096, caption: 1_024, body: 1_024, button: 20, row: 24, rowDescription: 72, choiceId: 200, footer: 60 };

const audio = 16 * MiB;
const document = 100 * MiB;
const word = 'application/vnd.openxmlformats-officedocument.';

/** One WhatsApp user gets 45 messages in a burst, and one every six seconds in the long run; more is answered 131056. */
export const pair = { burst: 45, everyMs: 6_000 };

/** What Meta takes, by type. A webp picture is sent as a sticker. */
export const media = [
  { type: 'image/jpeg', bytes: 5 * MiB }, { type: 'image/png', bytes: 5 * MiB }, { type: 'image/webp', bytes: 500 * 1024 },
  { type: 'video/mp4', bytes: 16 * MiB }, { type: 'video/3gp', bytes: 16 * MiB },
  ...['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg', 'audio/opus'].map((type) => ({ type, bytes: audio })),
  ...['text/plain', 'application/pdf', 'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint', `${word}wordprocessingml.document`, `${word}spreadsheetml.sheet`, `${word}presentationml.presentation`].map((type) => ({ type, bytes: document })),
];

/** One line of the list of channels. */
export const manifest: Manifest = {
  kind: 'whatsapp-cloud',
  label: { 'zh-CN': 'WhatsApp（官方 Cloud API）', en: 'WhatsApp (official Cloud API)' },
  icon: 'i-lucide-message-circle-more',
  official: true,
  config: Config,
  carries: { html: false, attachments: true, typing: true, receipts: true, quotes: true, reactions: true, groups: true, templates: true, voice: true },
  limits: { textLength: lengths.text, attachmentBytes: document, media },
  units: 1,
  replyWindow: { opens: [{ by: ['message'], minutes: 24 * 60 }] },
  rate: { perSecond: 80, burst: 80, threadSeconds: pair.everyMs / 1_000, threadBurst: pair.burst },
  actions: [{ name: 'subscribe', label: { 'zh-CN': '订阅回调', en: 'Subscribe' } }],
  sending: 'in-doubt',
  burstMs: 1_500,
};
