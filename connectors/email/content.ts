/** The words and files of a mail, once its MIME structure is known. */
import PostalMime, { type Attachment as Part, type Email } from 'postal-mime';
import type { InboundFile } from '../connector.ts';
import type { Content, EmailFacts } from '../../server/conversations/schema.ts';
import { clean } from './charset.ts';
import { bytesOf, fileName, filesOf, mostFiles } from './files.ts';
import { forwardSubject, originalSender } from './forwarded.ts';
import { headerEnd, separated } from './header.ts';
import { cleanable, cleanHtml, htmlLimit, textOfHtml } from './html.ts';
import { invitationOf, invitationText } from './invitation.ts';
import { protectionOf, signedEntity, withoutArmour } from './protection.ts';
import { foldQuotes } from './quotes.ts';
import { relabel } from './relabel.ts';
import { unpackTnef } from './tnef.ts';

const textLimit = 100_000;
const limits = { maxNestingDepth: 100, maxHeadersSize: 1024 * 1024, forceRfc822Attachments: true } as const;

/** The MIME structure; throws for what is built to harm. */
export const structureOf = (raw: Uint8Array): Promise<Email> => PostalMime.parse(relabel(separated(raw)), limits);

/** Everything a person wants to see of a mail. What does not fit, or cannot be shown, is kept as a file. */
export async function contentOf(mail: Email, raw: Uint8Array, facts: EmailFacts): Promise<{ content: Content; files: InboundFile[] }> {
  const lost = await unstructured(mail, raw);
  const inner = lost === null ? await unpacked(mail) : { text: lost, html: '', parts: [], files: [] };
  const parts = [...mail.attachments, ...inner.parts];
  const source = clean(mail.html || inner.html);
  const markup = cleanable(source);
  const html = cleanHtml(markup);
  const words = [mail.text ?? '', inner.text].find((one) => one.trim() !== '') ?? textOfHtml(html);
  const protection = protectionOf(mail.attachments, words);
  const written = clean(words);
  const full = withoutArmour(written).trim();
  const { text, quoted } = foldQuotes(full.slice(0, textLimit * 2), facts.subject);
  const files = [...filesOf(parts.slice(0, mostFiles)), ...inner.files].slice(0, mostFiles + 5);
  // Whatever does not fit, or was found nowhere, is not thrown away: it stays in the original.
  const nothing = full === '' && html === '' && files.length === 0 && bodyOf(raw).some((byte) => byte > 32);
  const cut = lost !== null || nothing || text.length > textLimit || full.length > textLimit * 2 || markup.length < source.length || html.length > htmlLimit || parts.length > mostFiles || parts.length + inner.files.length > mostFiles + 5;
  if (cut) files.push({ name: 'original.eml', type: 'message/rfc822', bytes: raw });
  const invitation = invitationIn(parts, words);
  const encrypted = (protection === 'pgp-encrypted' || protection === 'smime-encrypted') && (text === '' || text.startsWith('-----BEGIN PGP MESSAGE'));
  const shown = encrypted ? '' : (text || (invitation ? invitationText(invitation) : '')).slice(0, textLimit).toWellFormed();
  const forwarded = originalSender(full, facts.subject, attachedMail(parts, facts.subject));
  const content: Content = {
    ...(shown && { text: shown }), ...(html && html.length <= htmlLimit && { html }),
    email: {
      ...facts, ...(quoted && { quoted: quoted.slice(0, textLimit).toWellFormed() }), ...(forwarded && { forwarded }),
      ...(protection && { protection }), ...(invitation && { invitation }),
    },
    ...(encrypted && { unreadable: { reason: { 'zh-CN': '此邮件已加密，原件已保留。', en: 'This mail is encrypted; its original is kept.' }, kind: protection } }),
  };
  // The signature stands around the words: without them as they were it proves nothing.
  if (protection === 'pgp-signed' && full !== written.trim()) files.push({ name: 'signed.asc', type: 'text/plain', bytes: new TextEncoder().encode(written) });
  if (encrypted && text !== '') files.push({ name: 'encrypted.asc', type: 'application/pgp-encrypted', bytes: new TextEncoder().encode(full) });
  return { content, files };
}

const bodyOf = (raw: Uint8Array): Uint8Array => raw.subarray(headerEnd(raw));

/** The body as it stands, where the structure the header promises is not there; null for all other mails. */
async function unstructured(mail: Email, raw: Uint8Array): Promise<string | null> {
  if (mail.text !== undefined || mail.html !== undefined || mail.attachments.length > 0) return null;
  const { text = '' } = await structureOf(Buffer.concat([Buffer.from('Content-Type: text/plain\r\n'), bodyOf(raw)]));
  return text.trim() === '' ? null : text;
}

/** Packets in which programs hide the words: winmail.dat, and mails that are signed as a whole. */
async function unpacked(mail: Email): Promise<{ text: string; html: string; parts: Part[]; files: InboundFile[] }> {
  const entity = signedEntity(mail.attachments);
  // What is inside may be as broken as any mail; the packet itself is kept in any case.
  const signed = entity ? await structureOf(entity).catch(() => null) : null;
  const packets = mail.attachments.filter((part) => part.mimeType === 'application/ms-tnef' || /^winmail.*\.dat$/i.test(part.filename ?? '')).slice(0, 5).flatMap((part) => unpackTnef(bytesOf(part)) ?? []);
  const files = packets.flatMap((packet) => packet.files).map((file, index) => ({ ...file, name: fileName(file.name, file.type, index) }));
  const [packet] = packets;
  return { text: signed?.text ?? packet?.text ?? '', html: signed?.html ?? packet?.html ?? '', parts: signed?.attachments ?? [], files };
}

function invitationIn(parts: Part[], words: string): EmailFacts['invitation'] | null {
  const calendar = parts.find((part) => part.mimeType === 'text/calendar' || part.mimeType === 'application/ics' || /\.ics$/i.test(part.filename ?? ''));
  return invitationOf(calendar ? new TextDecoder().decode(bytesOf(calendar).subarray(0, 200_000)) : words.trim().startsWith('BEGIN:VCALENDAR') ? words : '');
}

/** A mail attached to a forward; in other mails an attached mail is just a file. */
function attachedMail(parts: Part[], subject: string): string | null {
  const attached = parts.find((part) => part.mimeType === 'message/rfc822');
  return attached && forwardSubject.test(subject) ? new TextDecoder().decode(bytesOf(attached).subarray(0, 50_000)) : null;
}
