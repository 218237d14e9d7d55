/** Names of threads and of our messages. */
import { createHash } from 'node:crypto';

/** One customer at one account; customers may write to several accounts. */
export const threadOf = (account: string, customer: string): string => `${account}:${customer}`;

/** The account and customer of a thread. */
export function fromThread(thread: string): { account: string; customer: string } {
  const at = thread.indexOf(':');
  return at < 0 ? { account: '', customer: thread } : { account: thread.slice(0, at), customer: thread.slice(at + 1) };
}

/** The platform drops a second message with one id, so ids come from the key. At most 32 of [0-9a-zA-Z_-]. */
export const messageId = (key: string): string => `hub_${createHash('sha256').update(key).digest('base64url').slice(0, 24)}`;

/** The id under which the hub knows a message: the further parts of one had their number behind it until November 2026. */
export function ourId(msgid: string): string {
  return /^(hub_[\w-]{24})(?:_\d{1,2})?$/.exec(msgid)?.[1] ?? msgid;
}
