import type { ChannelKind } from '../connector.ts';
import { Config, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const wechatPersonal: ChannelKind = {
  manifest,
  create: async (config, { id }) => (await import('./connector.ts')).wechatPersonalConnector(Config.parse(config), `wechat-personal:${id}`),
};
