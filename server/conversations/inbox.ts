import type { Inbox } from '../../connectors/connector.ts';
import { storeFile } from '../attachments/store-file.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { append } from './append.ts';
import { happened } from './happened.ts';
import { threadName } from './rules/thread.ts';
import { receive } from './receive.ts';
import { takeReceipt } from './receipts.ts';

/** What one running connector reports to. */
export function inboxFor(hub: Hub, channel: Channel, stopping: AbortSignal): Inbox {
  const current = () => hub.channels.get(channel.id)?.channel ?? channel;
  return {
    stopping,
    log: { info: (fact, text) => hub.log.info({ channel: channel.id, ...fact }, text), warn: (fact, text) => hub.log.warn({ channel: channel.id, ...fact }, text) },
    happened: happening => happened(hub, current(), happening),
    receive: message => receive(hub, current(), message),
    receipt: receipt => takeReceipt(hub, channel.id, receipt),
    async quarantine(raw) {
      if (await hub.store.channels.isQuarantined(channel.id, raw.externalId)) return;
      const file = await storeFile(hub, { name: 'message.raw', type: 'application/octet-stream', bytes: raw.bytes }, { kind: 'inbound', id: channel.id });
      await hub.store.channels.addQuarantined({ channelId: channel.id, externalId: raw.externalId, reason: raw.reason, at: hub.now(), size: raw.bytes.length, attachmentId: file.id });
    },
    typing(thread, typing) {
      const conversationId = hub.known.threads.get(threadName({ channelId: channel.id, key: thread }));
      if (conversationId) hub.events.emit('contact-typing', { conversationId, typing });
    },
    async end(thread) {
      const conversationId = await hub.store.conversations.findByThread({ channelId: channel.id, key: thread });
      const head = conversationId ? await hub.heads.get(conversationId) : null;
      if (head && head.status !== 'resolved') await append(hub, head.id, { kind: 'resolved', actor: { kind: 'contact', id: head.contactId } });
    },
    recall: name => hub.store.channels.recall(channel.id, name),
    remember: (name, value) => hub.store.channels.remember(channel.id, name, value),
    alone: (name, run) => hub.store.authorizations.alone(`${channel.id}/${name}`, run),
    health(health) {
      hub.channels.setHealth(channel.id, health, hub.now());
      hub.events.emit('health', { channelId: channel.id, health });
    },
  };
}
