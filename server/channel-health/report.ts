import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import type { ChannelReport } from './schema.ts';
import { readLedger } from './watch.ts';

const dayMs = 86_400_000;

/** How a channel is, from what was counted and what the platform last said. */
export async function report(hub: Hub, channel: Channel): Promise<ChannelReport> {
  const [sums, backlog, ledger] = await Promise.all([
    hub.store.channelHealth.sums(channel.id, new Date(hub.now().getTime() - dayMs)),
    hub.store.conversations.countWaiting(channel.id),
    readLedger(hub, channel.id),
  ]);
  const { lastIn, lastOut, ...day } = sums;
  const tried = day.sent + day.failed + day.unknown;
  const health = hub.channels.health(channel.id);
  const running = hub.channels.get(channel.id);
  return {
    state: channel.enabled ? health?.state ?? 'waiting' : 'off', message: health?.detail?.message, at: health?.at ?? channel.createdAt,
    lastIn, lastOut, backlog, day: { ...day, errorShare: tried ? (day.failed + day.unknown) / tried : null },
    runningSince: running?.since ?? null,
    completeUntil: ledger && running?.connector.reconcile ? new Date(ledger.until) : null, ...(ledger?.gap ? { gap: ledger.gap } : {}),
  };
}
