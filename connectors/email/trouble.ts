/** What goes wrong between us and a mail server, in words that say what to do. Never repeats what the server was sent. */
import type { Words } from '../connector.ts';

/** The properties IMAP and SMTP errors may carry. */
export function facts(error: unknown): { code?: string; authenticationFailed: boolean; responseText?: string; responseCode?: number; command?: string; message: string } {
  if (!(error instanceof Error)) return { authenticationFailed: false, message: 'an error without words' };
  const property = (name: string): unknown => Object.getOwnPropertyDescriptor(error, name)?.value;
  const text = (name: string): string | undefined => {
    const value = property(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const responseCode = property('responseCode');
  return {
    code: text('code'), responseText: text('responseText'), command: text('command'), message: error.message,
    authenticationFailed: property('authenticationFailed') === true, ...(typeof responseCode === 'number' && { responseCode }),
  };
}

/** Signs of trouble, in codes and words of the libraries; the first that fits counts. */
const known: [RegExp, Words][] = [
  [/DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|self[- ]signed certificate/i, { 'zh-CN': '服务器使用自签名证书；如果是您自己的服务器，请在设置中允许自签名证书', en: 'the server has a self-signed certificate; allow it in the settings if the server is yours' }],
  [/ERR_TLS_CERT_ALTNAME_INVALID|altname|Hostname\/IP does not match/i, { 'zh-CN': '证书属于另一个名称；请填写服务商给出的服务器名称', en: 'the certificate is for another name; enter the server name as the provider gives it' }],
  [/CERT_HAS_EXPIRED|certificate has expired/i, { 'zh-CN': '服务器证书已过期；请联系其管理员', en: 'the certificate of the server has expired; tell whoever runs it' }],
  [/UNABLE_TO_(VERIFY|GET)|unable to (verify|get)/i, { 'zh-CN': '服务器证书由不受信任的机构签发；如果是您自己的服务器，请在设置中允许', en: 'nobody we trust vouches for the certificate of the server; allow it in the settings if the server is yours' }],
  [/WRONG_VERSION_NUMBER|wrong version number|EPROTO|PACKET_LENGTH|packet length too long|tls_(get|validate)_record|SSL routines|Greeting never received|Failed to receive greeting|ETLS|STARTTLS|GREETING_TIMEOUT|GreetingTimeout|Invalid greeting|Unexpected (greeting|response)/i, {
    'zh-CN': '加密方式与端口不符：993 和 465 用 TLS，143 和 587 用 STARTTLS；也可能连到了别的服务', en: 'encryption and port do not fit: 993 and 465 go with TLS, 143 and 587 with STARTTLS; or another service answers there',
  }],
  [/ECONNREFUSED/, { 'zh-CN': '服务器在此端口拒绝连接；请检查服务器名称和端口', en: 'the server refuses connections on this port; check name and port' }],
  [/ENOTFOUND|EAI_AGAIN|EDNS/, { 'zh-CN': '找不到此名称的服务器；请检查服务器名称', en: 'the name of the server is not known; check it' }],
  [/ETIMEDOUT|CONNECT_TIMEOUT|Connection timeout|EHOSTUNREACH|ENETUNREACH|Failed to connect/i, { 'zh-CN': '服务器没有应答；请检查名称、端口和防火墙', en: 'the server does not answer; check name, port and firewall' }],
];

/** Trouble with the line itself: name, port, encryption, certificate. */
export function lineTrouble(cause: unknown): Words | null {
  const { code = '', message } = facts(cause);
  return known.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1] ?? null;
}

const off = /not enabled|(imap|smtp|service|access|protocol)\b.{0,40}\b(disabled|not (open|enabled|allowed|permitted)|switched off|closed)|disabled for|未开启|未开通|已关闭|unsafe login/i;

/** A server that refuses the sign-in: the password, or the way. `said`: its own words. */
export function signInTrouble(protocol: 'IMAP' | 'SMTP', said: string): Words {
  const colon = said === '' ? ['', ''] : [`：${said}`, `: ${said}`];
  if (off.test(said)) return { 'zh-CN': `此邮箱没有开启 ${protocol}；请在邮箱的网页设置中开启${colon[0]}`, en: `${protocol} is switched off for this mailbox; switch it on in the mailbox's own settings${colon[1]}` };
  return { 'zh-CN': `邮件服务器不接受用户名或密码（QQ、网易、Gmail 等需要授权码）${colon[0]}`, en: `the mail server refuses the user name or password (QQ, NetEase, Gmail and others want an app password)${colon[1]}` };
}

/** A server that refuses a mail, where its words show what to change. */
export function refusalTrouble(said: string): Words | null {
  if (/relay|access denied|not permitted to (send|relay)|authentication required/i.test(said)) return { 'zh-CN': `发信服务器不为此账号转发邮件；请使用此邮箱自己的发信服务器和端口（465 或 587）：${said}`, en: `the outgoing server does not forward mail for this account; use the outgoing server and port of this mailbox (465 or 587): ${said}` };
  return null;
}
