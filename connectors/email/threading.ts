/** Which conversation a mail belongs to, and which claims about it are proven. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const sign = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex').slice(0, 16);
const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** All message ids of a References or In-Reply-To header, in order, each once. */
export function messageIds(header: string | undefined): string[] {
  return [...new Set(header?.slice(0, 100_000).match(/<[^<>\s]{1,300}>/g) ?? [])].slice(0, 500);
}

/**
 * A thread belongs to a root mail and the sender together: whoever forges References to a stranger's mail
 * gets a thread of his own.
 */
export const threadKey = (root: string, sender: string): string => `m${hash(`${root}\n${sender.toLowerCase()}`).slice(0, 24)}`;

/** The Message-ID of our mail: the same for the same key, and only we can make it. */
export function ourMessageId(secret: string, key: string, address: string): string {
  const id = hash(key).slice(0, 24);
  return `<${id}.${sign(secret, `id ${id}`)}@${address.slice(address.lastIndexOf('@') + 1).toLowerCase()}>`;
}

/** Proven to be an id we gave a mail. */
export function isOurMessageId(secret: string, messageId: string): boolean {
  const [, id = '', mac = ''] = /^<([0-9a-f]{24})\.([0-9a-f]{16})@[^@>]+>$/i.exec(messageId) ?? [];
  return id !== '' && same(sign(secret, `id ${id.toLowerCase()}`), mac.toLowerCase());
}

/** support+<thread>.<mac>@..., in lower case because some servers fold it; null where it would not be a valid address. */
export function replyAddress(secret: string, thread: string, address: string): string | null {
  const at = address.lastIndexOf('@');
  const local = `${address.slice(0, at)}+${thread}.${sign(secret, `thread ${thread}`)}`;
  return /^[a-z0-9-]{1,40}$/.test(thread) && local.length <= 64 ? `${local}${address.slice(at)}` : null;
}

/** The thread a valid reply address stands for; null for a forged one or any other address. */
export function threadOfAddress(secret: string, recipient: string, address: string): string | null {
  const at = address.lastIndexOf('@');
  const given = recipient.toLowerCase();
  const prefix = `${address.slice(0, at)}+`.toLowerCase();
  if (!given.startsWith(prefix) || !given.endsWith(address.slice(at).toLowerCase())) return null;
  const [, thread = '', mac = ''] = /^([a-z0-9-]{1,40})\.([0-9a-f]{16})$/.exec(given.slice(prefix.length, given.lastIndexOf('@'))) ?? [];
  return thread !== '' && same(sign(secret, `thread ${thread}`), mac) ? thread : null;
}

/** What the mail says about where it belongs. */
export type Claims = { sender: string; messageId: string; inReplyTo: string[]; references: string[]; recipients: string[] };

/**
 * `related` holds only what the sender has shown to know or may claim for himself: a signed address, ids of ours
 * (unguessable, so he holds our mail), and threads of his own. An id of somebody else's mail proves nothing and is left out.
 */
export function threading(claims: Claims, secret: string, address: string): { thread: string; related: string[]; proven: boolean } {
  const tokens = claims.recipients.map((one) => threadOfAddress(secret, one, address)).filter((one) => one !== null);
  const answered = [...claims.inReplyTo, ...claims.references.toReversed()];
  const ours = answered.filter((id) => isOurMessageId(secret, id));
  const root = claims.references[0] ?? claims.inReplyTo[0] ?? claims.messageId;
  const thread = tokens[0] ?? threadKey(root, claims.sender);
  const own = answered.slice(0, 100).map((id) => threadKey(id, claims.sender));
  const related = [...new Set([...tokens, ...ours, ...own])];
  return { thread, related, proven: tokens.length > 0 || ours.length > 0 };
}
