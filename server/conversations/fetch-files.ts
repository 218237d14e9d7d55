/** Carrier of 'fetch': files that the platform still holds are brought here, however often it takes. */
import { ConnectorError, inLanguage, wordsOf } from '../../connectors/connector.ts';
import { storeFile } from '../attachments/store-file.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { retryDelay } from './rules/delivery.ts';
import type { Attachment, Effect, Entry } from './schema.ts';

/** A file that is gone for good stays in the entry with the reason: nobody is left to wonder. */
export async function fetchFiles(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const stored = await hub.store.conversations.getEntry(entry.conversationId, entry.seq);
  const attachments = stored?.content?.attachments ?? [];
  let failure: unknown;
  for (const [index, attachment] of attachments.entries()) {
    if (!attachment.awaited || attachment.awaited.lost !== undefined) continue;
    try {
      await put(hub, entry, index, await bring(hub, entry, attachment, attachment.awaited.ref));
    } catch (error) {
      const final = error instanceof ConnectorError && error.kind === 'rejected';
      const wait = final ? null : retryDelay(effect.attempts, hub.random());
      if (wait === null) await put(hub, entry, index, { ...attachment, awaited: { ...attachment.awaited, lost: wordsOf(error) } });
      else failure = error;
    }
  }
  if (failure === undefined) return { state: 'done' };
  const asked = failure instanceof ConnectorError ? failure.retryAfterMs : 0;
  return { againAt: new Date(hub.now().getTime() + (retryDelay(effect.attempts, hub.random(), asked) ?? 0)), error: inLanguage(wordsOf(failure), 'en') };
}

async function bring(hub: Hub, entry: Entry, attachment: Attachment, ref: string): Promise<Attachment> {
  const running = hub.channels.get(entry.thread?.channelId ?? '');
  if (!running) throw new Error('the channel is off');
  if (!running.connector.fetch) throw new ConnectorError('rejected', { 'zh-CN': '该渠道不支持获取文件。', en: 'This channel cannot fetch files.' });
  const file = await running.connector.fetch(ref);
  return { ...await storeFile(hub, file, { kind: 'inbound', id: running.channel.id }), ...(attachment.role ? { role: attachment.role } : {}) };
}

async function put(hub: Hub, entry: Entry, index: number, attachment: Attachment): Promise<void> {
  const content = await hub.store.conversations.putFile(entry.id, index, attachment);
  if (content) hub.events.emit('content', { conversationId: entry.conversationId, seq: entry.seq, content });
}
