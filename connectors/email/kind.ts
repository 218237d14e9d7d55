import type { ChannelKind } from '../connector.ts';
import { EmailConfig, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const email: ChannelKind = {
  manifest,
  authorization: async () => (await import('./authorization.ts')).authorization,
  create: async (config) => (await import('./connector.ts')).emailConnector(EmailConfig.parse(config)),
};
