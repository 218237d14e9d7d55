import type { ChannelKind } from '../connector.ts';
import { Config, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const webchat: ChannelKind = {
  manifest,
  create: async (config) => (await import('./connector.ts')).webchatConnector(Config.parse(config)),
};
