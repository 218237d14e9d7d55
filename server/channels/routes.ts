import { route } from '../http/route.ts';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../problem.ts';
import { channelView } from './channel-view.ts';
import { changeChannel, createChannel, getChannel, removeChannel } from './change.ts';
import { formOf } from './config.ts';
import { ChannelChange, ChannelInput } from './schema.ts';

const started = { 'zh-CN': '已启动', en: 'Started' };

export const channelRoutes = [
  route('agent', {
    method: 'get', path: '/channel-kinds', summary: 'Kinds of channels and their settings forms',
    run: async ({ hub }) => ({ items: hub.channels.kinds.map(({ manifest, authorization }) => ({ ...manifest, config: formOf(manifest), ...(authorization && { authorization: true }) })) }),
  }),
  route('agent', { method: 'get', path: '/channels', summary: 'Connected channels and their health', run: async ({ hub, caller }) => ({ items: (await hub.store.channels.list()).map(channel => channelView(hub, channel, caller.role === 'admin')) }) }),
  route('admin', {
    method: 'post', path: '/channels', summary: 'Connect a channel; generated secrets are shown this once', body: ChannelInput, status: 201,
    async run({ hub, body }) {
      const { channel, secrets } = await createChannel(hub, body);
      return { ...channelView(hub, channel, true), secrets };
    },
  }),
  route('admin', { method: 'get', path: '/channels/:id', summary: 'One channel', run: async ({ hub, params }) => channelView(hub, await getChannel(hub, params['id'] ?? ''), true) }),
  route('admin', {
    method: 'patch', path: '/channels/:id', summary: 'Change a channel; a secret left out stays, a generated one set to null is made anew', body: ChannelChange,
    async run({ hub, params, body }) {
      const { channel, secrets } = await changeChannel(hub, params['id'] ?? '', body);
      return { ...channelView(hub, channel, true), ...(Object.keys(secrets).length ? { secrets } : {}) };
    },
  }),
  route('admin', { method: 'delete', path: '/channels/:id', summary: 'Disconnect a channel; its conversations stay', run: ({ hub, params }) => removeChannel(hub, params['id'] ?? '') }),
  route('admin', {
    method: 'post', path: '/channels/:id/test', summary: 'Run the channel\'s named checks',
    async run({ hub, params }) {
      const channel = await getChannel(hub, params['id'] ?? '');
      const connector = hub.channels.get(channel.id)?.connector;
      if (!connector) return { checks: [{ name: started, ok: false, detail: hub.channels.health(channel.id)?.detail?.message ?? { 'zh-CN': '渠道已停用。', en: 'The channel is off.' } }] };
      return { checks: await connector.test?.() ?? [{ name: started, ok: true }] };
    },
  }),
  route('supervisor', { method: 'get', path: '/quarantine', summary: 'Messages that could not be read', run: async ({ hub }) => ({ items: await hub.store.channels.listQuarantined(200) }) }),
  route('supervisor', {
    method: 'get', path: '/quarantine/:id/raw', summary: 'The raw bytes of a message that could not be read',
    async run({ hub, params, response }) {
      const item = await hub.store.channels.getQuarantined(params['id'] ?? '');
      if (!item) throw new Problem('not-found', 'There is no such message.');
      const { stream } = await hub.store.attachments.open(item.attachmentId);
      response.type('application/octet-stream').setHeader('Content-Disposition', 'attachment; filename="message.raw"').setHeader('X-Content-Type-Options', 'nosniff');
      await pipeline(stream, response);
    },
  }),
];
