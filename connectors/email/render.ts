/** Outbound to a mail, as data: what e-mail cannot carry becomes text, and nothing a person types becomes a header. */
import { ConnectorError, type Outbound } from '../connector.ts';
import { oneLine } from './charset.ts';
import { cleanHtml, htmlOfText } from './html.ts';
import type { EmailConfig } from './manifest.ts';
import { isOurMessageId, messageIds, ourMessageId, replyAddress } from './threading.ts';

/** A file with its bytes. */
export type LoadedFile = { name: string; type: string; bytes: Uint8Array; cid?: string };

type Box = { name: string; address: string };

/** A mail in the shape the composer takes. */
export type Rendered = {
  from: Box;
  to: Box;
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

/** Builds the mail. The same key gives the same Message-ID. */
export function renderMail(message: Outbound, config: EmailConfig, files: LoadedFile[]): Rendered {
  if (!Plain.test(message.to)) throw new ConnectorError('rejected', 'the customer has no valid mail address');
  const history = message.history.flatMap((id) => messageIds(id));
  const text = textOf(message);
  const name = speakerName(message, config);
  const reply = config.plusAddressing ? replyAddress(config.tokenSecret, message.thread, config.address) : null;
  const inReplyTo = history.findLast((id) => !isOurMessageId(config.tokenSecret, id)) ?? history.at(-1);
  return {
    from: { name, address: config.address },
    to: { name: '', address: message.to },
    ...(reply && { replyTo: { name, address: reply } }),
    subject: subjectOf(message),
    messageId: ourMessageId(config.tokenSecret, message.key, config.address),
    ...(inReplyTo && { inReplyTo }),
    ...(history.length > 0 && { references: history.length > 200 ? [...history.slice(0, 1), ...history.slice(-199)] : history }),
    text,
    html: message.content.html ? cleanHtml(message.content.html) + htmlOfText(extras(message)) : htmlOfText(text),
    // RFC 3834: whoever answers automatically must see that no person wrote this.
    headers: message.speaker.kind === 'agent' ? {} : { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
    attachments: files.map((file) => ({
      filename: oneLine(file.name).replace(/[/\\]/g, '_') || 'file', contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream', content: Buffer.from(file.bytes),
      ...(file.cid && { cid: oneLine(file.cid).replace(/[<>\s]/g, ''), contentDisposition: 'inline' as const }),
    })),
    // Only this address is written to, whatever the headers say.
    envelope: { from: config.address, to: [message.to] },
    // Nothing in a message may make the composer read a file or a page.
    disableFileAccess: true, disableUrlAccess: true,
  };
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
