/** The present matter of one conversation: all that the copilot reads. Never another's. */
import type { Turn } from '../../bots/bot.ts';
import type { Asked } from '../../bots/writer.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { saidIn } from './rules/said.ts';
import type { Line } from './schema.ts';

const mostEntries = 120;
/** An agent who waits longer has begun to write; who sees words come reads them. */
const modelMs = { whole: 5_000, flowing: 20_000 };
/** Read by a model at most, newest first: a long history never pushes out what was just said. */
const most = { line: 8_000, all: 16_000 };
/** A draft holds all words so far: one that is hardly longer than the last is not told. */
const longer = 1.03;

/** For whom it is made: `gone` when they went elsewhere; `draft` hears the words as they are written. */
export type Flow = { gone: AbortSignal; draft?: (text: string) => void };

/** Asks the model as the house wants it, on the copilot's account; rejects when its time is over or nobody waits any more, though the model, or its loading, may not listen. */
export function inTime<Out>(hub: Hub, head: Head, { gone, draft }: Flow, ask: (asked: Asked) => Promise<Out>): Promise<Out> {
  const stopping = AbortSignal.any([hub.stopping, gone, AbortSignal.timeout(draft ? modelMs.flowing : modelMs.whole)]);
  let told = 0;
  const hear = draft && ((text: string): void => {
    if (stopping.aborted || text.length < told * longer) return;
    told = text.length;
    draft(text);
  });
  const asking = async () => ask({ stopping, ...(hear ? { draft: hear } : {}), spend: hub.spend.of('copilot', head.queueId), conduct: await hub.conduct.of(hub.knowledge.releaseFor({ conversationId: head.id, at: hub.now() })) });
  return Promise.race([asking(), new Promise<never>((_resolve, reject) => { stopping.addEventListener('abort', () => reject(stopping.reason), { once: true }); })]);
}

/** What was said since the last matter was settled. */
export async function said(hub: Hub, head: Head): Promise<Line[]> {
  return saidIn(await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - mostEntries) }));
}

/** What a model reads of it. */
export function turnsOf(lines: readonly Line[]): Turn[] {
  let left = most.all;
  const turns = lines.toReversed().flatMap(({ by, text }): Turn[] => {
    const read = text.slice(0, Math.min(most.line, left));
    left -= read.length;
    return read === '' ? [] : [{ from: by, text: read }];
  });
  return turns.toReversed();
}
