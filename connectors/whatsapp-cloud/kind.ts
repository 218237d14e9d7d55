import type { ChannelKind } from '../connector.ts';
import { Config, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const whatsappCloud: ChannelKind = {
  manifest,
  create: async (config, channel) => (await import('./connector.ts')).whatsappConnector(Config.parse(config), { hook: `${channel.publicUrl.replace(/\/+$/, '')}/hooks/whatsapp-cloud/${channel.id}` }),
};
