/** Raw MIME to Inbound. No I/O; throws only for what is no mail, or built to harm. */
import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Email } from 'postal-mime';
import type { Inbound, Receipt } from '../connector.ts';
import type { Content, EmailFacts } from '../../server/conversations/schema.ts';
import { automatic, failedDelivery } from './automatic.ts';
import { clean, oneLine, repairCharset } from './charset.ts';
import { bytesOf, filesOf, mostFiles } from './files.ts';
import { cleanHtml, htmlLimit, textOfHtml } from './html.ts';
import { refuseTooManyParts } from './limits.ts';
import { foldQuotes } from './quotes.ts';
import { isOurMessageId, messageIds, threading } from './threading.ts';

/** Whose mailbox it is. */
export type Mailbox = { address: string; tokenSecret: string };

/** `own`: we wrote it ourselves. `receipt`: it reports that a mail of ours is lost. */
export type Parsed = { own: true } | { own: false; inbound: Inbound; receipt?: Receipt };

const textLimit = 100_000;

/** The id under which a mail is known: its Message-ID, or else its bytes. */
export const externalIdOf = (raw: Uint8Array, messageId?: string): string =>
  messageIds(messageId)[0] ?? `sha256:${createHash('sha256').update(raw).digest('hex')}`;

/** Reads one mail. */
export async function parseMail(raw: Uint8Array, mailbox: Mailbox): Promise<Parsed> {
  if (raw.length === 0) throw new Error('the mail is empty');
  refuseTooManyParts(raw);
  const mail = await PostalMime.parse(repairCharset(raw), { maxNestingDepth: 100, maxHeadersSize: 1024 * 1024, forceRfc822Attachments: true });
  if (mail.headers.length === 0) throw new Error('the mail has no header');
  const externalId = externalIdOf(raw, mail.messageId);
  const sender = senderOf(mail, mailbox.address);
  if (sender.written === mailbox.address.toLowerCase() && isOurMessageId(mailbox.tokenSecret, externalId)) return { own: true };

  const { facts, related, thread, proven } = factsOf(mail, externalId, sender.value, mailbox);
  const { content, files } = contentOf(mail, raw, facts);
  const sentAt = dateOf(mail.date);
  const inbound: Inbound = {
    externalId, thread, ...(related.length > 0 && { related }),
    from: { value: sender.value, stable: true, ...(sender.name && { name: sender.name }) },
    ...(sentAt && { sentAt }), content, ...(files.length > 0 && { files }),
  };
  const lost = facts.automatic === 'bounce' ? lostMail(mail, mailbox.tokenSecret) : null;
  if (!lost) return { own: false, inbound };
  // The report itself names our mail only inside: with it, it joins the conversation it is about.
  return { own: false, inbound: { ...inbound, related: [lost.externalId, ...(proven ? related : [])] }, receipt: lost };
}

function factsOf(mail: Email, externalId: string, sender: string, mailbox: Mailbox) {
  const headers = new Map(mail.headers.toReversed().map((header) => [header.key, header.value]));
  const inReplyTo = messageIds(headers.get('in-reply-to'));
  const references = messageIds(headers.get('references'));
  const to = addresses(mail.to);
  const cc = addresses(mail.cc);
  const delivered = mail.headers.filter((header) => ['delivered-to', 'x-original-to', 'envelope-to'].includes(header.key)).flatMap((header) => header.value.match(/[^\s<>]+@[^\s<>]+/g) ?? []);
  const subject = oneLine(mail.subject ?? '').slice(0, 1_000);
  const kind = automatic(headers, sender, subject);
  const facts: EmailFacts = {
    subject, from: oneLine(headers.get('from') ? spell(mail.from) : sender) || sender, to: to.map(oneLine), cc: cc.map(oneLine), messageId: externalId,
    ...(inReplyTo[0] && { inReplyTo: inReplyTo[0] }), references, ...(kind && { automatic: kind }),
  };
  const claims = { sender, messageId: externalId, inReplyTo, references, recipients: [...to, ...cc, ...delivered] };
  return { facts, ...threading(claims, mailbox.tokenSecret, mailbox.address) };
}

function contentOf(mail: Email, raw: Uint8Array, facts: EmailFacts): { content: Content; files: NonNullable<Inbound['files']> } {
  const html = cleanHtml(clean(mail.html ?? '').slice(0, htmlLimit * 4));
  const full = clean(mail.text?.trim() ? mail.text : textOfHtml(html)).trim();
  const { text, quoted } = foldQuotes(full.slice(0, textLimit * 2), facts.subject);
  const files = filesOf(mail.attachments.slice(0, mostFiles));
  // Whatever does not fit is not thrown away: it stays in the original.
  const cut = text.length > textLimit || full.length > textLimit * 2 || html.length > htmlLimit || mail.attachments.length > mostFiles;
  if (cut) files.push({ name: 'original.eml', type: 'message/rfc822', bytes: raw });
  const encrypted = mail.attachments.some((part) => /^application\/(pgp-encrypted|(x-)?pkcs7-mime)$/.test(part.mimeType)) && text === '';
  const shown = encrypted ? 'This mail is encrypted. 此邮件已加密。' : text.slice(0, textLimit).toWellFormed();
  const content: Content = {
    ...(shown && { text: shown }), ...(html && html.length <= htmlLimit && { html }),
    email: { ...facts, ...(quoted && { quoted: quoted.slice(0, textLimit).toWellFormed() }) }, ...(encrypted && { unreadable: { reason: 'encrypted' } }),
  };
  return { content, files };
}

/** The person to answer. A form or no-reply sender names him in Reply-To. */
function senderOf(mail: Email, own: string): { value: string; name: string; written: string } {
  const [from] = boxes(mail.from ? [mail.from] : []);
  const [reply] = boxes(mail.replyTo);
  const written = from?.address.toLowerCase() ?? '';
  const robot = /^(no-?reply|do-?not-?reply|noreply)[@+]/.test(written) || written === own.toLowerCase() || written === '';
  const chosen = (robot ? reply : undefined) ?? from ?? boxes(mail.sender ? [mail.sender] : [])[0];
  const value = oneLine(chosen?.address ?? mail.returnPath?.replace(/[<>]/g, '') ?? '').toLowerCase().slice(0, 320);
  return { value: value || 'unknown@invalid', name: oneLine(chosen?.name ?? '').slice(0, 200), written };
}

const boxes = (list: Address[] | undefined): { name: string; address: string }[] =>
  (list ?? []).flatMap((one) => one.group ?? [one]).filter((one) => one.address.includes('@')).slice(0, 200);
const addresses = (list: Address[] | undefined): string[] => boxes(list).map((one) => one.address);
const spell = (from: Address | undefined): string => boxes(from ? [from] : []).map((one) => (one.name ? `${one.name} <${one.address}>` : one.address))[0] ?? '';

function dateOf(date: string | undefined): Date | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

/** Only an id that we made ourselves: a forged report must not mark a mail as lost. */
function lostMail(mail: Email, secret: string): Receipt | null {
  const parts = mail.attachments.map((part) => ({ type: part.mimeType, text: new TextDecoder().decode(bytesOf(part).subarray(0, 200_000)) }));
  const failed = failedDelivery(parts);
  const externalId = failed?.messageIds.find((id) => isOurMessageId(secret, id));
  return failed && externalId ? { externalId, state: 'failed', reason: failed.reason } : null;
}
