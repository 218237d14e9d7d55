/** Who wrote a mail, and who else is named in it. */
import type { Address, Email } from 'postal-mime';
import { oneLine } from './charset.ts';
import { isOurAddress } from './threading.ts';

/** `written` is the address in From, `value` the one to answer. */
export type Writer = { value: string; name: string; written: string };

const robots = /^(no-?reply|do-?not-?reply|mailer-daemon|postmaster|mail-daemon|bounces?)([@+.-]|$)/i;

/** An address that no person reads. */
export const isRobot = (address: string): boolean => robots.test(address);

/** The person to answer. A form or no-reply sender names him in Reply-To. */
export function senderOf(mail: Email, own: string): Writer {
  const [from] = boxes(mail.from ? [mail.from] : []);
  const [reply] = boxes(mail.replyTo);
  const written = from?.address.toLowerCase() ?? '';
  const robot = /^(no-?reply|do-?not-?reply|noreply)[@+]/.test(written) || written === own.toLowerCase() || written === '';
  const chosen = (robot ? reply : undefined) ?? from ?? boxes(mail.sender ? [mail.sender] : [])[0];
  const value = oneLine(chosen?.address ?? mail.returnPath?.replace(/[<>]/g, '') ?? '').toLowerCase().slice(0, 320);
  return { value: value || 'unknown@invalid', name: oneLine(chosen?.name ?? '').slice(0, 200), written };
}

/** Single boxes of an address header, groups opened. */
export const boxes = (list: Address[] | undefined): { name: string; address: string }[] =>
  (list ?? []).flatMap((one) => one.group ?? [one]).map(({ name, address }) => ({ name, address: bare(address.replace(/\([^()]{0,200}\)/g, '')) })).filter((one) => one.address.includes('@')).slice(0, 200);

/** Some programs leave brackets, words or "mailto:" in an address. */
const bare = (address: string): string => (/^("[^"]{1,64}"|[^\s<>":;,]+)@[^\s<>()":;,]+$/.test(address) ? address : /[^\s<>()[\]"':;,]{1,64}@[^\s<>()[\]"':;,]{1,255}/.exec(address)?.[0] ?? '');

/** The bare addresses of a header. */
export const addresses = (list: Address[] | undefined): string[] => boxes(list).map((one) => one.address);

/** One box as a person writes it. */
export const spell = (from: Address | undefined): string => boxes(from ? [from] : []).map((one) => (one.name ? `${one.name} <${one.address}>` : one.address))[0] ?? '';

/** Whom an answer to all would reach beside the sender and us; robots read no answers. */
export function othersOf(to: string[], cc: string[], sender: string, own: string): string[] {
  const all = [...to, ...cc].map((one) => one.toLowerCase());
  return [...new Set(all)].filter((one) => one !== sender.toLowerCase() && !isOurAddress(one, own) && !isRobot(one)).slice(0, 20);
}
