/** Angry customers are seen sooner (S5): their priority rises, and the timeline says why. */
import { append } from '../conversations/append.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { classify } from './rules/classify.ts';
import { escalation, trendOf } from './rules/escalate.ts';
import { hasFeeling } from './rules/mood.ts';
import { readingOf, Reread, rereadings } from './rules/reread.ts';
import type { Trend } from './schema.ts';

const shown = 60;

/** How the customer felt in each message of the present episode, and where it goes. */
export async function trendIn(hub: Hub, head: Pick<Head, 'id' | 'episodeSeq' | 'seq'>): Promise<Trend> {
  const entries = await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - shown) });
  const said = entries.filter(({ kind, actor, content }) => kind === 'message' && actor.kind === 'contact' && hasFeeling(content));
  const anew = rereadings(entries);
  return trendOf(said.map((entry) => ({ seq: entry.seq, at: entry.at, ...readingOf(entry, anew) })));
}

/** Looks at what customers say from now on, beside the work. A crash loses one look; the next bad message looks again. */
export function startFeeling(hub: Hub): () => void {
  return hub.events.on('appended', ({ entry, head, own }) => {
    // The mood came with the message: who has none said nothing bad.
    if (!own || !entry.changes.mood?.bad) return;
    setImmediate(() => { look(hub, entry, head).catch((error: unknown) => hub.log.warn({ err: error, conversation: head.id }, 'the feeling of a message was not looked at')); });
  });
}

async function look(hub: Hub, entry: Entry, head: Head): Promise<void> {
  const { mood } = entry.changes;
  // A message that was read anew counts by what it was read as; one that turned out well calls for nobody.
  const anew = Reread.safeParse(entry.receipt);
  if (anew.success && anew.data.mood !== 'negative') return;
  const raise = mood && escalation(classify(entry.content?.text ?? ''), mood, head.priority);
  if (!raise || hub.stopping.aborted) return;
  await append(hub, head.id, { kind: 'prioritised', actor: { kind: 'system', id: 'sentiment' }, priority: raise.priority, key: `sentiment/${entry.id}`, receipt: { rule: 'sentiment', why: raise.why, about: anew.success ? anew.data.about : entry.seq } });
}
