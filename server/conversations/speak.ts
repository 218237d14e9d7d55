/** Our side speaks or notes something: agents by hand, the bot by its effect, the hub itself in a word of courtesy. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { append, type Appended } from './append.ts';
import { copied, type Copies } from './copies.ts';
import { previewOf } from './rules/preview.ts';
import { closed } from './window.ts';
import type { Actor, Content, Locale, Thread } from './schema.ts';

export type Said = { text?: string; attachments?: string[]; clientId?: string; seenSeq?: number; thread?: Thread; quote?: number; template?: Content['template']; email?: Copies; original?: { text: string; locale: Locale } };

/** A reply of an agent. `clientId` makes a retry harmless; `seenSeq` guards against answering over a colleague. */
export async function reply(hub: Hub, conversationId: string, actor: Actor, said: Said): Promise<Appended> {
  const content: Content = { ...await contentOf(hub, actor, said), ...(said.template ? { template: said.template } : {}) };
  const head = await hub.heads.get(conversationId);
  const quoted = said.quote === undefined ? null : await quotedBy(hub, conversationId, said.quote, head?.locale ?? 'en');
  if (quoted) content.quote = quoted.quote;
  const thread = said.thread ?? quoted?.thread;
  if (said.email && head) Object.assign(content, copied(hub, head, thread ?? head.thread, said.email));
  const key = keyOf(actor, said.clientId);
  const reason = head && await closed(hub, conversationId, thread ?? head.thread, content);
  // A retry of what went out in time is no new message.
  if (reason && !(key && await hub.store.conversations.findByKey(key))) throw new Problem('conflict', reason, { text: 'cannot be sent now' });
  return append(hub, conversationId, { kind: 'we-said', actor, content, key, seenSeq: said.seenSeq, thread, ...(said.original ? { receipt: { original: said.original } } : {}) });
}

/** A private note: never leaves the house. */
export async function note(hub: Hub, conversationId: string, actor: Actor, said: Said): Promise<Appended> {
  return append(hub, conversationId, { kind: 'note', actor, content: await contentOf(hub, actor, said), key: keyOf(actor, said.clientId) });
}

/** The message an answer quotes; the answer goes out where that was said. */
async function quotedBy(hub: Hub, conversationId: string, seq: number, locale: Locale): Promise<{ quote: NonNullable<Content['quote']>; thread: Thread }> {
  const entry = await hub.store.conversations.getEntry(conversationId, seq);
  if (!entry?.thread || !entry.externalId) throw new Problem('invalid', 'Only a message that came or went over a channel can be quoted.', { quote: 'must be the seq of such a message' });
  return { quote: { externalId: entry.externalId, text: previewOf(entry.content ?? {}, locale) }, thread: entry.thread };
}

const keyOf = (actor: Actor, clientId: string | undefined) => clientId === undefined ? undefined : `client/${actor.id}/${clientId}`;

async function contentOf(hub: Hub, actor: Actor, said: Said): Promise<Content> {
  const attachments = said.attachments?.length ? await hub.store.attachments.owned(said.attachments, { kind: 'agent', id: actor.id }) : [];
  const text = said.text?.trim();
  if (!text && !attachments.length) throw new Problem('invalid', 'Write something or attach a file.', { text: 'must not be empty' });
  return { ...(text ? { text } : {}), ...(attachments.length ? { attachments } : {}) };
}
