/** The SMTP side: one mail out, and what its failure means. */
import { Readable } from 'node:stream';
import { headerEnd } from './header.ts';
import type { Account, Credentials } from './account.ts';
import type { EmailConfig } from './manifest.ts';
import { ConnectorError } from '../connector.ts';
import type { Rendered } from './render.ts';
import { facts, lineTrouble, refusalTrouble, signInTrouble } from './trouble.ts';

const options = (config: EmailConfig, credentials: Credentials) => ({
  host: config.smtpHost, port: config.smtpPort, secure: config.smtpTls === 'tls', requireTLS: config.smtpTls === 'starttls', ignoreTLS: config.smtpTls === 'none',
  auth: 'accessToken' in credentials ? { type: 'OAuth2' as const, ...credentials } : credentials,
  tls: { rejectUnauthorized: !config.allowSelfSigned },
  name: config.address.slice(config.address.lastIndexOf('@') + 1),
  connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, logger: false as const, disableFileAccess: true, disableUrlAccess: true,
});

/** The bytes that go out, and into the Sent folder. */
export async function compose(mail: Rendered): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const raw = await new MailComposer(mail).compile().build();
  const end = headerEnd(raw);
  // Some programs do not find an id that was folded onto the next line.
  const header = raw.subarray(0, end).toString('latin1').replace(/^(message-id|in-reply-to|x-hubbub-id):\r\n[ \t]+(?=<[^<>\s]{1,400}>\r$)/gim, '$1: ');
  return Buffer.concat([Buffer.from(header, 'latin1'), raw.subarray(end)]);
}

/** Hands the mail to the server; resolves when it took responsibility, with the recipients it would not write to. */
export async function submit(account: Account, envelope: Rendered['envelope'], raw: Buffer): Promise<{ refused: string[] }> {
  try {
    return await attempt(account, envelope, raw);
  } catch (error) {
    // A token may end between two mails; nothing was handed over, so once more is safe.
    if (!(error instanceof ConnectorError) || error.kind !== 'signed-out' || !account.refused()) throw error;
    return await attempt(account, envelope, raw).catch((again: unknown) => { throw again instanceof ConnectorError ? account.explain(again) : again; });
  }
}

async function attempt(account: Account, envelope: Rendered['envelope'], raw: Buffer): Promise<{ refused: string[] }> {
  const credentials = await account.credentials('smtp');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(options(account.config, credentials));
  // Once the last byte left, only the server knows whether it took the mail.
  let handedOver = false;
  const bytes = Readable.from([raw]).once('end', () => { handedOver = true; });
  try {
    const { rejected } = await transport.sendMail({ envelope, raw: bytes });
    return { refused: rejected };
  } catch (cause) {
    throw smtpError(cause, handedOver);
  } finally {
    transport.close();
  }
}

/** Signs in and goes away again. A server that asks nobody to sign in lets us pass, unless it must. */
export async function verify(account: Account, mustSignIn = false): Promise<void> {
  const credentials = await account.credentials('smtp');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({ ...options(account.config, credentials), greetingTimeout: 10_000, forceAuth: mustSignIn });
  try {
    await transport.verify();
  } catch (cause) {
    throw account.explain(smtpError(cause, false));
  } finally {
    transport.close();
  }
}

/** The server minds the address the mail is returned to, not the mail; some say so only after the recipient or the whole mail. */
export const refusesReturnAddress = (error: unknown): boolean => error instanceof ConnectorError && error.kind === 'rejected'
  && (facts(error.cause).command === 'MAIL FROM' || /sender|send ?as|mail ?from|return.?path|not owned by|5\.7\.60/i.test(error.message));

/** The kinds of the contract, from reply codes first and the library's codes second. */
export function smtpError(cause: unknown, handedOver: boolean): ConnectorError {
  const { code, responseCode, command, message } = facts(cause);
  const said = oneSentence(message);
  const [zh, en] = [`：${said}`, `: ${said}`];
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2' || responseCode === 535 || responseCode === 530) return new ConnectorError('signed-out', signInTrouble('SMTP', said), { cause });
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return new ConnectorError('rate-limited', { 'zh-CN': `发信服务器要求稍后再试${zh}`, en: `the outgoing server says later${en}` }, { cause, retryAfterMs: 60_000 });
  if (responseCode !== undefined && responseCode >= 500 && command !== 'CONN') return new ConnectorError('rejected', refusalTrouble(said) ?? { 'zh-CN': `发信服务器拒收此邮件${zh}`, en: `the outgoing server refuses the mail${en}` }, { cause });
  if (code === 'EENVELOPE' || code === 'EMAXRECIPIENTS' || code === 'EFILEACCESS' || code === 'EURLACCESS') return new ConnectorError('rejected', { 'zh-CN': `邮件地址有误${zh}`, en: `the mail cannot be addressed${en}` }, { cause });
  if (handedOver) return new ConnectorError('in-doubt', { 'zh-CN': '发信服务器确认之前连接中断，邮件可能已发出', en: 'the connection broke before the outgoing server confirmed the mail' }, { cause });
  return new ConnectorError('unreachable', lineTrouble(cause) ?? { 'zh-CN': `无法连接发信服务器${zh}`, en: `the outgoing server cannot be reached${en}` }, { cause });
}

const oneSentence = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 300);
