/** The present matter of one conversation: all that the copilot reads. Never another's. */
import type { Asking } from '../answers/schema.ts';
import { isIdentified } from '../contacts/identified.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { saidIn } from './rules/said.ts';
import type { Line } from './schema.ts';

const mostEntries = 120;
/** An agent who waits longer has begun to write. */
const modelMs = 5_000;

/** Asks the model; rejects after 5 s, though the model, or its loading, may not listen. */
export function inTime<Out>(hub: Hub, ask: (stopping: AbortSignal) => Promise<Out>): Promise<Out> {
  const stopping = AbortSignal.any([hub.stopping, AbortSignal.timeout(modelMs)]);
  return Promise.race([ask(stopping), new Promise<never>((_resolve, reject) => { stopping.addEventListener('abort', () => reject(stopping.reason), { once: true }); })]);
}

/** What was said since the last matter was settled. */
export async function said(hub: Hub, head: Head): Promise<Line[]> {
  return saidIn(await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - mostEntries) }));
}

/** In whose name knowledge is looked for: an agent may suggest what this customer may hear. */
export async function asking(hub: Hub, head: Head): Promise<Asking> {
  const kind = hub.channels.get(head.thread.channelId)?.channel.kind;
  return { conversationId: head.id, channelId: head.thread.channelId, ...(kind ? { channelKind: kind } : {}), identified: await isIdentified(hub, head.contactId), at: hub.now() };
}
