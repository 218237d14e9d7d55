/** What a customer may see of their conversation: what was said on this very thread; not what came by mail or phone, nothing of ours behind it. */
import type { TranscriptEntry } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import { threadName } from './rules/thread.ts';
import type { Entry } from './schema.ts';

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

function visible(entry: Entry, people: Map<string, string>): TranscriptEntry {
  const { kind } = entry.actor;
  return {
    seq: entry.seq, at: entry.at, from: kind === 'program' ? 'agent' : kind, content: entry.content ?? {},
    ...(kind === 'agent' ? { name: people.get(entry.actor.id) } : {}), ...(entry.delivery ? { delivery: entry.delivery.state } : {}), ...(entry.externalId ? { externalId: entry.externalId } : {}),
  };
}
