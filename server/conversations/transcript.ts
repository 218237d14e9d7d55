/** What a customer may see of their conversation: what was said on this very thread; not what came by mail or phone, nothing of ours behind it. */
import type { TranscriptEntry } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import { threadName } from './rules/thread.ts';
import { thumbs, type Entry, type Ratings } from './schema.ts';

const longest = 200;

/** Entries of a thread's conversation after a seq, oldest first; the last 200 when there are more. */
export async function transcript(hub: Hub, channelId: string, key: string, afterSeq: number): Promise<TranscriptEntry[]> {
  const conversationId = hub.known.threads.get(threadName({ channelId, key })) ?? await hub.store.conversations.findByThread({ channelId, key });
  if (!conversationId) return [];
  const entries = await hub.store.conversations.readThread(conversationId, { channelId, key }, afterSeq, longest);
  const agents = new Set(entries.flatMap(({ actor }) => actor.kind === 'agent' ? actor.id : []));
  const people = new Map<string, string>();
  for (const id of agents) people.set(id, (await hub.store.people.get(id))?.name ?? '');
  return entries.map(entry => visible(entry, people));
}

/** What the customer thinks of the bot's last words on a thread: their last thumb on each. */
export async function ratings(hub: Hub, channelId: string, key: string): Promise<Ratings> {
  const conversationId = hub.known.threads.get(threadName({ channelId, key })) ?? await hub.store.conversations.findByThread({ channelId, key });
  if (!conversationId || !await hub.store.conversations.anyTold(conversationId)) return {};
  const said = (await hub.store.conversations.readThread(conversationId, { channelId, key }, 0, longest)).filter(({ actor }) => actor.kind === 'bot');
  const found: Ratings = {};
  for (const { kind, actor, about, emoji = '' } of await hub.store.conversations.toldOf(said)) {
    const seq = said.find(({ externalId }) => externalId !== undefined && externalId === about)?.seq;
    if (kind !== 'reaction' || actor.kind !== 'contact' || seq === undefined) continue;
    delete found[seq];
    if (emoji.startsWith(thumbs.up)) found[seq] = 'up';
    if (emoji.startsWith(thumbs.down)) found[seq] = 'down';
  }
  return found;
}

function visible(entry: Entry, people: Map<string, string>): TranscriptEntry {
  const { kind } = entry.actor;
  return {
    seq: entry.seq, at: entry.at, from: kind === 'program' ? 'agent' : kind, content: entry.content ?? {},
    ...(kind === 'agent' ? { name: people.get(entry.actor.id) } : {}), ...(entry.delivery ? { delivery: entry.delivery.state } : {}), ...(entry.externalId ? { externalId: entry.externalId } : {}),
  };
}
