import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import type { Budget, ChannelReport } from './schema.ts';
import type { Sums } from './store.ts';
import { readLedger } from './watch.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How a channel is, from what was counted and what the platform last said. */
export async function report(hub: Hub, channel: Channel): Promise<ChannelReport> {
  const { store } = hub;
  const now = hub.now().getTime();
  const [hour, day, last, backlog, quarantined, ledger, stored] = await Promise.all([
    store.channelHealth.sums(channel.id, new Date(now - hourMs)), store.channelHealth.sums(channel.id, new Date(now - dayMs)), store.channelHealth.moments(channel.id),
    store.conversations.countWaiting(channel.id), store.channels.countQuarantined(channel.id), readLedger(hub, channel.id), store.channelHealth.getCanary(channel.id),
  ]);
  const health = hub.channels.health(channel.id);
  const running = hub.channels.get(channel.id);
  const { channelId: _channel, version: _version, ...canary } = stored ?? { channelId: channel.id, version: 0 };
  return {
    state: channel.enabled ? health?.state ?? 'waiting' : 'off', message: health?.detail?.message, at: health?.at ?? channel.createdAt,
    ...last, backlog, quarantined, hour: budget(hour), day: budget(day),
    runningSince: running?.since ?? null, canary: 'state' in canary ? canary : null, probed: running?.connector.probe !== undefined,
    canReconcile: running?.connector.reconcile !== undefined, completeUntil: ledger && running?.connector.reconcile ? new Date(ledger.until) : null, ...(ledger?.gap ? { gap: ledger.gap } : {}),
  };
}

function budget(sums: Sums): Budget {
  const tried = sums.sent + sums.failed + sums.unknown;
  return { ...sums, errorShare: tried ? (sums.failed + sums.unknown) / tried : null, awayShare: sums.probes ? sums.probesFailed / sums.probes : null };
}
