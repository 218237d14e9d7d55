/** Whom an agent's mail also goes to. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Content, Head, Thread } from './schema.ts';

/** Cc and Bcc as the agent chose them; an empty list means nobody. */
export type Copies = { cc: string[]; bcc: string[] };

/** The part of a message that names who else gets it. Throws a Problem where the channel knows no copies. */
export function copied(hub: Hub, head: Head, thread: Thread, { cc, bcc }: Copies): Pick<Content, 'email'> {
  const kind = hub.channels.get(thread.channelId)?.channel.kind;
  if (!kind || !hub.channels.manifest(kind).carries.copies) throw new Problem('invalid', { 'zh-CN': '该渠道不支持抄送。', en: 'This channel cannot send copies to others.' }, { email: 'is for channels that carry copies' });
  const address = head.threads.find(each => each.channelId === thread.channelId && each.key === thread.key)?.address ?? thread.address ?? '';
  const named = new Set([address.toLowerCase()]);
  const once = (list: string[]) => list.filter(one => !named.has(one.toLowerCase()) && named.add(one.toLowerCase()));
  return { email: { subject: head.subject ?? '', from: '', to: [address], cc: once(cc), ...(bcc.length ? { bcc: once(bcc) } : {}), messageId: '', references: [] } };
}
