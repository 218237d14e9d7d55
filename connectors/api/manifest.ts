/** Any other system as a channel: it posts messages in, and gets replies out by signed webhooks or by asking. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';
import { secretPattern } from './signature.ts';

/** The largest text and file in one call, either way. */
export const limits = { textLength: 100_000, attachmentBytes: 10 * 1024 * 1024 };

/** A whole call, base64 files included; larger ones are refused before they are read. */
export const bodyLimit = 16 * 1024 * 1024;

const secretRule = 'is whsec_ and the base64 of 24 to 64 random bytes';

function isReplyUrl(text: string): boolean {
  const url = URL.parse(text);
  return text === '' || (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '');
}

/** The settings of one API channel; only the secret is needed, and that we make. */
export const Config = z.object({
  replyUrl: z.string().trim().max(2000)
    .refine(isReplyUrl, 'is an https address without user name and password, e.g. https://crm.example.com/hubbub')
    .optional()
    .meta({
      label: { 'zh-CN': '回复地址', en: 'Reply address' },
      help: { 'zh-CN': '我们把每条回复签名后发到这里；留空则由对方系统自行读取。', en: 'Each reply is posted here, signed. Empty: the other system reads replies from our API.' },
    }),
  allowPrivateReplyUrl: z.boolean().default(false).meta({
    label: { 'zh-CN': '允许内网回复地址', en: 'Allow a private reply address' },
    help: { 'zh-CN': '回复地址在本机或内网时打开；此时也可用 http。', en: 'Turn on when the reply address is on this machine or network; plain http is then possible.' },
  }),
  events: z.boolean().default(false).meta({
    label: { 'zh-CN': '推送输入与状态', en: 'Send typing and status' },
    help: { 'zh-CN': '同时推送正在输入、已读和会话状态。', en: 'Also post typing, read marks and the state of the conversation.' },
  }),
  secret: z.string().regex(secretPattern, secretRule).meta({ secret: true, generated: true, label: { 'zh-CN': '签名密钥', en: 'Signing secret' } }),
  previousSecret: z.string().refine((text) => text === '' || secretPattern.test(text), secretRule).optional().meta({
    secret: true,
    label: { 'zh-CN': '旧签名密钥', en: 'Previous signing secret' },
    help: { 'zh-CN': '更换密钥期间仍被接受，换完后清空。', en: 'Still accepted while the other side changes over; empty it afterwards.' },
  }),
});
export type Config = z.infer<typeof Config>;

/** One line of the list of channels. */
export const manifest: Manifest = {
  kind: 'api',
  label: { 'zh-CN': 'API 接入', en: 'API' },
  icon: 'i-lucide-webhook',
  official: true,
  config: Config,
  carries: { html: true, attachments: true, typing: true, receipts: true },
  limits,
  units: 1,
  sending: 'idempotent',
  burstMs: 1_500,
};
