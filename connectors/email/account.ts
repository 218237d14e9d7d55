/** How we sign in: with a password, or with a token that is renewed. */
import { ConnectorError } from '../connector.ts';
import type { EmailConfig } from './manifest.ts';
import { providerOf } from './oauth-provider.ts';
import { tokensOf, type TokenMemory } from './oauth.ts';

/** What a server is shown. */
export type Credentials = { user: string; pass: string } | { user: string; accessToken: string };

/** A mailbox and the way into it. */
export type Account = {
  config: EmailConfig;
  credentials(server: 'imap' | 'smtp'): Promise<Credentials>;
  /** A server refused the sign-in. True: with a fresh token it is worth one more try. */
  refused(): boolean;
  /** The error in words that say what to do. */
  explain(error: ConnectorError): ConnectorError;
  attach(memory: TokenMemory): void;
};

/** The account a configuration describes; says what is missing. */
export function accountOf(config: EmailConfig): Account {
  const smtpUser = config.smtpUser || config.imapUser;
  if (config.auth === 'password') {
    if (config.imapPassword === '') throw new ConnectorError('signed-out', { 'zh-CN': '设置中缺少邮箱密码。', en: 'the password of the mailbox is missing in the settings' });
    return {
      config,
      credentials: async (server) => (server === 'imap' ? { user: config.imapUser, pass: config.imapPassword } : { user: smtpUser, pass: config.smtpPassword || config.imapPassword }),
      refused: () => false, explain: (error) => error, attach: () => undefined,
    };
  }
  const missing = [...(providerOf(config).tokenUrl === '' ? ['oauthUrl'] : []), ...(config.clientId === '' ? ['clientId'] : [])];
  if (missing.length > 0) throw new ConnectorError('signed-out', { 'zh-CN': `请重新连接邮箱：设置中缺少 ${missing.join('、')}`, en: `reconnect the mailbox: OAuth needs ${missing.join(', ')} in the settings` });
  if (config.refreshToken === '') throw new ConnectorError('signed-out', { 'zh-CN': '请重新连接邮箱：还没有人同意授权，请在渠道页面连接账号。', en: 'reconnect the mailbox: nobody has agreed yet; connect the account on the channel page' });
  const tokens = tokensOf(config);
  return {
    config,
    credentials: async (server) => ({ user: server === 'imap' ? config.imapUser : smtpUser, accessToken: await tokens.get() }),
    refused() {
      tokens.refused();
      return true;
    },
    explain: (error) => (error.kind !== 'signed-out' || error.message.startsWith('reconnect') ? error
      : new ConnectorError('signed-out', {
        'zh-CN': `请重新连接邮箱：邮件服务器拒绝 OAuth 登录（授权的账号是 ${config.imapUser} 吗？该账号允许 IMAP 和 SMTP 吗？）`,
        en: `reconnect the mailbox: the mail server refuses the sign-in by OAuth (was it the account ${config.imapUser} that agreed, and are IMAP and SMTP allowed for it?)`,
      }, { cause: error })),
    attach: (memory) => tokens.attach(memory),
  };
}
