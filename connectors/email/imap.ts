/** The IMAP side: connections, the Sent folder, and errors in words. Nothing here decides when. */
import type { ImapFlow } from 'imapflow';
import { ConnectorError } from '../connector.ts';
import type { Account } from './account.ts';
import type { EmailConfig } from './manifest.ts';
import { facts, lineTrouble, signInTrouble } from './trouble.ts';

/** How long the server may stay silent. The poll keeps a living connection busier than this. */
const socketTimeout = 90_000;

/** A fresh, unconnected client; each is good for one connection. */
export async function newClient(account: Account): Promise<ImapFlow> {
  const { config } = account;
  const auth = await account.credentials('imap');
  const { ImapFlow: Client } = await import('imapflow');
  const client = new Client({
    host: config.imapHost, port: config.imapPort, secure: config.imapTls === 'tls', doSTARTTLS: config.imapTls === 'starttls',
    auth, tls: { rejectUnauthorized: !config.allowSelfSigned }, logger: false,
    // The default waits 15 s before it listens: new mail would be heard that much later. Longer than between two looks, which then cost one command each.
    autoIdleDelay: 120,
    maxIdleTime: 4 * 60_000, connectionTimeout: 20_000, greetingTimeout: 10_000, socketTimeout,
    maxLiteralSize: 100 * 1024 * 1024, maxResponseSize: 200 * 1024 * 1024,
  });
  // Without a listener a broken connection would end the process; the session hears of it by 'close'.
  client.on('error', () => undefined);
  return client;
}

/** Runs once on a connection of its own. */
export async function withClient<T>(account: Account, run: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = await newClient(account);
  try {
    await client.connect();
    return await run(client);
  } catch (cause) {
    const error = imapError(cause);
    if (error.kind === 'signed-out') account.refused();
    throw account.explain(error);
  } finally {
    client.close();
  }
}

/** What mail programs and providers call the folder when the server does not mark it. */
const sentNames = /^(?:.*[/.])?(sent|sent items|sent messages|sent mail|已发送|已发送邮件|已傳送郵件|寄件備份|寄件備存|发件箱|已发邮件|gesendet|éléments envoyés)$/i;

/** The folder for what we sent: the one named, the one the server calls Sent, or one of that name. Null: there is none. */
export async function findSentFolder(client: ImapFlow, wanted: string): Promise<string | null> {
  const folders = (await client.list()).filter((folder) => !folder.flags.has('\\Noselect') && !folder.flags.has('\\NonExistent'));
  const found = folders.find((folder) => folder.path === wanted && wanted !== 'Sent') ?? folders.find((folder) => folder.specialUse === '\\Sent' && folder.specialUseSource !== 'name')
    ?? folders.find((folder) => folder.path === wanted) ?? folders.find((folder) => sentNames.test(folder.path)) ?? folders.find((folder) => folder.specialUse === '\\Sent');
  return found?.path ?? null;
}

/** As above, made where it is missing. Null: keep no copies. */
export async function sentFolder(client: ImapFlow, config: EmailConfig): Promise<string | null> {
  if (config.sentMailbox === '') return null;
  return await findSentFolder(client, config.sentMailbox) ?? (await client.mailboxCreate(config.sentMailbox)).path;
}

/** Is a mail with this Message-ID among what we sent? Null: there is no folder to look in. */
export async function wasSent(client: ImapFlow, config: EmailConfig, messageId: string): Promise<boolean | null> {
  const folder = await sentFolder(client, config);
  if (folder === null) return null;
  const lock = await client.getMailboxLock(folder, { readOnly: true });
  try {
    const found = await client.search({ header: { 'message-id': messageId } }, { uid: true });
    return Array.isArray(found) && found.length > 0;
  } finally {
    lock.release();
  }
}

/** Says what to do; never repeats what the server was sent. */
export function imapError(cause: unknown): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  const { code, authenticationFailed, responseText, message } = facts(cause);
  if (authenticationFailed) return new ConnectorError('signed-out', signInTrouble('IMAP', responseText ?? ''), { cause });
  if (code === 'ETHROTTLE') return new ConnectorError('rate-limited', { 'zh-CN': '邮件服务器要求放慢速度', en: 'the mail server asks us to slow down' }, { cause });
  const said = responseText ?? code ?? message;
  return new ConnectorError('unreachable', lineTrouble(cause) ?? { 'zh-CN': `无法使用邮件服务器：${said}`, en: `the mail server cannot be used: ${said}` }, { cause });
}

/** There is no connection at the moment. */
export const noConnection = (): ConnectorError => new ConnectorError('unreachable', { 'zh-CN': '目前没有与邮件服务器的连接', en: 'there is no connection to the mail server at the moment' });
