/** A platform that did not take a file gets the same words once more, with a link. */
import { inLanguage } from '../../connectors/connector.ts';
import { fitContent } from '../attachments/fit.ts';
import type { Hub } from '../hub.ts';
import type { Content, Entry, Part, Words } from './schema.ts';

/** What our side reads of it. */
export function linkedWords({ attachments = [] }: Content, reason: Words): Words {
  const names = attachments.map(({ name }) => name).join(', ');
  return {
    'zh-CN': `平台未接受文件“${names}”，已改为发送链接。原因：${inLanguage(reason, 'zh-CN')}`,
    en: `The platform did not take the file "${names}", so it went as a link: ${inLanguage(reason, 'en')}`,
  };
}

/** Told late that a file was not taken: sends that part of the entry again as a link. Null: there is no file in it, it was a link already, or the customer has it. */
export async function linkInstead(hub: Hub, entry: Entry, index: number, reason: Words): Promise<Entry | null> {
  const running = entry.thread && hub.channels.get(entry.thread.channelId);
  if (!running?.connector.split || !entry.thread) return null;
  const content = await fitContent(hub, entry.content ?? {}, hub.channels.manifest(running.channel.kind));
  const messages = running.connector.split(content, entry.thread.address ?? entry.thread.key);
  const message = messages[index];
  if (!message?.attachments?.length || message.template) return null;
  const asItIs = messages.map((): Part => ({ state: entry.delivery?.state ?? 'sent', at: entry.at, ...(entry.externalId ? { externalId: entry.externalId } : {}) }));
  return hub.store.conversations.linkPart(entry.id, index, linkedWords(message, reason), asItIs, hub.now());
}
