import type { Hub } from '../hub.ts';
import { maskConfig } from './config.ts';
import type { Channel } from './schema.ts';

/** A channel as screens and the API see it: no secret, its health and where its platform must call. The code to scan is for admins only. */
export function channelView(hub: Hub, channel: Channel, forAdmin = false) {
  const manifest = hub.channels.manifest(channel.kind);
  const health = hub.channels.health(channel.id);
  return {
    ...channel,
    config: maskConfig(manifest, channel.config),
    health: health ? { state: health.state, message: health.detail?.message, at: health.at, ...(forAdmin && health.detail ? { detail: health.detail } : {}) } : { state: channel.enabled ? 'waiting' : 'off', at: channel.createdAt },
    webhookUrl: hub.channels.get(channel.id)?.connector.webhook ? `${hub.publicUrl}/hooks/${channel.kind}/${channel.id}` : undefined,
  };
}
