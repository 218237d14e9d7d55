/** Sign-in servers: where a person agrees, where codes and tokens are exchanged, and what is asked for. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import { bytesWithin } from '../wire/capped.ts';
import type { EmailConfig } from './manifest.ts';

/** `extra` goes into the address of the page where a person agrees. */
export type Provider = { pageUrl: string; tokenUrl: string; scope: string; extra: Record<string, string> };

/** What the settings say, or what is known of the provider. */
export function providerOf(config: EmailConfig): Provider {
  const known = knownProvider(config);
  return { pageUrl: config.oauthPageUrl || known.pageUrl, tokenUrl: config.oauthUrl || known.tokenUrl, scope: config.oauthScope || known.scope, extra: known.extra };
}

function knownProvider({ oauthProvider, oauthTenant }: EmailConfig): Provider {
  const microsoft = `https://login.microsoftonline.com/${oauthTenant}/oauth2/v2.0`;
  switch (oauthProvider) {
    // Without these two Google gives no refresh token, or only the first time.
    case 'google': return { pageUrl: 'https://accounts.google.com/o/oauth2/v2/auth', tokenUrl: 'https://oauth2.googleapis.com/token', scope: 'https://mail.google.com/', extra: { access_type: 'offline', prompt: 'consent' } };
    case 'microsoft': return { pageUrl: `${microsoft}/authorize`, tokenUrl: `${microsoft}/token`, scope: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access', extra: { prompt: 'select_account' } };
    default: return { pageUrl: '', tokenUrl: '', scope: '', extra: {} };
  }
}

const Granted = z.object({ access_token: z.string().min(1).max(20_000), expires_in: z.coerce.number().positive().catch(3_600), refresh_token: z.string().min(1).max(20_000).optional().catch(undefined) });
const Refused = z.object({ error: z.string().catch(''), error_description: z.string().catch('') }).catch({ error: '', error_description: '' });
const patienceMs = 20_000;

/** Asks the token address; a refusal is 'signed-out' in words that say what to do. */
export async function askForToken(config: EmailConfig, grant: Record<string, string>): Promise<z.infer<typeof Granted>> {
  const form = new URLSearchParams({ ...grant, client_id: config.clientId, ...(config.clientSecret && { client_secret: config.clientSecret }) });
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(providerOf(config).tokenUrl, { method: 'POST', body: form, headers: { accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
    answer = JSON.parse(await textOf(response) || 'null');
  } catch (cause) {
    throw new ConnectorError('unreachable', { 'zh-CN': '无法连接登录服务器（OAuth），或它的回答无法识别。', en: 'the sign-in server (OAuth) cannot be reached, or does not answer in its language' }, { cause });
  }
  if (response.status === 429 || response.status >= 500) throw new ConnectorError('unreachable', { 'zh-CN': `登录服务器（OAuth）暂时无法应答：${response.status}`, en: `the sign-in server (OAuth) is not able to answer now: ${response.status}` });
  const { error, error_description: said } = Refused.parse(answer);
  if (!response.ok || error !== '') {
    const why = [error, said.replace(/\s+/g, ' ').slice(0, 200)].filter((part) => part !== '').join(': ') || String(response.status);
    throw new ConnectorError('signed-out', { 'zh-CN': `请重新连接邮箱：登录服务器不再接受所给的授权（${why}）`, en: `reconnect the mailbox: the sign-in server no longer accepts the permission it gave (${why})` });
  }
  const granted = Granted.safeParse(answer);
  if (!granted.success) throw new ConnectorError('unreachable', { 'zh-CN': '登录服务器（OAuth）的回答中没有访问令牌。', en: 'the sign-in server (OAuth) answered without an access token' });
  return granted.data;
}

/** Tokens are short; whoever sends more is no sign-in server. */
const mostBytes = 100_000;

async function textOf(response: Response): Promise<string> {
  const bytes = await bytesWithin(response.body, mostBytes);
  if (!bytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
  return bytes.toString();
}
