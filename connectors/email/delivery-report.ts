/** What mail servers and mail programs report about a mail of ours: DSN (RFC 3464), MDN (RFC 8098), and returns without any format. */
import type { Receipt } from '../connector.ts';
import { isOurMessageId, mailOfBounceAddress, ourIdsIn } from './threading.ts';

/** A report as the MIME parser leaves it. `recipients`: where it was delivered to; `text`: its words. */
export type Report = { parts: { type: string; text: string }[]; recipients: string[]; text: string; bounce: boolean };

type Mailbox = { address: string; tokenSecret: string };
type Said = Pick<Receipt, 'state' | 'reason'>;

/** The receipt a report amounts to; null when it is not about a mail that is proven to be ours, or says nothing final. */
export function receiptOf(report: Report, { address, tokenSecret }: Mailbox): Receipt | null {
  const said = disposition(report) ?? status(report) ?? (report.bounce && !isFormatted(report) ? unformatted(report.text) : null);
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

function status({ parts }: Report): Said | null {
  const text = parts.find((part) => part.type === 'message/delivery-status' || part.type === 'message/global-delivery-status')?.text;
  if (text === undefined) return null;
  // One block for each recipient; a mail that reached one of several is not lost.
  const blocks = text.split(/\r?\n[ \t]*\r?\n/).filter((block) => /^action:/im.test(block));
  const failed = blocks.find((block) => /^failed/i.test(field(block, 'action')));
  if (!failed) return blocks.some((block) => /^(delivered|expanded)/i.test(field(block, 'action'))) ? { state: 'delivered' } : null;
  const diagnostic = field(failed, 'diagnostic-code').replace(/^[\w-]+;\s*/, '');
  const code = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(field(failed, 'status'))?.[1] ?? codeIn(diagnostic);
  const recipient = field(failed, '(?:final|original)-recipient').replace(/^[\w-]+;\s*/, '').replace(/[<>]/g, '');
  return { state: 'failed', reason: sentence(code, recipient, diagnostic) };
}

/** QQ, NetEase, qmail and others return mails in words of their own. */
function unformatted(text: string): Said | null {
  if (/\b(delayed|will (be )?(retried|retry)|still trying|稍后重试|延迟)\b/i.test(text.slice(0, 5_000))) return null;
  const line = text.split('\n').find((one) => /\b[45]\d\d[ -]|\b5\.\d\.\d{1,3}\b|不存在|unknown|full|已满|rejected|拒/i.test(one)) ?? '';
  return { state: 'failed', reason: sentence(codeIn(text.slice(0, 20_000)), '', line.trim()) };
}

const codeIn = (text: string): string => /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? (/\b55\d\b/.test(text) ? '5.0.0' : '');

function sentence(code: string, recipient: string, diagnostic: string): string {
  const what = words(code);
  return [`${recipient ? `${recipient}: ` : ''}${what}${code ? ` (${code})` : ''}`, diagnostic].filter((part) => part !== '').join('; ').replace(/\s+/g, ' ').slice(0, 500);
}

const meanings: [string, string][] = [
  ['1.1', 'the address does not exist'], ['1.2', 'the domain of the address does not exist'], ['1.3', 'the address is not valid'], ['1.6', 'the mailbox has moved'], ['1.8', 'our sender address is not accepted'], ['1.10', 'the domain takes no mail'], ['1', 'the address is not accepted'],
  ['2.1', 'the mailbox is switched off'], ['2.2', 'the mailbox is full'], ['2.3', 'the mail is too large for the mailbox'], ['2', 'the mailbox does not take the mail'],
  ['3.4', 'the mail is too large for the server'], ['3', 'the mail server of the customer does not take the mail'],
  ['4.1', 'the mail server of the customer does not answer'], ['4.4', 'no way to the mail server of the customer is known'], ['4.6', 'the mail went round in circles'], ['4.7', 'the mail server of the customer did not take the mail in time'], ['4', 'the mail server of the customer cannot be reached'],
  ['6', 'the mail server of the customer cannot take this kind of mail'],
  ['7.1', 'the mail server of the customer refuses mail from us'], ['7.23', 'the sender check (SPF) failed'], ['7.20', 'the signature (DKIM) is missing or wrong'], ['7.26', 'sender checks (SPF, DKIM) failed'], ['7', 'the mail was refused by policy, perhaps as spam'],
];

/** RFC 3463 in words. */
function words(code: string): string {
  const [, rest = ''] = /^[45]\.(.+)$/.exec(code) ?? [];
  return (meanings.find(([key]) => key === rest) ?? meanings.find(([key]) => key === rest.split('.')[0]))?.[1] ?? 'the mail was not delivered';
}

/** Parts of a report that carry facts. */
export const isReportPart = (type: string): boolean => /^(message\/(delivery-status|global-delivery-status|disposition-notification|rfc822|rfc822-headers|global-headers)|text\/rfc822-headers)$/.test(type);

