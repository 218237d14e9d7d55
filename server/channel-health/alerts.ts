/** What people must know of channels now: it comes and goes by itself. */
import type { Channel } from '../channels/schema.ts';
import type { Words } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Alert } from './schema.ts';

const hourMs = 3_600_000;

/** Since when a channel is down, and why; null: it is not. One hiccup of a connector that can be probed is no outage. */
export function downOf(hub: Pick<Hub, 'canary' | 'channels'>, channelId: string): { since: Date; reason?: Words } | null {
  const running = hub.channels.get(channelId);
  const canary = running && hub.canary.of(channelId);
  const health = hub.channels.health(channelId);
  if (canary?.state === 'down') return { since: canary.since, ...(canary.reason ? { reason: canary.reason } : {}) };
  if (health?.state !== 'down' || running?.connector.probe) return null;
  return { since: health.at, ...(health.detail?.message ? { reason: health.detail.message } : {}) };
}

/** Every channel that is down, or whose pushes got lost within the last hour. */
export async function alertsOf(hub: Hub): Promise<Alert[]> {
  const channels = (await hub.store.channels.list()).filter(({ enabled }) => enabled);
  return (await Promise.all(channels.map(channel => alertsAbout(hub, channel)))).flat();
}

async function alertsAbout(hub: Hub, { id: channelId, name, kind }: Channel): Promise<Alert[]> {
  const down = downOf(hub, channelId);
  if (down) return [{ channelId, name, kind, what: 'down', ...down, waiting: await hub.store.conversations.countWaiting(channelId) }];
  const since = new Date(hub.now().getTime() - hourMs);
  const foundAt = await hub.store.channelHealth.foundSince(channelId, since);
  return foundAt && foundAt > since ? [{ channelId, name, kind, what: 'pushes-lost', since: foundAt, waiting: 0 }] : [];
}
