/** By which thread the next words leave while the customer's own channel is down. Pure. */
import type { ChannelAlert, Conversation, TimelineEntry } from '../wire.ts';

type Place = { channelId: string; key: string };

/** The thread that a reply of ours took since the channel is down: a person chose it, so the next one goes there too. Null: where the customer last spoke. */
export function wayOut({ thread, threads }: Pick<Conversation, 'thread' | 'threads'>, entries: readonly TimelineEntry[], alerts: readonly ChannelAlert[]): Place | null {
  const down = new Map(alerts.flatMap((alert) => (alert.what === 'down' ? [[alert.channelId, Date.parse(alert.since)] as const] : [])));
  const since = down.get(thread.channelId);
  if (since === undefined) return null;
  const last = entries.findLast((entry) => entry.kind === 'message' && (entry.actor.kind === 'agent' || entry.receipt?.passedOn !== undefined) && entry.thread !== undefined && !down.has(entry.thread.channelId) && Date.parse(entry.at) >= since);
  const way = threads.find((each) => each.channelId === last?.thread?.channelId && each.key === last.thread.key);
  return way ? { channelId: way.channelId, key: way.key } : null;
}
