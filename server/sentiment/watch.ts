/** Angry customers are seen sooner (S5): their priority rises, and the timeline says why. */
import { append } from '../conversations/append.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { classify } from './rules/classify.ts';
import { escalation } from './rules/escalate.ts';

const shown = 60;

/** The customer's messages of the present episode that a feeling can be read off, oldest first. */
export async function saidBy(hub: Hub, head: Pick<Head, 'id' | 'episodeSeq' | 'seq'>): Promise<Entry[]> {
  const entries = await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - shown) });
  return entries.filter(hasFeeling);
}

const hasFeeling = ({ kind, actor, content }: Entry): boolean => kind === 'message' && actor.kind === 'contact' && Boolean(content?.text) && content?.email?.automatic === undefined;

/** Reads what customers say from now on, beside the work. A crash loses one look; the next bad message looks again. */
export function startFeeling(hub: Hub): () => void {
  return hub.events.on('appended', ({ entry, head, own }) => {
    if (!own || !hasFeeling(entry)) return;
    setImmediate(() => { look(hub, entry, head).catch((error: unknown) => hub.log.warn({ err: error, conversation: head.id }, 'the feeling of a message was not looked at')); });
  });
}

async function look(hub: Hub, entry: Entry, head: Head): Promise<void> {
  const { mood, furious } = classify(entry.content?.text ?? '');
  if (mood !== 'negative' || hub.stopping.aborted) return;
  const moods = (await saidBy(hub, head)).filter(({ seq }) => seq <= entry.seq).map(({ content }) => classify(content?.text ?? ''));
  const raise = escalation(moods.length > 0 ? moods : [{ mood, furious }], head.priority);
  if (!raise) return;
  await append(hub, head.id, { kind: 'prioritised', actor: { kind: 'system', id: 'sentiment' }, priority: raise.priority, key: `sentiment/${entry.id}`, receipt: { rule: 'sentiment', why: raise.why, about: entry.seq } });
}
