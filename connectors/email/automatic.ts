/** Mails no person wrote: RFC 3834 and the headers in use before it. Such mails are stored, never answered by a machine. */
import type { EmailFacts } from '../../server/conversations/schema.ts';

type Kind = EmailFacts['automatic'];

const subjects = /^\s*(\[?(自动回复|自動回覆|自动答复|自動回復|系统退信)\]?|auto(matic)?[- ]?(reply|response)|out of (the )?office|abwesenheitsnotiz|réponse automatique|respuesta automática)/i;
const bounceSubjects = /^\s*(undeliver(ed|able)|delivery (status notification|failure|has failed)|mail delivery (failed|system)|returned mail|failure notice|系统退信|退信|邮件投递失败)/i;

/** Headers by lower-case name; the first of each name counts. */
export type Headers = ReadonlyMap<string, string>;

/** What kind of machine wrote this, if one did. */
export function automatic(headers: Headers, from: string, subject: string): Kind {
  const header = (name: string): string => headers.get(name)?.trim().toLowerCase() ?? '';
  const type = header('content-type');
  const report = type.startsWith('multipart/report');
  const daemon = /^(mailer-daemon|postmaster|mail-daemon)@/i.test(from);
  const noReturn = /^<\s*>$/.test(header('return-path'));
  if (report && /report-type\s*=\s*"?delivery-status/.test(type)) return 'bounce';
  if (daemon || (noReturn && bounceSubjects.test(subject))) return 'bounce';
  const submitted = header('auto-submitted').split(/[;\s]/)[0];
  if (submitted && submitted !== 'no') return 'auto-reply';
  if (['x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-auto-reply-from', 'x-mail-autoreply'].some((name) => header(name) && header(name) !== 'no')) return 'auto-reply';
  if (/^auto[-_]?reply/.test(header('precedence')) || report || noReturn || subjects.test(subject)) return 'auto-reply';
  if (['list-id', 'list-unsubscribe', 'list-post', 'feedback-id'].some((name) => header(name)) || /^(bulk|list|junk)/.test(header('precedence'))) return 'bulk';
  return undefined;
}

/** What a delivery report says: which mail, and whether it is lost for good. Null: not about a lost mail. */
export function failedDelivery(parts: { type: string; text: string }[]): { messageIds: string[]; reason: string } | null {
  const status = parts.find((part) => part.type === 'message/delivery-status')?.text ?? '';
  if (!/^action:\s*failed/im.test(status)) return null;
  const returned = parts.filter((part) => part.type === 'message/rfc822' || part.type === 'text/rfc822-headers' || part.type === 'message/rfc822-headers');
  const messageIds = returned.flatMap((part) => /^message-id:\s*(<[^<>\s]{1,300}>)/im.exec(part.text.slice(0, 100_000))?.[1] ?? []);
  const diagnostic = /^diagnostic-code:\s*(.+(?:\r?\n[ \t].+)*)/im.exec(status)?.[1] ?? /^status:\s*(.+)/im.exec(status)?.[1] ?? 'not delivered';
  return { messageIds, reason: diagnostic.replace(/\s+/g, ' ').trim().slice(0, 500) };
}
