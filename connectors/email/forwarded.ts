/** Who wrote what somebody forwards to us. A suggestion: the forwarder's program says so, nobody proves it. */
import type { EmailFacts } from '../../server/conversations/schema.ts';
import { oneLine } from './charset.ts';

type Original = NonNullable<EmailFacts['forwarded']>;

/** Fwd: and its relatives, also behind a Re:. */
export const forwardSubject = /^\s*(?:(?:re|回复|答复)\s*[:：]\s*)?\[?\s*(?:fwd?|fw|wg|tr|rv|vs|转发|轉寄|转寄|轉發)\s*[:：]/i;
/** Strangers write these lines: no part of a pattern runs over more than a line, or some twenty blanks. */
const rule = /^[> \t\u00A0\u3000]*[-_=*—]{2,}\s{0,20}(?:forwarded message|转发邮件信息|转发邮件|转发的邮件|轉寄郵件|已轉寄郵件|原始邮件|原始信件|原邮件|original message|weitergeleitete nachricht|message transféré)\s{0,20}[-_=*—]*\s{0,20}$|^[> \t\u00A0\u3000]*begin forwarded message\s{0,20}[:：]|^[> \t\u00A0\u3000]*(?:下面是)?(?:被)?(?:转发|轉寄)(?:的)?(?:邮件|郵件|信件).{0,10}[:：]\s{0,20}$/im;
const from = /^[>*| \t\u00A0\u3000]*(?:from|发件人|寄件者|寄件人|發件人|von|de)\s{0,20}\*?\s{0,20}[:：|]\s{0,20}\*?\s{0,20}(.{3,300})$/im;
const subject = /^[>*| \t\u00A0\u3000]*(?:subject|主题|主旨|主題|betreff|objet)\s{0,20}\*?\s{0,20}[:：|]\s{0,20}\*?\s{0,20}(.{0,500})$/im;

/** Looks behind the forwarding rule, or in the whole text when the subject says that it is a forward; then at an attached mail. */
export function originalSender(text: string, ownSubject: string, attached: string | null): Original | null {
  const head = text.slice(0, 50_000);
  const ruled = rule.exec(head);
  const declared = forwardSubject.test(ownSubject);
  if (declared || (ruled && /forward|转发|轉寄|weitergeleitet|transféré/i.test(ruled[0]))) {
    const body = head.slice(ruled?.index ?? 0);
    const found = original(from.exec(body)?.[1] ?? '', subject.exec(body)?.[1]);
    if (found) return found;
  }
  if (attached === null) return null;
  const header = attached.slice(0, 50_000).split(/\r?\n\r?\n/)[0]?.replace(/\r?\n[ \t]+/g, ' ') ?? '';
  return original(/^from:[ \t]*(.+)$/im.exec(header)?.[1] ?? '', /^subject:[ \t]*(.+)$/im.exec(header)?.[1]);
}

function original(written: string, about: string | undefined): Original | null {
  const address = /[^\s<>()[\]"':;,|*]{1,64}@[^\s<>()[\]"':;,|*]{1,255}/.exec(written)?.[0]?.toLowerCase();
  if (!address) return null;
  const name = oneLine(written.slice(0, written.toLowerCase().indexOf(address)).replace(/[<>"“”'[(*|]|mailto:|=\?[^?]*\?[bq]\?[^?]*\?=/gi, '')).slice(0, 200);
  const line = oneLine((about ?? '').replace(/[|*]/g, '')).slice(0, 500);
  return { address, ...(name && name.toLowerCase() !== address && { name }), ...(line && !line.includes('=?') && { subject: line }) };
}
