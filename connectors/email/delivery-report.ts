/** What mail servers and mail programs report about a mail of ours: DSN (RFC 3464), MDN (RFC 8098), and returns without any format. */
import type { Receipt } from '../connector.ts';
import { failure } from './delivery-words.ts';
import { isRobot } from './sender.ts';
import { isOurMessageId, mailOfBounceAddress, ourIdsIn } from './threading.ts';

/** A report as the MIME parser leaves it. `recipients`: where it was delivered to; `text`: its words. */
export type Report = { parts: { type: string; text: string }[]; recipients: string[]; text: string; bounce: boolean };

type Mailbox = { address: string; tokenSecret: string };
type Said = Pick<Receipt, 'state' | 'reason'>;

/** The receipt a report amounts to; null when it is not about a mail that is proven to be ours, or says nothing final. */
export function receiptOf(report: Report, { address, tokenSecret }: Mailbox): Receipt | null {
  const said = disposition(report) ?? status(report) ?? (report.bounce && !isFormatted(report) ? unformatted(report.text, address) : null);
  const externalId = said && ours(report, address, tokenSecret);
  return said && externalId ? { externalId, ...said } : null;
}

/** A forged report must not mark a mail as lost: its return address, or an id in it, carries our signature. */
function ours({ parts, recipients, text }: Report, address: string, secret: string): string | null {
  const returned = recipients.map((one) => mailOfBounceAddress(secret, one, address)).find((id) => id !== null);
  if (returned) return returned;
  const named = parts.flatMap((part) => [...part.text.slice(0, 100_000).matchAll(/^(?:x-)?(?:original-)?message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,300}>)/gim)].map(([, id = '']) => id));
  return named.find((id) => isOurMessageId(secret, id)) ?? [...parts.map((part) => part.text.slice(0, 200_000)), text.slice(0, 200_000)].flatMap((one) => ourIdsIn(secret, one))[0] ?? null;
}

/** Says itself what became of the mail; its prose is not guessed at. */
const isFormatted = ({ parts }: Report): boolean => parts.some((part) => /^message\/((global-)?delivery-status|disposition-notification)$/.test(part.type) && /^(action|disposition):/im.test(part.text));

const field = (text: string, name: string): string =>
  new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(text)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';

/** "displayed" was read; "deleted" and "denied" say nothing about reading. */
function disposition({ parts }: Report): Said | null {
  const text = parts.find((part) => part.type === 'message/disposition-notification')?.text;
  if (text === undefined) return null;
  return /;\s*(displayed|processed)\b/i.test(field(text, 'disposition')) ? { state: 'read' } : null;
}

function status({ parts, text: words }: Report): Said | null {
  const text = parts.find((part) => part.type === 'message/delivery-status' || part.type === 'message/global-delivery-status')?.text;
  if (text === undefined) return null;
  // One block for each recipient; a mail that reached one of several is not lost.
  const blocks = text.split(/\r?\n[ \t]*\r?\n/).filter((block) => /^action:/im.test(block));
  const failed = blocks.find((block) => /^failed/i.test(field(block, 'action')));
  if (!failed) return blocks.some((block) => /^(delivered|expanded)/i.test(field(block, 'action'))) ? { state: 'delivered' } : null;
  const diagnostic = field(failed, 'diagnostic-code').replace(/^[\w-]+;\s*/, '');
  const recipient = field(failed, '(?:final|original)-recipient').replace(/^[\w-]+;\s*/, '').replace(/[<>]/g, '');
  return { state: 'failed', reason: failure(codeOf(codeIn(field(failed, 'status')), diagnostic), recipient, diagnostic, words) };
}

/** A server says more in its answer than in the status; only "too late" is said by our own. */
function codeOf(status: string, diagnostic: string): string {
  if (status.endsWith('.4.7')) return status;
  const answered = /\b[245]\d\d[ -]'?#?([245]\.\d{1,3}\.\d{1,3})\b/.exec(diagnostic)?.[1] ?? codeIn(diagnostic);
  return answered !== '' && (!/^[245]\.[05]\.0$/.test(answered) || status === '') ? answered : status;
}

/** QQ, NetEase, qmail and others return mails in words of their own. */
function unformatted(text: string, own: string): Said | null {
  const words = text.slice(0, 20_000);
  const later = /\b(delayed|will (be )?(retried|retry)|still trying|warning message only|do not need to resend)\b|稍后重试|延迟/i.test(words.slice(0, 5_000));
  if (later) return null;
  const lines = words.split('\n');
  const at = lines.findIndex((one) => /\b[45]\d\d[ -]|\b5\.\d\.\d{1,3}\b|不存在|unknown|full|已满|reject|拒|not found|no such|does ?n.t exist|couldn.t|expired|timed? ?out|exceed/i.test(one));
  const diagnostic = at < 0 ? '' : lines.slice(at, at + 4).join(' ').replace(/\s+/g, ' ').trim().slice(0, 300);
  const recipient = [...words.matchAll(/[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g)].map(([one]) => one.toLowerCase()).find((one) => one !== own.toLowerCase() && !isRobot(one)) ?? '';
  return { state: 'failed', reason: failure(codeOf('', diagnostic) || codeIn(words), recipient, diagnostic, words) };
}

const codeIn = (text: string): string => /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? (/\b55\d\b/.test(text) ? '5.0.0' : '');

/** Parts of a report that carry facts. */
export const isReportPart = (type: string): boolean => /^(message\/(delivery-status|global-delivery-status|disposition-notification|rfc822|rfc822-headers|global-headers)|text\/rfc822-headers)$/.test(type);

