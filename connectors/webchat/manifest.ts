/** Web chat as data: its settings form, what it carries, its limits. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

/** Longest text and largest file a visitor may send; the widget is told and refuses earlier. */
export const limits = { textLength: 4_000, attachmentBytes: 20 * 1024 * 1024, attachments: 10 };

const domain = z.string().trim().toLowerCase()
  .regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/, 'is a host name such as shop.example or *.shop.example, without https:// and path');

/** The settings of one web-chat channel; every field has a default, so a new channel works at once. */
export const Config = z.object({
  titleZh: z.string().trim().min(1).max(60).default('在线客服').meta({ label: { 'zh-CN': '标题（中文）', en: 'Title (Chinese)' } }),
  titleEn: z.string().trim().min(1).max(60).default('Chat with us').meta({ label: { 'zh-CN': '标题（英文）', en: 'Title (English)' } }),
  greetingZh: z.string().max(500).default('您好！有什么可以帮您？').meta({ label: { 'zh-CN': '欢迎语（中文）', en: 'Greeting (Chinese)' } }),
  greetingEn: z.string().max(500).default('Hello! How can we help?').meta({ label: { 'zh-CN': '欢迎语（英文）', en: 'Greeting (English)' } }),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is a colour such as #1d4ed8').default('#1d4ed8').meta({ label: { 'zh-CN': '主色', en: 'Colour' } }),
  position: z.enum(['right', 'left']).default('right').meta({ label: { 'zh-CN': '按钮位置', en: 'Position of the button' } }),
  preChat: z.enum(['off', 'name', 'email', 'name-and-email']).default('off').meta({
    label: { 'zh-CN': '对话前询问', en: 'Ask before the chat' },
  }),
  allowedDomains: z.array(domain).max(50).default([]).meta({
    label: { 'zh-CN': '允许嵌入的网站', en: 'Sites that may embed it' },
    help: { 'zh-CN': '留空表示任何网站，例如 shop.example 或 *.shop.example', en: 'Empty: any site. For example shop.example or *.shop.example' },
  }),
  identitySecret: z.string().regex(/^(.{16,200})?$/, 'has 16 to 200 characters').optional().meta({
    secret: true,
    label: { 'zh-CN': '身份验证密钥', en: 'Identity secret' },
    help: {
      'zh-CN': '您的服务器用它证明当前登录的用户：HMAC-SHA256，或 HS256 签名的 JWT。验证通过的用户在任何设备上都能看到自己的对话，已签名的手机号和邮箱会与其他渠道自动关联',
      en: 'Your server proves with it who is signed in: HMAC-SHA256, or a JWT signed with HS256. Proven users find their conversation on every device, and signed phones and e-mails link them to other channels',
    },
  }),
  requireProof: z.boolean().default(false).meta({
    label: { 'zh-CN': '仅限已验证的用户', en: 'Only verified users' },
    help: { 'zh-CN': '未登录网站或未通过验证的访客不能发起对话', en: 'Visitors whom your site has not signed in, or cannot prove, may not chat' },
  }),
  tokenSecret: z.string().min(16).meta({ secret: true, generated: true, label: { 'zh-CN': '访客令牌密钥', en: 'Visitor token secret' } }),
});
export type Config = z.infer<typeof Config>;

/** One line of the list of channels. */
export const manifest: Manifest = {
  kind: 'webchat',
  label: { 'zh-CN': '网页聊天', en: 'Web chat' },
  icon: 'i-lucide-message-circle',
  official: true,
  config: Config,
  carries: { html: false, attachments: true, typing: true, receipts: true },
  limits: { textLength: limits.textLength, attachmentBytes: limits.attachmentBytes },
  units: 1,
  sending: 'idempotent',
  burstMs: 1_200,
};

/** What a stranger's browser may know of the settings; the gateway sends it with `welcome`. */
export function publicConfig(config: unknown): object {
  const { titleZh, titleEn, greetingZh, greetingEn, color, position, preChat } = Config.parse(config);
  return {
    title: { 'zh-CN': titleZh, en: titleEn },
    greeting: { 'zh-CN': greetingZh, en: greetingEn },
    color, position, limits,
    preChat: { name: preChat.includes('name'), email: preChat.includes('email') },
  };
}

/** The CSP source list for the page the widget lives in: `frame-ancestors ${frameAncestors(config)}`. */
export function frameAncestors(config: unknown): string {
  const { allowedDomains } = Config.parse(config);
  return allowedDomains.length === 0 ? '*' : ["'self'", ...allowedDomains].join(' ');
}
