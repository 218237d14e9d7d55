/** Replies that wait for a channel that is down can go out another way. A person decides, each time; nothing goes by itself. */
import type { Channel } from '../channels/schema.ts';
import { allowed } from '../contacts/consent.ts';
import { membersOf } from '../contacts/link.ts';
import { conversation } from '../conversations/conversation.ts';
import { sameThread, threadName } from '../conversations/rules/thread.ts';
import type { Actor, Entry, Head, Thread, Words } from '../conversations/schema.ts';
import { passOn, takeBack } from '../conversations/take-back.ts';
import { closed } from '../conversations/window.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { downOf } from './alerts.ts';
import type { FailOverInput, Offer, Way } from './schema.ts';

/** A person has a handful of conversations; of more the latest count. */
const mostConversations = 20;
const notReady = { 'zh-CN': '这个渠道现在也不可用', en: 'This channel is not ready either' };

/** An offer for each channel of the conversation that is down while replies of ours wait for it. */
export async function offersOf(hub: Hub, conversationId: string): Promise<Offer[]> {
  const head = await conversation(hub, conversationId);
  const ids = [...new Set(head.threads.map(({ channelId }) => channelId))];
  return (await Promise.all(ids.map(id => offerOf(hub, head, id)))).flatMap(offer => offer ?? []);
}

async function offerOf(hub: Hub, head: Head, channelId: string): Promise<Offer | null> {
  const down = downOf(hub, channelId);
  if (!down) return null;
  // A word of courtesy of the hub itself is not worth another channel.
  const waiting = (await hub.store.conversations.waitingIn(head.id, channelId)).filter(({ actor }) => actor.kind !== 'system');
  const channel = await hub.store.channels.get(channelId);
  const [first] = waiting;
  if (!first || !channel) return null;
  return {
    channel: facts(channel), ...down, replies: waiting.map(entry => ({ seq: entry.seq, doubtful: doubtful(entry) })),
    ways: await waysFrom(hub, head, channelId, first),
  };
}

const facts = ({ id, name, kind }: Channel) => ({ id, name, kind });
/** The platform may have it: an attempt is under way, its outcome was lost, or a part of it went out. */
const doubtful = ({ effects: [effect], parts }: Entry): boolean => effect?.doubt === true || effect?.trying === true || parts?.some(({ state }) => state !== 'queued') === true;

/** Where else the person can be written to: threads of this conversation first, then of their others. */
async function waysFrom(hub: Hub, head: Head, downId: string, first: Entry): Promise<Way[]> {
  const others = await hub.store.conversations.listHeads({ members: await membersOf(hub, head.contactId) }, mostConversations);
  const ways = new Map<string, Promise<Way | null>>();
  for (const each of [head, ...others]) {
    for (const thread of each.threads) {
      if (thread.channelId === downId || ways.has(threadName(thread))) continue;
      // Where they have another open matter, the words belong into that one; a thread that rests joins this one.
      ways.set(threadName(thread), wayTo(hub, each.status === 'resolved' ? head.id : each.id, thread, first));
    }
  }
  return (await Promise.all(ways.values())).flatMap(way => way ?? []);
}

async function wayTo(hub: Hub, conversationId: string, thread: Thread, { content = {} }: Entry): Promise<Way | null> {
  const running = hub.channels.get(thread.channelId);
  if (!running) return null;
  const { channel } = running;
  const state = hub.channels.health(channel.id)?.state;
  const { template: _template, ...plain } = content;
  const consent = await allowed(hub, { channel, address: thread.address ?? thread.key, purpose: 'service' });
  const refused: Words | undefined = (state === 'down' || state === 'waiting' || downOf(hub, channel.id) ? notReady : undefined)
    ?? (consent.allowed ? undefined : consent.reason) ?? await closed(hub, conversationId, thread, plain) ?? undefined;
  return { thread, conversationId, channelId: channel.id, name: channel.name, kind: channel.kind, ...(refused ? { refused } : {}) };
}

/**
 * Takes replies back, each in one stroke that its sender cannot miss, and sends them on another thread in the order in which they were
 * said. What went out meanwhile, or perhaps did, is left and named. A crash in between is healed by the outbox: nothing is lost.
 */
export async function failOver(hub: Hub, conversationId: string, actor: Actor, { seqs, thread, doubtful: also }: FailOverInput): Promise<{ moved: { seq: number; as?: number }[]; left: number[] }> {
  const offers = await offersOf(hub, conversationId);
  const offer = offers.find(({ replies }) => replies.some(({ seq }) => seqs.includes(seq)));
  if (!offer) throw new Problem('conflict', { 'zh-CN': '这些回复已经不在等待：渠道恢复了，或已发出。', en: 'These replies do not wait any more: the channel is there again, or they went out.' });
  const way = offer.ways.find(each => sameThread(each.thread, thread));
  if (!way) throw new Problem('invalid', { 'zh-CN': '客户没有在那里联系过我们。', en: 'The customer never wrote there.' }, { thread: 'choose one of the ways that are offered' });
  if (way.refused) throw new Problem('conflict', way.refused);
  const offered = new Set(offer.replies.map(({ seq }) => seq));
  const taken: Entry[] = [];
  const left: number[] = [];
  for (const seq of [...new Set(seqs)].toSorted((a, b) => a - b)) {
    const entry = offered.has(seq) ? await takeBack(hub, conversationId, seq, { to: way.thread, into: way.conversationId, by: actor, doubtful: also }) : null;
    if (entry) taken.push(entry);
    else left.push(seq);
  }
  const moved: { seq: number; as?: number }[] = [];
  for (const entry of taken) {
    hub.effects.schedule(entry, hub.now());
    const [effect] = entry.effects;
    // At once, for who waits for the answer; the outbox does it again, harmlessly, or alone if this fails.
    if (effect) await passOn(hub, entry, effect).catch(error => hub.log.warn({ err: error, entry: entry.id }, 'a reply that was taken back goes on by the outbox'));
    const instead = (await hub.store.conversations.getById(entry.id))?.delivery?.instead;
    moved.push({ seq: entry.seq, ...(instead?.seq === undefined ? {} : { as: instead.seq }) });
  }
  hub.events.emit('alerts', {});
  return { moved, left };
}
