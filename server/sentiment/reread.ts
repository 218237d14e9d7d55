/** A model, where there is one, reads what words and rules are not sure of: beside the work, and nothing waits for it. */
import { append } from '../conversations/append.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { classify, isUnsure } from './rules/classify.ts';
import { isFelt, moodOf, rereadAs, rereadings, type Reread } from './rules/reread.ts';
import { Mood, type ReadMoods } from './schema.ts';

const AT_ONCE = 2;
/** Of more than these the oldest are left as they were read. */
const MOST_WAITING = 50;
const askMs = 8_000;
/** Longer matters keep what was read at first. */
const LONGEST = 300;
/** Somebody else may write meanwhile. */
const TRIES = 5;

const said: Record<Mood, { 'zh-CN': string; en: string }> = { negative: { 'zh-CN': '不满', en: 'unhappy' }, neutral: { 'zh-CN': '平静', en: 'calm' }, positive: { 'zh-CN': '满意', en: 'pleased' } };

/** Asks about what customers say from now on. A crash, a slow or a strange answer loses one reading: the first one stands. @returns the stop */
export function startRereading(hub: Hub, which: ReadMoods): () => void {
  if (!hub.writer || which === 'off') return () => undefined;
  const waiting: Entry[] = [];
  let busy = 0;

  function work(): void {
    while (busy < AT_ONCE && waiting.length > 0 && !hub.stopping.aborted) {
      const entry = waiting.shift();
      if (!entry) return;
      busy++;
      reread(hub, entry)
        .catch((error: unknown) => hub.log.debug({ err: error, conversation: entry.conversationId }, 'no model read how a message feels; what the words say stands'))
        .finally(() => { busy--; work(); });
    }
  }
  return hub.events.on('appended', ({ entry, own }) => {
    if (!own || !isFelt(entry)) return;
    setImmediate(() => {
      if (which === 'unsure' && !isUnsure(entry.content?.text ?? '')) return;
      waiting.push(entry);
      if (waiting.length > MOST_WAITING) waiting.shift();
      work();
    });
  });
}

async function reread(hub: Hub, entry: Entry): Promise<void> {
  const { writer } = hub;
  const text = entry.content?.text ?? '';
  const first = classify(text);
  const head = await hub.heads.get(entry.conversationId);
  if (!writer || !head || first.furious) return;
  const conduct = await hub.conduct.of(hub.knowledge.releaseFor({ conversationId: head.id, at: hub.now() }));
  const mood = await writer.readMood(text, Mood.options, { stopping: AbortSignal.any([hub.stopping, AbortSignal.timeout(askMs)]), spend: hub.spend.of('judge', head.queueId), conduct });
  if (mood === null || rereadAs(first, mood) === first) return;
  await correct(hub, entry, { rule: 'sentiment', by: 'model', model: writer.model, about: entry.seq, mood, was: first.mood });
}

/** Appends what it changes, counted from all that is known by then. What is said meanwhile is counted with it, or it is counted again. */
async function correct(hub: Hub, { id, conversationId, seq }: Entry, receipt: Reread): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const known = await hub.heads.get(conversationId);
    if (!known || known.status === 'resolved' || known.episodeSeq >= seq || known.seq - known.episodeSeq > LONGEST) return;
    const entries = await hub.store.conversations.readEntries(conversationId, { after: known.episodeSeq });
    const newest = entries.at(-1)?.seq;
    const mood = moodOf(entries, rereadings([...entries, { kind: 'event', receipt }]));
    try {
      await append(hub, conversationId, (head) => {
        if (head.seq !== newest || head.episodeSeq !== known.episodeSeq) throw new Problem('conflict', 'Something was said meanwhile.');
        // Who is told of alarms hears of one that only now came to light.
        const alarm = mood?.alarmSeq !== undefined && head.mood?.alarmSeq === undefined;
        return {
          kind: 'felt', actor: { kind: 'system', id: 'sentiment' }, mood, key: `feeling/${id}`, receipt: { ...receipt, ...(alarm ? { alarm } : {}) },
          content: { event: { name: 'feeling', text: { 'zh-CN': `模型将客户的一条消息读作“${said[receipt.mood]['zh-CN']}”（词语判断为“${said[receipt.was]['zh-CN']}”）。`, en: `The model reads a message of the customer's as ${said[receipt.mood].en}; by its words it was ${said[receipt.was].en}.` } } },
        };
      });
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
    }
  }
}
