/** What a platform tells beside messages: kept as entries of their own, over which screens fold what they see. */
import { inLanguage, type Happening } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import { takeConsent } from '../contacts/consent.ts';
import { moved } from '../contacts/moved.ts';
import { identify } from '../contacts/identify.ts';
import type { Hub } from '../hub.ts';
import { append } from './append.ts';
import { contentOf, conversationOf, earlier } from './receive.ts';
import type { Fact } from './rules/apply.ts';
import { threadName } from './rules/thread.ts';
import type { Actor, Content, Thread } from './schema.ts';

/** Stores one happening. A redelivery changes nothing. Rejects when it could not be kept: do not acknowledge it. */
export async function happened(hub: Hub, channel: Channel, happening: Happening): Promise<void> {
  switch (happening.kind) {
    case 'echo': return echo(hub, channel, happening);
    case 'reaction': return about(hub, channel, happening, { happening: 'reaction', emoji: happening.emoji }, happening.from.value);
    case 'edited': return about(hub, channel, happening, { happening: 'edited', content: happening.content });
    case 'recalled': return about(hub, channel, happening, { happening: 'recalled' });
    case 'event': return event(hub, channel, happening, { event: { name: happening.name, text: happening.text, ...(happening.data ? { data: happening.data } : {}) } }, { event: happening.name, ...happening.data });
    case 'consent':
      await takeConsent(hub, channel, happening);
      return event(hub, channel, happening, { text: happening.words }, { event: 'consent', granted: happening.granted });
    case 'moved':
      await moved(hub, channel, happening.from, happening.to);
      return event(hub, channel, happening, {}, { event: 'moved', from: happening.from.value, to: happening.to.value }, await destination(hub, channel, happening));
  }
}

const threadOf = (channel: Channel, key: string, address?: string): Thread => ({ channelId: channel.id, key, ...(address ? { address } : {}) });

async function echo(hub: Hub, channel: Channel, said: Extract<Happening, { kind: 'echo' }>): Promise<void> {
  // Our own send comes back as well: it is known by the platform's id.
  if (await hub.store.conversations.findByExternalId(channel.id, said.externalId)) return;
  const { contactId } = await identify(hub, channel, said.to);
  const thread = threadOf(channel, said.thread, said.to.value);
  const conversationId = await conversationOf(hub, thread, contactId);
  await append(hub, conversationId, { kind: 'echoed', contactId, thread, externalId: said.externalId, content: await contentOf(hub, channel, said) });
}

type MovedTo = Extract<Fact, { kind: 'happened' }>['movedTo'];

/** Where the person is reached now, and the thread of their next words, unless it leads somewhere already. */
async function destination(hub: Hub, channel: Channel, { thread, from, to, next }: Extract<Happening, { kind: 'moved' }>): Promise<MovedTo> {
  const also = threadOf(channel, next ?? (thread === from.value ? to.value : thread), to.value);
  const taken = also.key === thread ? null : await hub.store.conversations.findByThread(also);
  return { address: to.value, ...(also.key === thread || taken ? {} : { also }) };
}

type Told = { happening: 'reaction' | 'edited' | 'recalled'; emoji?: string; content?: Content };

/** Told of a message: it belongs where the message is, or where the message will come when this overtook it. */
async function about(hub: Hub, channel: Channel, news: Extract<Happening, { about: string }>, told: Told, from?: string): Promise<void> {
  const target = await hub.store.conversations.findByExternalId(channel.id, news.about);
  const conversationId = target?.conversationId ?? await hub.store.conversations.findByThread(threadOf(channel, news.thread));
  const head = conversationId ? await hub.heads.get(conversationId) : null;
  if (!head) { hub.log.info({ channel: channel.id, about: news.about, kind: news.kind }, 'told of a message from before our time'); return; }
  const contact = from === undefined ? head.contactId : (await identify(hub, channel, { value: from, stable: true })).contactId;
  const actor: Actor = told.happening !== 'reaction' && target?.actor.kind !== 'contact' ? { kind: 'program', id: 'outside' } : { kind: 'contact', id: contact };
  await append(hub, head.id, {
    kind: 'happened', actor, contactId: head.contactId, thread: target?.thread ?? threadOf(channel, news.thread, head.thread.address), externalId: news.externalId, about: news.about, aboutSeq: target?.seq, ...told,
  });
}

async function event(hub: Hub, channel: Channel, news: Extract<Happening, { from: { value: string } }>, content: Content, receipt: Record<string, unknown>, movedTo?: MovedTo): Promise<void> {
  const { contactId } = await identify(hub, channel, news.from);
  const thread = threadOf(channel, news.thread, news.from.value);
  const conversationId = await conversationOf(hub, thread, contactId);
  if (movedTo?.also) hub.known.threads.set(threadName(movedTo.also), conversationId);
  await append(hub, conversationId, head => ({
    kind: 'happened', happening: 'event', movedTo, actor: { kind: 'contact', id: contactId }, contactId, thread, externalId: news.externalId, receipt, saidAt: earlier(hub, channel, news.sentAt),
    content: content.event ? { ...content, text: inLanguage(content.event.text, head.locale) } : content,
  }));
}
