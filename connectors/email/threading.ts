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

/** Threads of mail, which have one length: only those fit into ids and return addresses. */
const Thread = /^m[0-9a-f]{24}$/;
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/**
 * The Message-ID of our mail: the same for the same key, and only we can make it. It names the thread too, so that
 * an answer finds home when the mail itself is no longer known.
 */
export function ourMessageId(secret: string, key: string, address: string, thread = ''): string {
  const name = Thread.test(thread) ? `${hash(key).slice(0, 20)}.${thread}` : hash(key).slice(0, 24);
  return `<${name}.${sign(secret, `id ${name}`)}@${domainOf(address)}>`;
}

/** Proven to be an id we gave a mail. */
export const isOurMessageId = (secret: string, messageId: string): boolean => nameOf(secret, messageId) !== null;

/** The thread an id of ours names. */
export const threadOfMessageId = (secret: string, messageId: string): string | null => nameOf(secret, messageId)?.split('.')[1] ?? null;

function nameOf(secret: string, messageId: string): string | null {
  const [, name = '', mac = ''] = /^<([0-9a-f]{24}|[0-9a-f]{20}\.m[0-9a-f]{24})\.([0-9a-f]{16})@[^@>]+>$/.exec(messageId.toLowerCase()) ?? [];
  return name !== '' && same(sign(secret, `id ${name}`), mac) ? name : null;
}

/** Ids of ours anywhere in a text: what a mail server returns without any format. */
export const ourIdsIn = (secret: string, text: string): string[] =>
  [...new Set(text.match(/[0-9a-f]{20,24}\.[0-9a-fm.]{16,42}@[^\s<>@"'()]{1,255}/gi) ?? [])].slice(0, 50).map((id) => `<${id.toLowerCase()}>`).filter((id) => isOurMessageId(secret, id));

/** support+b<id>@...: the return address of one mail (VERP); what comes there is about that mail. Null where it would not be valid. */
export function bounceAddress(secret: string, messageId: string, address: string): string | null {
  const [key, thread] = nameOf(secret, messageId)?.split('.') ?? [];
  if (key === undefined || thread === undefined) return null;
  const bytes = Buffer.from(key + thread.slice(1) + sign(secret, `bounce ${key}.${thread}`).slice(0, 10), 'hex');
  const at = address.lastIndexOf('@');
  const local = `${address.slice(0, at)}+b${base32(bytes)}`;
  return local.length <= 64 ? `${local}${address.slice(at)}` : null;
}

/** The Message-ID a return address stands for; null for a forged one or any other address. */
export function mailOfBounceAddress(secret: string, recipient: string, address: string): string | null {
  const token = plusPart(recipient, address);
  if (token === null || !/^b[a-z2-7]{44}$/.test(token)) return null;
  const hex = bytesOfBase32(token.slice(1)).toString('hex');
  const name = `${hex.slice(0, 20)}.m${hex.slice(20, 44)}`;
  if (!same(sign(secret, `bounce ${name}`).slice(0, 10), hex.slice(44, 54))) return null;
  return `<${name}.${sign(secret, `id ${name}`)}@${domainOf(address)}>`;
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function bytesOfBase32(text: string): Buffer {
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** What stands between + and @ when it is our address otherwise, in lower case. */
export function plusPart(recipient: string, address: string): string | null {
  const at = address.lastIndexOf('@');
  const given = recipient.toLowerCase();
  const prefix = `${address.slice(0, at)}+`.toLowerCase();
  return given.startsWith(prefix) && given.endsWith(address.slice(at).toLowerCase()) ? given.slice(prefix.length, given.lastIndexOf('@')) : null;
}

/** Our address, with or without a plus part. */
export const isOurAddress = (one: string, address: string): boolean => one.toLowerCase() === address.toLowerCase() || plusPart(one, address) !== null;

/** support+<thread>.<mac>@..., in lower case because some servers fold it; null where it would not be a valid address. */
export function replyAddress(secret: string, thread: string, address: string): string | null {
  const at = address.lastIndexOf('@');
  const local = `${address.slice(0, at)}+${thread}.${sign(secret, `thread ${thread}`)}`;
  return /^[a-z0-9-]{1,40}$/.test(thread) && local.length <= 64 ? `${local}${address.slice(at)}` : null;
}

/** The thread a valid reply address stands for; null for a forged one or any other address. */
export function threadOfAddress(secret: string, recipient: string, address: string): string | null {
  const [, thread = '', mac = ''] = /^([a-z0-9-]{1,40})\.([0-9a-f]{16})$/.exec(plusPart(recipient, address) ?? '') ?? [];
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
  const returned = claims.recipients.map((one) => mailOfBounceAddress(secret, one, address)).filter((one) => one !== null);
  const ours = [...returned, ...answered.filter((id) => isOurMessageId(secret, id))];
  const root = claims.references[0] ?? claims.inReplyTo[0] ?? claims.messageId;
  const thread = tokens[0] ?? threadKey(root, claims.sender);
  const own = answered.slice(0, 100).map((id) => threadKey(id, claims.sender));
  const named = ours.map((id) => threadOfMessageId(secret, id)).filter((one) => one !== null);
  const related = [...new Set([...tokens, ...ours, ...named, ...own])];
  return { thread, related, proven: tokens.length > 0 || ours.length > 0 };
}
