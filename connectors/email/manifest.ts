/** E-mail as data: any mailbox with IMAP and SMTP. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';

const label = (zh: string, en: string): { label: { 'zh-CN': string; en: string } } => ({ label: { 'zh-CN': zh, en } });
const Port = z.number().int().min(1).max(65_535);
function isPrivate(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '' && (url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname));
}
/** Codes and tokens go there: in the clear only within this machine. */
const SignInUrl = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000).refine(isPrivate, 'must begin with https://')]);
const Encryption = z.enum(['tls', 'starttls', 'none']);

/** What the settings form asks for. */
export const EmailConfig = z.object({
  address: z.email().meta(label('邮箱地址', 'Address')),
  displayName: z.string().max(100).default('').meta(label('发件人名称', 'Sender name')),
  imapHost: z.string().min(1).max(255).meta(label('IMAP 服务器', 'IMAP server')),
  imapPort: Port.default(993).meta({ advanced: true, ...label('IMAP 端口', 'IMAP port') }),
  imapTls: Encryption.default('tls').meta({ advanced: true, ...label('IMAP 加密', 'IMAP encryption') }),
  imapUser: z.string().min(1).max(255).meta(label('IMAP 用户名', 'IMAP user')),
  auth: z.enum(['password', 'oauth2']).default('password').meta(label('登录方式', 'Sign-in')),
  imapPassword: z.string().max(1_000).default('').meta({ secret: true, ...label('IMAP 密码或授权码', 'IMAP password or app password') }),
  smtpHost: z.string().min(1).max(255).meta(label('SMTP 服务器', 'SMTP server')),
  smtpPort: Port.default(465).meta({ advanced: true, ...label('SMTP 端口', 'SMTP port') }),
  smtpTls: Encryption.default('tls').meta({ advanced: true, ...label('SMTP 加密', 'SMTP encryption') }),
  smtpUser: z.string().max(255).default('').meta({ advanced: true, ...label('SMTP 用户名(留空则同 IMAP)', 'SMTP user (empty: as for IMAP)') }),
  smtpPassword: z.string().max(1_000).default('').meta({ advanced: true, secret: true, ...label('SMTP 密码(留空则同 IMAP)', 'SMTP password (empty: as for IMAP)') }),
  readSent: z.boolean().default(true).meta({ advanced: true, ...label('显示从其他邮件程序发出的邮件', 'Show what was sent from other mail programs') }),
  mailbox: z.string().min(1).max(255).default('INBOX').meta({ advanced: true, ...label('收件文件夹', 'Folder to read') }),
  /** Older or read mail was answered by people long ago. */
  startFrom: z.enum(['now', 'day', 'week', 'month']).default('day').meta({ advanced: true, ...label('首次连接时读取的未读邮件', 'Unread mail taken at the first start') }),
  sentMailbox: z.string().max(255).default('Sent').meta({ advanced: true, ...label('已发送文件夹(留空则不保存)', 'Sent folder (empty: keep no copy)') }),
  oauthProvider: z.enum(['google', 'microsoft', 'other']).default('other').meta(label('OAuth 服务商', 'OAuth provider')),
  oauthTenant: z.string().regex(/^[\w.-]{1,100}$/).default('common').meta({ advanced: true, ...label('微软租户（其他服务商忽略）', 'Microsoft tenant (ignored elsewhere)') }),
  oauthPageUrl: SignInUrl.default('').meta({ advanced: true, ...label('OAuth 授权页地址（Google、微软可留空）', 'OAuth authorization address (empty for Google and Microsoft)') }),
  oauthUrl: SignInUrl.default('').meta({ advanced: true, ...label('OAuth 令牌地址（Google、微软可留空）', 'OAuth token address (empty for Google and Microsoft)') }),
  clientId: z.string().max(500).default('').meta(label('OAuth 客户端 ID', 'OAuth client id')),
  clientSecret: z.string().max(2_000).default('').meta({ secret: true, ...label('OAuth 客户端密钥', 'OAuth client secret') }),
  refreshToken: z.string().max(10_000).default('').meta({ advanced: true, secret: true, ...label('OAuth 刷新令牌（可在渠道页面连接账号获得）', 'OAuth refresh token (made by connecting the account on the channel page)') }),
  oauthScope: z.string().max(2_000).default('').meta({ advanced: true, ...label('OAuth 权限范围（可留空）', 'OAuth scope (may be empty)') }),
  /** Where the server does not know plus addresses, the customer's answers would bounce: 'auto' uses them once a mail to one has arrived. */
  plusAddressing: z.enum(['auto', 'on', 'off']).default('auto').meta({ advanced: true, ...label('+ 号地址(回复地址带签名、退信可追溯)', 'Plus addresses (signed reply address, traceable bounces)') }),
  replyToAll: z.boolean().default(true).meta({ advanced: true, ...label('客服回复时抄送原邮件的其他收件人', 'Answers of people also go to the others named in the mail') }),
  readReceipts: z.boolean().default(false).meta({ advanced: true, ...label('请求已读回执', 'Ask for read receipts') }),
  signature: z.string().max(5_000).default('').meta(label('客服签名(可用 {{agent.name}}、{{channel.name}}、{{channel.address}})', 'Signature of people ({{agent.name}}, {{channel.name}}, {{channel.address}})')),
  /** IDLE of some servers (Dovecot) tells of a mail half a second late; asking costs the server a little. */
  lookMs: z.number().int().min(-1).max(60_000).default(-1).meta({ advanced: true, ...label('除推送外每隔多少毫秒再查一次(-1：仅在推送较慢且会话活跃时；0：从不)', 'Ask every so many ms beside IDLE (-1: where IDLE is late and a conversation is going on; 0: never)') }),
  allowSelfSigned: z.boolean().default(false).meta({ advanced: true, ...label('允许自签名证书', 'Allow a self-signed certificate') }),
  tokenSecret: z.string().min(16).max(200).meta({ secret: true, generated: true, ...label('签名密钥', 'Signing secret') }),
});
export type EmailConfig = z.infer<typeof EmailConfig>;

/** The e-mail channel. */
export const manifest: Manifest<typeof EmailConfig> = {
  kind: 'email',
  label: { 'zh-CN': '电子邮件', en: 'E-mail' },
  icon: 'i-lucide-mail',
  official: true,
  config: EmailConfig,
  carries: { html: true, attachments: true, typing: false, receipts: true, copies: true },
  limits: { textLength: 100_000, attachmentBytes: 25 * 1024 * 1024 },
  units: 1,
  sending: 'in-doubt',
  // A mail is a whole letter: nobody writes three of them in a row to make one question.
  burstMs: 0,
};
