/** Some platforms let us write freely only for a while after the customer's last word. Known before sending, not found out after. */
import type { Hub } from '../hub.ts';
import type { Content, Thread, Words } from './schema.ts';

const hourMs = 3_600_000;
const over = { 'zh-CN': '平台允许自由回复的时间已过，请发送已审核的模板，或等待客户再次来消息。', en: 'The time in which this platform lets us write freely is over. Send an approved template, or wait for the customer to write.' };
const usedUp = { 'zh-CN': '平台允许的回复条数已用完，请等待客户再次来消息。', en: 'This platform lets us send no more messages until the customer writes again.' };

/** When the window closes, and how many messages may still go out within it; undefined: any number. */
export type Window = { closesAt: Date; left?: number };

/** The reply window of a thread; null where the platform has none. @param before counts what was said before this seq only */
export async function windowOf(hub: Hub, conversationId: string, thread: Thread, before?: number): Promise<Window | null> {
  const kind = hub.channels.get(thread.channelId)?.channel.kind;
  const { replyWindowHours: hours, replyWindowMessages: most } = kind ? hub.channels.manifest(kind) : {};
  if (hours === undefined) return null;
  const { at, since } = await hub.store.conversations.lastHeard(conversationId, thread, most === undefined ? null : before ?? Number.MAX_SAFE_INTEGER);
  return { closesAt: new Date((at?.getTime() ?? 0) + hours * hourMs), ...(most === undefined ? {} : { left: Math.max(0, most - since) }) };
}

/** Why this content may not go out now; null: it may. A text the platform approved is free of the window. */
export async function closed(hub: Hub, conversationId: string, thread: Thread, content: Content, before?: number): Promise<Words | null> {
  if (content.template) return null;
  const window = await windowOf(hub, conversationId, thread, before);
  if (!window) return null;
  if (window.closesAt <= hub.now()) return over;
  return window.left === 0 ? usedUp : null;
}
