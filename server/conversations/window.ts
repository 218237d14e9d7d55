/** What a platform lets us send, known before sending: so many messages, for so long after what the customer did. */
import { outline } from '../attachments/fit.ts';
import type { Hub } from '../hub.ts';
import { permissions, standing, type Permission, type Step } from './rules/reply-window.ts';
import { isMissing } from './rules/parts.ts';
import type { Content, ReplyWindow, Thread, Words } from './schema.ts';
import type { Lately } from './thread-store.ts';

const over = { 'zh-CN': '平台允许自由回复的时间已过，请发送已审核的模板，或等待客户再次来消息。', en: 'The time in which this platform lets us write freely is over. Send an approved template, or wait for the customer to write.' };
const usedUp = { 'zh-CN': '平台允许的回复条数已用完，请等待客户再次来消息。', en: 'This platform lets us send no more messages until the customer writes again.' };
const tooMany = (needed: number, left: number): Words => ({
  'zh-CN': `这条回复要分成 ${needed} 条发送，而客户再次来消息之前平台只允许再发 ${left} 条：请缩短内容或减少附件。`,
  en: `This reply needs ${needed} messages, and the platform lets us send only ${left} until the customer writes again: shorten it, or send fewer files.`,
});
/** After what the customer did last there is hardly more than this: the quotas are small. */
const mostLately = 64;

/** When the window closes, and how many messages may go out now; undefined: any number. `open`: each permission of which it is made. */
export type Window = Permission & { open: Permission[] };
/** The entry that is asked about, when it is in the timeline already. */
type Own = { id: string; seq: number };

/** The reply window of a thread; null where the platform has none. @param own what came before it counts, and what went out of it */
export async function windowOf(hub: Hub, conversationId: string, thread: Thread, own?: Own): Promise<Window | null> {
  const kind = hub.channels.get(thread.channelId)?.channel.kind;
  const rules = kind ? hub.channels.manifest(kind).replyWindow : undefined;
  if (!rules || !(thread.address ?? thread.key).startsWith(rules.addresses ?? '')) return null;
  const found = await exchange(hub, conversationId, thread, rules);
  return standing(permissions(rules, found.flatMap(each => stepsOf(hub, thread, each, own))), hub.now());
}

/** What was said and done since the customer's last message, and some before it. */
async function exchange(hub: Hub, conversationId: string, thread: Thread, { opens, endedBy }: ReplyWindow): Promise<Lately[]> {
  const { conversations } = hub.store;
  const plain = !endedBy && opens.every(({ by, messages }) => messages === undefined && by.every(act => act === 'message'));
  const found = plain ? [] : await conversations.lately(conversationId, thread, mostLately);
  if (!plain && (found.length < mostLately || found.some(each => actOf(each) === 'message'))) return found;
  const last = await conversations.lastHeard(conversationId, thread);
  return last ? [last, ...found] : found;
}

const actOf = ({ kind, actor, receipt }: Lately): string | null =>
  typeof receipt?.['event'] === 'string' ? receipt['event'] : kind === 'message' && actor.kind === 'contact' ? 'message' : null;

function stepsOf(hub: Hub, thread: Thread, entry: Lately, own?: Own): Step[] {
  const { seq, at, saidAt, actor, delivery, parts } = entry;
  const act = actOf(entry);
  if (act !== null) return [{ at: saidAt ?? at, seq, act }];
  // What was said on the platform itself is none of the messages we send; templates are free.
  if (actor.kind === 'contact' || actor.id === 'outside' || entry.content?.template || !delivery || delivery.state === 'withdrawn') return [];
  const sent = (parts ?? []).filter(part => !isMissing(part)).map((part): Step => ({ at: part.at, seq, sends: 1 }));
  if (own && (entry.id === own.id || seq >= own.seq)) return sent;
  // What waits in line goes out before.
  if (delivery.state === 'queued') return [...sent, { at, seq, sends: Math.max(0, messagesOf(hub, thread, entry.content ?? {}).length - sent.length) }];
  return parts ? sent : delivery.state === 'failed' ? [] : [{ at, seq, sends: 1 }];
}

/** The platform's messages that a content will become, as far as can be told before its files are looked at. */
export function messagesOf(hub: Hub, thread: Thread, content: Content): Content[] {
  const running = hub.channels.get(thread.channelId);
  return running?.connector.split?.(outline(content, hub.channels.manifest(running.channel.kind)), thread.address ?? thread.key) ?? [content];
}

/** Why this content may not go out now; null: it may. A text the platform approved is free of the window. @param needs how many messages; absent: worked out */
export async function closed(hub: Hub, conversationId: string, thread: Thread, content: Content, own?: Own, needs?: number): Promise<Words | null> {
  if (content.template) return null;
  const window = await windowOf(hub, conversationId, thread, own);
  if (!window) return null;
  if (window.open.length === 0) return over;
  if (window.left === undefined) return null;
  const needed = needs ?? messagesOf(hub, thread, content).length;
  return window.left === 0 ? usedUp : window.left < needed ? tooMany(needed, window.left) : null;
}
