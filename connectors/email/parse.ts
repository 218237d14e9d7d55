/** Raw MIME to what the hub takes. No I/O; throws only for what is no mail, or built to harm. */
import { createHash } from 'node:crypto';
import type { Email } from 'postal-mime';
import type { Happening, Inbound, Receipt } from '../connector.ts';
import type { Content, EmailFacts } from '../../server/conversations/schema.ts';
import { automatic, loopHeader } from './automatic.ts';
import { oneLine } from './charset.ts';
import { contentOf, structureOf } from './content.ts';
import { isReportPart, receiptOf } from './delivery-report.ts';
import { bytesOf } from './files.ts';
import { refuseTooManyParts } from './limits.ts';
import { addresses, senderOf, spell, type Writer } from './sender.ts';
import { isOurAddress, isOurMessageId, mailOfBounceAddress, messageIds, threading, threadKey, threadOfMessageId } from './threading.ts';

/** Whose mailbox it is. */
export type Mailbox = { address: string; tokenSecret: string };

/** `rounds`: how often hubs have answered it. `doubtful`: the server that took it in says that the sender is not who he says. */
export type Hints = { rounds: number; doubtful: boolean };

/** `own`: we wrote it ourselves. `receipt`: it reports what became of a mail of ours. */
export type Parsed = { own: true } | { own: false; inbound: Inbound; hints: Hints; receipt?: Receipt };

/** A mail of the Sent folder: the hub's own, or written by one of ours in another mail program. */
export type ParsedSent = { own: true } | { own: false; echo: Extract<Happening, { kind: 'echo' }> } | { own: false; echo: null };

/** Names the mail in a copy whose Message-ID a server has changed. */
export const ownHeader = 'x-hubbub-id';

/** The id under which a mail is known: its Message-ID, or else its bytes. */
export const externalIdOf = (raw: Uint8Array, messageId?: string): string =>
  messageIds(messageId)[0] ?? `sha256:${createHash('sha256').update(raw).digest('hex')}`;

/** Reads one mail. */
export async function parseMail(raw: Uint8Array, mailbox: Mailbox): Promise<Parsed> {
  const { mail, headers, externalId, sender, own } = await read(raw, mailbox);
  if (own) return { own: true };
  const { facts, recipients } = factsOf(mail, headers, externalId, sender, mailbox);
  const claims = { sender: sender.value, messageId: externalId, inReplyTo: messageIds(headers.get('in-reply-to')), references: facts.references, recipients };
  const { related, thread, proven } = threading(claims, mailbox.tokenSecret, mailbox.address);
  const { content, files } = await contentOf(mail, raw, facts);
  const sentAt = dateOf(mail.date);
  const inbound: Inbound = {
    externalId, thread, ...(related.length > 0 && { related }),
    from: { value: sender.value, stable: true, ...(sender.name && { name: sender.name }) },
    ...(sentAt && { sentAt }), content, ...(files.length > 0 && { files }),
  };
  const hints: Hints = { rounds: Math.min(1_000, Math.max(0, Number.parseInt(headers.get(loopHeader) ?? '', 10) || 0)), doubtful: /\bdmarc\s*=\s*fail/i.test(headers.get('authentication-results') ?? '') };
  const receipt = facts.automatic ? reported(mail, recipients, content, mailbox) : null;
  if (!receipt) return { own: false, inbound, hints };
  // The report itself names our mail only inside: with it, it joins the conversation it is about.
  const named = threadOfMessageId(mailbox.tokenSecret, receipt.externalId);
  return { own: false, inbound: { ...inbound, related: [...new Set([receipt.externalId, ...(named ? [named] : []), ...(proven ? related : [])])] }, hints, receipt };
}

/** Reads one mail of the Sent folder. A mail to nobody but ourselves is no echo. */
export async function parseSent(raw: Uint8Array, mailbox: Mailbox): Promise<ParsedSent> {
  const { mail, headers, externalId, sender, own } = await read(raw, mailbox);
  if (own || isOurMessageId(mailbox.tokenSecret, externalId)) return { own: true };
  const { facts } = factsOf(mail, headers, externalId, sender, mailbox);
  const [to] = [...facts.to, ...facts.cc, ...addresses(mail.bcc)].filter((one) => !isOurAddress(one, mailbox.address));
  if (to === undefined) return { own: false, echo: null };
  const answered = [...messageIds(headers.get('in-reply-to')), ...facts.references.toReversed()];
  const named = answered.map((id) => threadOfMessageId(mailbox.tokenSecret, id)).find((one) => one !== null);
  const name = [...(mail.to ?? []), ...(mail.cc ?? [])].find((one) => one.address === to)?.name ?? '';
  const { content, files } = await contentOf(mail, raw, facts);
  const sentAt = dateOf(mail.date);
  return { own: false, echo: {
    kind: 'echo', externalId, thread: named ?? threadKey(facts.references[0] ?? facts.inReplyTo ?? externalId, to), ...(sentAt && { sentAt }),
    to: { value: to.toLowerCase(), stable: true, ...(oneLine(name) && { name: oneLine(name).slice(0, 200) }) }, content, ...(files.length > 0 && { files }),
  } };
}

type Read = { mail: Email; headers: ReadonlyMap<string, string>; externalId: string; sender: Writer; own: boolean };

async function read(raw: Uint8Array, { address, tokenSecret }: Mailbox): Promise<Read> {
  if (raw.length === 0) throw new Error('the mail is empty');
  refuseTooManyParts(raw);
  const mail = await structureOf(raw);
  if (mail.headers.length === 0) throw new Error('the mail has no header');
  const headers = new Map(mail.headers.toReversed().map((header) => [header.key, header.value]));
  const sender = senderOf(mail, address);
  const externalId = externalIdOf(raw, mail.messageId);
  const marked = isOurMessageId(tokenSecret, externalId) || isOurMessageId(tokenSecret, messageIds(headers.get(ownHeader))[0] ?? '');
  return { mail, headers, externalId, sender, own: marked && isOurAddress(sender.written, address) };
}

function factsOf(mail: Email, headers: ReadonlyMap<string, string>, externalId: string, sender: Writer, own: Mailbox): { facts: EmailFacts; recipients: string[] } {
  const inReplyTo = messageIds(headers.get('in-reply-to'));
  const to = addresses(mail.to);
  const cc = addresses(mail.cc);
  const delivered = mail.headers.filter((header) => ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-forwarded-to', 'x-failed-recipients', 'apparently-to'].includes(header.key)).flatMap((header) => header.value.match(/[^\s<>,;@]{1,300}@[^\s<>,;]{1,300}/g) ?? []);
  // Dovecot names the address it was delivered to in Received only.
  const received = mail.headers.filter((header) => header.key === 'received').flatMap((header) => /\bfor\s+<([^\s<>]+@[^\s<>]+)>/i.exec(header.value)?.[1] ?? []);
  const subject = oneLine(mail.subject ?? '').slice(0, 1_000);
  const all = [...to, ...cc, ...delivered, ...received];
  // A mail from our own address that is not the hub's, nor a form's, would be answered to ourselves. People do not write to return addresses.
  const machine = isOurAddress(sender.value, own.address) || all.some((one) => mailOfBounceAddress(own.tokenSecret, one, own.address) !== null);
  const kind = automatic(headers, sender.value, subject) ?? (machine ? 'auto-reply' : undefined);
  const facts: EmailFacts = {
    subject, from: oneLine(headers.get('from') ? spell(mail.from) : sender.value) || sender.value, to: to.map(oneLine), cc: cc.map(oneLine), messageId: externalId,
    ...(inReplyTo[0] && { inReplyTo: inReplyTo[0] }), references: messageIds(headers.get('references')), ...(kind && { automatic: kind }),
  };
  return { facts, recipients: all };
}

function dateOf(date: string | undefined): Date | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

function reported(mail: Email, recipients: string[], { text = '', email }: Content, mailbox: Mailbox): Receipt | null {
  const parts = mail.attachments.filter((part) => isReportPart(part.mimeType)).map((part) => ({ type: part.mimeType, text: new TextDecoder().decode(bytesOf(part).subarray(0, 200_000)) }));
  return receiptOf({ parts, recipients, text: `${text}\n${email?.quoted ?? ''}`, bounce: email?.automatic === 'bounce' }, mailbox);
}
