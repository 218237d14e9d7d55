/** The SMTP side: one mail out, and what its failure means. */
import { Readable } from 'node:stream';
import type { EmailConfig } from './manifest.ts';
import { ConnectorError } from '../connector.ts';
import { facts } from './imap.ts';
import type { Rendered } from './render.ts';

const options = (config: EmailConfig) => ({
  host: config.smtpHost, port: config.smtpPort, secure: config.smtpTls === 'tls', requireTLS: config.smtpTls === 'starttls', ignoreTLS: config.smtpTls === 'none',
  auth: { user: config.smtpUser || config.imapUser, pass: config.smtpPassword || config.imapPassword },
  tls: { rejectUnauthorized: !config.allowSelfSigned },
  name: config.address.slice(config.address.lastIndexOf('@') + 1),
  connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, logger: false as const, disableFileAccess: true, disableUrlAccess: true,
});

/** The bytes that go out, and into the Sent folder. */
export async function compose(mail: Rendered): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return await new MailComposer(mail).compile().build();
}

/** Hands the mail to the server; resolves when it took responsibility. */
export async function submit(config: EmailConfig, envelope: Rendered['envelope'], raw: Buffer): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(options(config));
  // Once the last byte left, only the server knows whether it took the mail.
  let handedOver = false;
  const bytes = Readable.from([raw]).once('end', () => { handedOver = true; });
  try {
    await transport.sendMail({ envelope, raw: bytes });
  } catch (cause) {
    throw smtpError(cause, handedOver);
  } finally {
    transport.close();
  }
}

/** Signs in and goes away again. */
export async function verify(config: EmailConfig): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(options(config));
  try {
    await transport.verify();
  } catch (cause) {
    throw smtpError(cause, false);
  } finally {
    transport.close();
  }
}

/** The kinds of the contract, from reply codes first and the library's codes second. */
export function smtpError(cause: unknown, handedOver: boolean): ConnectorError {
  const { code, responseCode, command, message } = facts(cause);
  const said = oneSentence(message);
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2' || responseCode === 535 || responseCode === 530) return new ConnectorError('signed-out', `the outgoing server refuses the user name or password: ${said}`, { cause });
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return new ConnectorError('rate-limited', `the outgoing server says later: ${said}`, { cause, retryAfterMs: 60_000 });
  if (responseCode !== undefined && responseCode >= 500 && command !== 'CONN') return new ConnectorError('rejected', `the outgoing server refuses the mail: ${said}`, { cause });
  if (code === 'EENVELOPE' || code === 'EMAXRECIPIENTS' || code === 'EFILEACCESS' || code === 'EURLACCESS') return new ConnectorError('rejected', `the mail cannot be addressed: ${said}`, { cause });
  if (handedOver) return new ConnectorError('in-doubt', 'the connection broke before the outgoing server confirmed the mail', { cause });
  return new ConnectorError('unreachable', `the outgoing server cannot be reached: ${said}`, { cause });
}

const oneSentence = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 300);
