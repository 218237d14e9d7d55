/** A customer wrote: who is it, which conversation, one insert. When this resolves the platform may be told so. */
import { localeOf } from '../../bots/locale.ts';
import type { Inbound } from '../../connectors/connector.ts';
import { noteFound } from '../channels/asked.ts';
import type { Channel } from '../channels/schema.ts';
import { identify } from '../contacts/identify.ts';
import type { Hub } from '../hub.ts';
import { storeFile } from '../attachments/store-file.ts';
import { newId } from '../store/id.ts';
import { append } from './append.ts';
import type { Policy } from './rules/apply.ts';
import { withoutPlaceholder } from './rules/preview.ts';
import type { Attachment, Content, Head, Locale, Thread } from './schema.ts';
import { threadName } from './rules/thread.ts';

const lateMs = 3_600_000;
/** Platforms tell whole seconds. */
const notableMs = 2_000;

/** Stores one inbound message of a channel. A redelivery resolves with the seq it had. */
export async function receive(hub: Hub, channel: Channel, inbound: Inbound): Promise<{ conversationId: string; seq: number }> {
  const content = await contentOf(hub, channel, inbound);
  const { group } = inbound;
  // A group is a contact of its own; who spoke is the entry's actor.
  const { contactId, met } = await identify(hub, channel, group ? { value: inbound.thread, name: group.name, stable: true } : inbound.from);
  const memberId = group ? (await identify(hub, channel, inbound.from)).contactId : undefined;
  const thread: Thread = { channelId: channel.id, key: inbound.thread, address: group ? inbound.thread : inbound.from.value };
  // What comes long after it was said (a channel's first connection, an outage healed) is for people: a machine's answer would surprise. A mail's date is its sender's.
  const late = channel.kind !== 'email' && inbound.sentAt !== undefined && hub.now().getTime() - inbound.sentAt.getTime() > lateMs;
  const policy: Policy = { bot: (channel.bot || hub.hours.botFirst(channel)) && !late, queueId: channel.queueId, burstMs: hub.channels.manifest(channel.kind).burstMs, priority: channel.priority, returnSeconds: hub.routingPolicy().returnSeconds };
  const { conversationId, key } = await conversationFor(hub, channel, inbound, thread, contactId, met);
  if (!policy.bot) policy.routed = await hub.routeFor({ moment: 'first', conversationId, contactId, channelId: channel.id, text: content.text ?? '', queueId: channel.queueId, priority: channel.priority });
  const { entry, repeated } = await append(hub, conversationId, head => ({
    kind: 'contact-said', contactId, memberId, quiet: group ? !group.mentioned : undefined, thread: { ...thread, key }, externalId: inbound.externalId, content, policy,
    locale: localeAfter(head, content.text ?? ''), subject: content.email?.subject, act: inbound.act, mood: hub.moodAfter(head, content), saidAt: earlier(hub, channel, inbound.sentAt),
  }));
  if (!repeated) noteFound(hub, channel.id, inbound.sentAt);
  return { conversationId: entry.conversationId, seq: entry.seq };
}

/** The first words decide; they are not read again with each message. */
export const localeAfter = (head: Pick<Head, 'lastContactSeq' | 'locale'>, text: string): Locale => (head.lastContactSeq === 0 ? localeOf(text, head.locale) : head.locale);

/** Reply windows count from what the platform says, when that is told and came late. */
export function earlier(hub: Hub, channel: Channel, sentAt: Date | undefined): Date | undefined {
  return sentAt && hub.channels.manifest(channel.kind).replyWindow && hub.now().getTime() - sentAt.getTime() > notableMs ? sentAt : undefined;
}

/** Files are stored before the entry that names them: an entry never points at nothing. A redelivery stores none. Those the platform still holds are named, and fetched later. */
export async function contentOf(hub: Hub, channel: Channel, said: Pick<Inbound, 'externalId' | 'content' | 'files' | 'later'>): Promise<Content> {
  const content = withoutPlaceholder(said.content);
  if (!said.files?.length && !said.later?.length) return content;
  const before = await hub.store.conversations.findByExternalId(channel.id, said.externalId);
  if (before) return before.content ?? content;
  const stored: Attachment[] = [];
  for (const file of said.files ?? []) stored.push({ ...await storeFile(hub, file, { kind: 'inbound', id: channel.id }), ...(file.role ? { role: file.role } : {}) });
  const awaited = (said.later ?? []).map(({ ref, name, type, role }): Attachment => ({ id: newId(), name, type, size: 0, awaited: { ref }, ...(role ? { role } : {}) }));
  return { ...content, attachments: [...(content.attachments ?? []), ...stored, ...awaited] };
}

/** The conversation of a thread, whatever its state; a new one when the thread is new. */
export async function conversationOf(hub: Hub, thread: Thread, contactId: string): Promise<string> {
  const name = threadName(thread);
  const own = await leadsTo(hub, thread) ?? await open(hub, thread, contactId);
  hub.known.threads.set(name, own);
  return own;
}

/** The conversation that a thread leads to. One that rests is asked about again: the thread may have joined another. */
async function leadsTo(hub: Hub, thread: Thread): Promise<string | null> {
  const known = hub.known.threads.get(threadName(thread));
  const rests = known !== undefined && (await hub.heads.get(known))?.status === 'resolved';
  return known !== undefined && !rests ? known : await hub.store.conversations.findByThread(thread) ?? known ?? null;
}

async function open(hub: Hub, thread: Thread, contactId: string): Promise<string> {
  const opened = await hub.store.conversations.openHead(thread, contactId);
  if (opened) hub.heads.opened(opened);
  const conversationId = opened?.id ?? await hub.store.conversations.findByThread(thread);
  if (!conversationId) throw new Error(`thread ${threadName(thread)} is taken but nobody holds it`);
  return conversationId;
}

type Found = { conversationId: string; key: string };

/** The conversation this message belongs to: its thread's, one it answers, one the contact has open elsewhere, or a new one. */
async function conversationFor(hub: Hub, channel: Channel, inbound: Inbound, thread: Thread, contactId: string, met: boolean): Promise<Found> {
  const name = threadName(thread);
  const own = await leadsTo(hub, thread);
  if (own && await accepts(hub, channel, own)) {
    if (hub.known.threads.get(name) !== own) hub.known.threads.set(name, own);
    return { conversationId: own, key: inbound.thread };
  }
  const other = await related(hub, channel, inbound) ?? (own || !met ? null : await elsewhere(hub, channel, inbound, contactId));
  if (other) return other;
  const conversationId = await open(hub, thread, contactId);
  hub.known.threads.set(name, conversationId);
  return { conversationId, key: inbound.thread };
}

/** A resolved matter reopens for a while; later the same thread begins a new one. */
async function accepts(hub: Hub, channel: Channel, conversationId: string): Promise<boolean> {
  const head = await hub.heads.get(conversationId);
  if (!head) return false;
  return head.status !== 'resolved' || !head.resolvedAt || hub.now().getTime() - head.resolvedAt.getTime() < channel.reopenHours * 3_600_000;
}

async function related(hub: Hub, channel: Channel, inbound: Inbound): Promise<Found | null> {
  for (const value of inbound.related ?? []) {
    const byThread = await hub.store.conversations.findByThread({ channelId: channel.id, key: value });
    if (byThread && await accepts(hub, channel, byThread)) return { conversationId: byThread, key: value };
    const entry = await hub.store.conversations.findByExternalId(channel.id, value);
    if (entry?.thread && await accepts(hub, channel, entry.conversationId)) return { conversationId: entry.conversationId, key: entry.thread.key };
  }
  return null;
}

/** Somebody we know who turns up on another channel goes on with the open matter; mail threads are matters of their own. */
async function elsewhere(hub: Hub, channel: Channel, inbound: Inbound, contactId: string): Promise<Found | null> {
  if (channel.kind === 'email') return null;
  const conversationId = await hub.store.conversations.findOpenOf(contactId);
  const head = conversationId ? await hub.heads.get(conversationId) : null;
  if (!head || head.threads.some(thread => thread.channelId === channel.id)) return null;
  return { conversationId: head.id, key: inbound.thread };
}
