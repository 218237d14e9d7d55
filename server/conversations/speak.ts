/** Our side speaks or notes something: agents by hand, the bot by its effect, the hub itself in a word of courtesy. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { append, type Appended } from './append.ts';
import type { Actor, Content, Thread } from './schema.ts';

export type Said = { text?: string; attachments?: string[]; clientId?: string; seenSeq?: number; thread?: Thread };

/** A reply of an agent. `clientId` makes a retry harmless; `seenSeq` guards against answering over a colleague. */
export async function reply(hub: Hub, conversationId: string, actor: Actor, said: Said): Promise<Appended> {
  return append(hub, conversationId, { kind: 'we-said', actor, content: await contentOf(hub, actor, said), key: keyOf(actor, said.clientId), seenSeq: said.seenSeq, thread: said.thread });
}

/** A private note: never leaves the house. */
export async function note(hub: Hub, conversationId: string, actor: Actor, said: Said): Promise<Appended> {
  return append(hub, conversationId, { kind: 'note', actor, content: await contentOf(hub, actor, said), key: keyOf(actor, said.clientId) });
}

const keyOf = (actor: Actor, clientId: string | undefined) => clientId === undefined ? undefined : `client/${actor.id}/${clientId}`;

async function contentOf(hub: Hub, actor: Actor, said: Said): Promise<Content> {
  const attachments = said.attachments?.length ? await hub.store.attachments.owned(said.attachments, { kind: 'agent', id: actor.id }) : [];
  const text = said.text?.trim();
  if (!text && !attachments.length) throw new Problem('invalid', 'Write something or attach a file.', { text: 'must not be empty' });
  return { ...(text ? { text } : {}), ...(attachments.length ? { attachments } : {}) };
}
