/** Outbound to a mail, as data: what e-mail cannot carry becomes text, and nothing a person types becomes a header. */
import { ConnectorError, type Outbound } from '../connector.ts';
import { oneLine } from './charset.ts';
import { cleanHtml, htmlOfText } from './html.ts';
import type { EmailConfig } from './manifest.ts';
import { bounceAddress, isOurAddress, isOurMessageId, messageIds, ourMessageId, replyAddress } from './threading.ts';

/** A file with its bytes. */
export type LoadedFile = { name: string; type: string; bytes: Uint8Array; cid?: string };

type Box = { name: string; address: string };

/** A mail in the shape the composer takes. */
export type Rendered = {
  from: Box;
  to: Box;
  cc?: Box[];
  replyTo?: Box;
  subject: string;
  messageId: string;
  inReplyTo?: string;
  references?: string[];
  text: string;
  html: string;
  headers: Record<string, string>;
  attachments: { filename: string; contentType: string; content: Buffer; cid?: string; contentDisposition?: 'inline' | 'attachment' }[];
  envelope: { from: string; to: string[] };
  disableFileAccess: true;
  disableUrlAccess: true;
};

const answered = /^\s*(re|aw|sv|antw|回复|回覆|答复|答覆)\s*([[(]\d+[\])])?\s*[:：]/i;

/** One plain address: no list, no group, no comment, no second domain. */
const Plain = /^[^\s\p{Cc}<>()[\]\\,;:"@]{1,64}@[^\s\p{Cc}<>()[\]\\,;:"@]{1,255}$/u;

/** What is known beside the message: whether plus addresses arrive, who else is named in the mail that is answered, and how often hubs have answered. */
export type Circumstances = { plus: boolean; returnable: boolean; others: string[]; rounds: number };

/** Of each kind; the hub allows as many. */
const mostCopies = 20;

const alone: Circumstances = { plus: false, returnable: false, others: [], rounds: 0 };

/** Builds the mail. The same key and thread give the same Message-ID. */
export function renderMail(message: Outbound, config: EmailConfig, files: LoadedFile[], { plus, returnable, others, rounds }: Circumstances = alone): Rendered {
  if (!Plain.test(message.to)) throw new ConnectorError('rejected', { 'zh-CN': '客户没有有效的邮箱地址。', en: 'the customer has no valid mail address' });
  const history = message.history.flatMap((id) => messageIds(id));
  const text = textOf(message);
  const name = speakerName(message, config);
  const person = message.speaker.kind === 'agent';
  const messageId = ourMessageId(config.tokenSecret, message.key, config.address, message.thread);
  const { cc, bcc } = copiesOf(message, config, others);
  const signed = person ? signatureOf(message, config) : '';
  const reply = plus ? replyAddress(config.tokenSecret, message.thread, config.address) : null;
  const inReplyTo = history.findLast((id) => !isOurMessageId(config.tokenSecret, id)) ?? history.at(-1);
  return {
    from: { name, address: config.address },
    to: { name: '', address: message.to },
    ...(cc.length > 0 && { cc: cc.map((address) => ({ name: '', address })) }),
    ...(reply && { replyTo: { name, address: reply } }),
    subject: subjectOf(message),
    messageId,
    ...(inReplyTo && { inReplyTo }),
    ...(history.length > 0 && { references: history.length > 200 ? [...history.slice(0, 1), ...history.slice(-199)] : history }),
    text: signed === '' ? text : `${text}\n\n-- \n${signed}`,
    html: (message.content.html ? cleanHtml(message.content.html) + htmlOfText(extras(message)) : htmlOfText(text)) + (signed === '' ? '' : `\n<div data-signature="">-- <br>${htmlOfText(signed)}</div>`),
    headers: {
      'X-Hubbub-Id': messageId, 'X-Hubbub-Rounds': String(Math.min(rounds, 1_000) + 1),
      // RFC 3834: whoever answers automatically must see that no person wrote this.
      ...(person ? config.readReceipts && { 'Disposition-Notification-To': reply ?? config.address } : { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' }),
    },
    attachments: files.map((file) => ({
      filename: oneLine(file.name).replace(/[/\\]/g, '_') || 'file', contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream', content: Buffer.from(file.bytes),
      ...(file.cid && { cid: oneLine(file.cid).replace(/[<>\s]/g, ''), contentDisposition: 'inline' as const }),
    })),
    // Only these addresses are written to, whatever the headers say.
    envelope: { from: (returnable ? bounceAddress(config.tokenSecret, messageId, config.address) : null) ?? config.address, to: [message.to, ...cc, ...bcc] },
    // Nothing in a message may make the composer read a file or a page.
    disableFileAccess: true, disableUrlAccess: true,
  };
}

/** Whom an agent chose; otherwise, if the settings want it, those named in the customer's last mail. Machines answer the one who asked and nobody else. */
function copiesOf({ speaker, to, content }: Outbound, { replyToAll, address }: EmailConfig, others: string[]): { cc: string[]; bcc: string[] } {
  if (speaker.kind !== 'agent') return { cc: [], bcc: [] };
  const chosen = content.email;
  const named = new Set([to.toLowerCase()]);
  // A mail to ourselves would come back as a customer's.
  const once = (list: string[]): string[] => list.filter((one) => !isOurAddress(one, address) && !named.has(one.toLowerCase()) && named.add(one.toLowerCase())).slice(0, mostCopies);
  if (!chosen) return { cc: replyToAll ? once(others.filter((one) => Plain.test(one))) : [], bcc: [] };
  const wrong = [...chosen.cc, ...chosen.bcc ?? []].filter((one) => !Plain.test(one));
  if (wrong.length > 0) throw new ConnectorError('rejected', { 'zh-CN': `抄送地址无效：${wrong.map(oneLine).join('、')}`, en: `not a valid mail address: ${wrong.map(oneLine).join(', ')}` });
  return { cc: once(chosen.cc), bcc: once(chosen.bcc ?? []) };
}

/** The signature of the settings with its variables filled in; a variable we do not know stays as it is written. */
function signatureOf({ speaker }: Outbound, { signature, displayName, address }: EmailConfig): string {
  const values: Record<string, string> = { 'agent.name': oneLine(speaker.name).slice(0, 100), 'channel.name': oneLine(displayName), 'channel.address': address };
  return signature.replace(/\r\n?/g, '\n').replace(/\{\{\s*([\w.]{1,40})\s*\}\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name] ?? '' : whole)).trim();
}

function subjectOf({ subject, history }: Outbound): string {
  const line = oneLine(subject ?? '').slice(0, 500) || '(no subject)';
  return history.length > 0 && !answered.test(line) ? `Re: ${line}` : line;
}

function speakerName({ speaker }: Outbound, { displayName }: EmailConfig): string {
  const own = oneLine(displayName);
  const name = oneLine(speaker.name).slice(0, 100);
  if (speaker.kind !== 'agent') return own || name;
  return own && name ? `${name} (${own})` : own || name;
}

function textOf(message: Outbound): string {
  const body = (message.content.text ?? '').replace(/\r\n?/g, '\n');
  return [body, extras(message)].filter((part) => part !== '').join('\n\n') || (message.content.attachments?.map((file) => oneLine(file.name)).join('\n') ?? '');
}

/** Choices, sources and places, in words. */
function extras({ content }: Outbound): string {
  const choices = content.choices?.map((choice, index) => `${index + 1}. ${oneLine(choice)}`) ?? [];
  const sources = content.sources?.map((source) => `- ${oneLine(source.title)}${source.url ? ` ${oneLine(source.url)}` : ''}`) ?? [];
  const place = content.location ? [`${oneLine(content.location.name ?? '')} (${content.location.latitude}, ${content.location.longitude})`.trim()] : [];
  return [choices, sources, place].filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n');
}
