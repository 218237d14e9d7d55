/** What a customer may see of their conversation: what was said on this very thread; not what came by mail or phone, nothing of ours behind it. */
import type { TranscriptEntry } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import type { Entry } from './schema.ts';

const longest = 200;

/** Entries of a thread's conversation after a seq, oldest first; the last 200 when there are more. */
export async function transcript(hub: Hub, channelId: string, key: string, afterSeq: number): Promise<TranscriptEntry[]> {
  const conversationId = hub.known.threads.get(`${channelId}:${key}`) ?? await hub.store.conversations.findByThread({ channelId, key });
  if (!conversationId) return [];
  const entries = (await hub.store.conversations.readEntries(conversationId, { after: afterSeq })).filter(entry => entry.kind === 'message' && entry.thread?.channelId === channelId && entry.thread.key === key).slice(-longest);
  const people = new Map((await hub.store.people.list()).map(person => [person.id, person.name]));
  return entries.map(entry => visible(entry, people));
}

function visible(entry: Entry, people: Map<string, string>): TranscriptEntry {
  const { kind } = entry.actor;
  return {
    seq: entry.seq, at: entry.at, from: kind === 'program' ? 'agent' : kind, content: entry.content ?? {},
    ...(kind === 'agent' ? { name: people.get(entry.actor.id) } : {}), ...(entry.delivery ? { delivery: entry.delivery.state } : {}), ...(entry.externalId ? { externalId: entry.externalId } : {}),
  };
}
