import type { ChannelKind } from '../connector.ts';
import { WechatOfficialConfig, manifest } from './manifest.ts';

/** What the hub sees of this channel; the connector is loaded when its first channel starts. */
export const wechatOfficial: ChannelKind = {
  manifest,
  create: async (config) => (await import('./connector.ts')).wechatOfficialConnector(WechatOfficialConfig.parse(config)),
};
