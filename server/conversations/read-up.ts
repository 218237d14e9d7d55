import type { Hub } from '../hub.ts';
import { append } from './append.ts';
import { conversation } from './conversation.ts';
import type { Actor } from './schema.ts';

/** Our side has read everything: the unread mark goes, and the customer's channel is told where it can show that. */
export async function readUp(hub: Hub, id: string, actor: Actor): Promise<void> {
  const head = await conversation(hub, id);
  if (!head.unread) return;
  await append(hub, id, { kind: 'read', actor });
  const last = await hub.store.conversations.getEntry(id, head.lastContactSeq);
  const connector = last?.thread && hub.channels.get(last.thread.channelId)?.connector;
  if (!connector?.read || !last?.thread || !last.externalId) return;
  await connector.read(last.thread.key, last.externalId).catch(error => hub.log.warn({ err: error }, 'the channel could not be told what was read'));
}
