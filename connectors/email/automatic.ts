/** Mails no person wrote: RFC 3834 and the headers in use before it. Such mails are stored, never answered by a machine. */
import type { EmailFacts } from '../../server/conversations/schema.ts';

type Kind = EmailFacts['automatic'];

/** Counts how often a mail was answered by a hub; our answer to a mail that carries it says one more. */
export const loopHeader = 'x-hubbub-rounds';
/** People write to and fro for weeks, but their programs do not keep this header. */
const mostRounds = 3;

const subjects = /^\s*(\[?(自动回复|自動回覆|自动答复|自動回復|系统退信)\]?|auto(matic)?[- ]?(reply|response)|out of (the )?office|abwesenheitsnotiz|réponse automatique|respuesta automática)/i;
const bounceSubjects = /^\s*(undeliver(ed|able)|non[- ]?deliver(y|able)|delivery (status|failure|has failed|report)|(mail|message) delivery|returned mail|failure notice|there was an error sending|warning: (could not|message)|メールエラー|系统退信|退信|邮件投递失败)/i;
const daemons = /^(mailer-?daemon|post[._-]?master|mail-?daemon|mail[._-]delivery[._-](sub)?system)@/i;

/** Headers by lower-case name; the first of each name counts. */
export type Headers = ReadonlyMap<string, string>;

/** What kind of machine wrote this, if one did. */
export function automatic(headers: Headers, from: string, subject: string): Kind {
  const header = (name: string): string => headers.get(name)?.trim().toLowerCase() ?? '';
  const type = header('content-type');
  const report = type.startsWith('multipart/report');
  const daemon = daemons.test(from) || /mailer-daemon|^<\s*>$/.test(header('from'));
  const noReturn = /^<\s*>$/.test(header('return-path')) || from === 'unknown@invalid';
  // A mail of ours, or of a hub like us, that has gone round: whoever answers it now answers a machine.
  if (Number(header(loopHeader)) >= mostRounds) return 'auto-reply';
  if (report && /report-type\s*=\s*"?delivery-status/.test(type)) return 'bounce';
  if (daemon || (noReturn && bounceSubjects.test(subject))) return 'bounce';
  const submitted = header('auto-submitted').split(/[;\s]/)[0];
  if (submitted && submitted !== 'no') return 'auto-reply';
  if (['x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-auto-reply-from', 'x-mail-autoreply'].some((name) => header(name) && header(name) !== 'no')) return 'auto-reply';
  if (/^auto[-_]?reply/.test(header('precedence')) || report || /^<\s*>$/.test(header('return-path')) || subjects.test(subject)) return 'auto-reply';
  if (['list-id', 'list-unsubscribe', 'list-post', 'feedback-id'].some((name) => header(name)) || /^(bulk|list|junk)/.test(header('precedence'))) return 'bulk';
  return undefined;
}
