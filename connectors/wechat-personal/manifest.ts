/** A personal WeChat account, through wechaty and a puppet service somebody runs. Unofficial. */
import { z } from 'zod';
import type { Manifest } from '../connector.ts';
import { limits } from './limits.ts';

const label = (zh: string, en: string): { label: { 'zh-CN': string; en: string } } => ({ label: { 'zh-CN': zh, en } });
const help = (zh: string, en: string): { help: { 'zh-CN': string; en: string } } => ({ help: { 'zh-CN': zh, en } });

/** host:port, [v6]:port: an address is always given, so that nobody looks for one at a third party's. */
const endpoint = /^(?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i;

/** What the settings form asks for. */
export const Config = z.object({
  endpoint: z.string().trim().max(255).regex(endpoint, 'is host:port, e.g. 10.0.0.5:8788').meta({
    ...label('Puppet Service 地址', 'Puppet service address'),
    ...help('非官方接入：微信可能限制或封禁账号，请勿用于重要账号；优先使用公众号或微信客服渠道。填写 主机:端口。', 'Unofficial: WeChat may limit or block the account; do not use one that matters. The official account or WeCom channel is the better way. host:port.'),
  }),
  token: z.string().trim().min(8).max(200).regex(/^[\x21-\x7e]+$/, 'is visible ASCII without spaces').meta({ secret: true, ...label('Puppet Service 令牌', 'Puppet service token') }),
  tls: z.boolean().default(true).meta({ ...label('使用 TLS', 'Use TLS'), ...help('仅在同机或内网时关闭。', 'Turn off only on the same machine or a private network.') }),
  caCert: z.string().trim().max(20_000).default('').meta({
    ...label('CA 证书（PEM）', 'CA certificate (PEM)'),
    ...help('留空则使用 wechaty 社区证书，其私钥是公开的：经过公网时请填写自己的证书。', 'Empty: the certificate of the wechaty community, whose private key is public. Give your own when the line crosses the internet.'),
  }),
  serverName: z.string().trim().max(255).default('').meta({ ...label('TLS 服务器名', 'TLS server name'), ...help('留空则取令牌前缀。', 'Empty: the prefix of the token.') }),
  identity: z.enum(['auto', 'remark', 'id']).default('auto').meta({
    ...label('识别客户', 'Recognise customers by'),
    ...help('auto：账号标识会变化时，在好友备注末尾写入短标记（如 #h3k9x）；remark：总是写入；id：从不改备注。', 'auto: where ids change at each login, a short token such as #h3k9x is written at the end of the remark; remark: always; id: remarks are never touched.'),
  }),
  rooms: z.boolean().default(true).meta({ ...label('接收群聊', 'Take group chats'), ...help('只有提到本账号的消息才会分配给客服。', 'Only messages that mention this account are routed.') }),
  officialAccounts: z.boolean().default(false).meta({ ...label('接收公众号消息', 'Take messages of official accounts') }),
  acceptFriends: z.boolean().default(false).meta({ ...label('自动通过好友请求', 'Accept friend requests') }),
  greeting: z.string().max(500).default('').meta({ ...label('通过后的问候语', 'Greeting after accepting') }),
});
export type Config = z.infer<typeof Config>;

/** The channel as data. */
export const manifest: Manifest<typeof Config> = {
  kind: 'wechat-personal',
  label: { 'zh-CN': '个人微信（非官方）', en: 'WeChat personal (unofficial)' },
  icon: 'i-lucide-message-circle-warning',
  official: false,
  config: Config,
  carries: { html: false, attachments: true, typing: false, receipts: false, quotes: false, recalls: true, groups: true, voice: false },
  limits,
  units: 1,
  // A person's pace: faster accounts are the ones that get limited.
  rate: { perSecond: 0.5, burst: 4, threadSeconds: 2 },
  actions: [
    { name: 'sign-out', label: { 'zh-CN': '退出登录', en: 'Sign out' } },
    { name: 'reset', label: { 'zh-CN': '重新连接', en: 'Connect again' } },
  ],
  sending: 'in-doubt',
  burstMs: 3_000,
};
