import type { ChannelKind } from '../connector.ts';
import { Config, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const whatsappWeb: ChannelKind = {
  manifest,
  create: async (config, channel) => (await import('./connector.ts')).whatsappWebConnector(Config.parse(config), channel),
};
