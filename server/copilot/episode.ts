/** The present matter of one conversation: all that the copilot reads. Never another's. */
import type { Asked } from '../../bots/writer.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { saidIn } from './rules/said.ts';
import type { Line } from './schema.ts';

const mostEntries = 120;
/** An agent who waits longer has begun to write. */
const modelMs = 5_000;

/** Asks the model as the house wants it, on the copilot's account; rejects after 5 s, though the model, or its loading, may not listen. */
export function inTime<Out>(hub: Hub, head: Head, ask: (asked: Asked) => Promise<Out>): Promise<Out> {
  const stopping = AbortSignal.any([hub.stopping, AbortSignal.timeout(modelMs)]);
  const asking = async () => ask({ stopping, spend: hub.spend.of('copilot', head.queueId), conduct: await hub.conduct.of(hub.knowledge.releaseFor({ conversationId: head.id, at: hub.now() })) });
  return Promise.race([asking(), new Promise<never>((_resolve, reject) => { stopping.addEventListener('abort', () => reject(stopping.reason), { once: true }); })]);
}

/** What was said since the last matter was settled. */
export async function said(hub: Hub, head: Head): Promise<Line[]> {
  return saidIn(await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - mostEntries) }));
}
