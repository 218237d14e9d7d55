/** The working set: heads in memory, written behind in bulk. The entries are the truth; a lost head is folded again. */
import { LRUCache } from 'lru-cache';
import type { ConversationStore } from './store.ts';
import type { Head } from './schema.ts';

type Log = { error(fact: object, text: string): void };

export type Heads = ReturnType<typeof workingSet>;

/** Writing heads takes a fifth of the time at most; the entries, which customers wait for, come first. */
const restFactor = 4;
/** A round writes few heads: a long command holds up the commits of the entries that come meanwhile (p99 of ingest at 300/s: 13 to 18 ms instead of 27 to 90). */
const fewest = 64;
/** ... but this share of what is dirty at least, so that none waits for many rounds. */
const share = 1 / 10;
const mostInOne = 1000;

/** @param soonMs how long a round waits for the next  @param latestMs the same when writing is slow */
export function workingSet(store: Pick<ConversationStore, 'readHead' | 'writeHeads'>, log: Log, { soonMs = 50, latestMs = 500, most = 50_000 } = {}) {
  const clean = new LRUCache<string, Head>({ max: most });
  const dirty = new Map<string, Head>();
  let timer: NodeJS.Timeout | undefined;
  let waitMs = soonMs;
  let writing: Promise<void> = Promise.resolve();

  const write = async (batch: Head[]) => {
    try {
      for (let from = 0; from < batch.length; from += mostInOne) {
        const refused = await store.writeHeads(batch.slice(from, from + mostInOne));
        for (const { id } of refused) log.error({ conversation: id }, 'its thread belongs to a newer open conversation');
      }
      for (const head of batch) {
        const now = dirty.get(head.id);
        if (!dirty.delete(head.id) || !now) continue; // forgotten meanwhile
        if (now === head) clean.set(head.id, head);
        else dirty.set(head.id, now); // changed again meanwhile: to the end of the line
      }
    } catch (error) {
      log.error({ err: error }, 'heads could not be written; will try again');
    }
    if (dirty.size) schedule();
  };
  const round = async () => {
    const began = performance.now();
    await write([...dirty.values()].slice(0, Math.max(fewest, Math.ceil(dirty.size * share))));
    waitMs = Math.min(latestMs, Math.max(soonMs, (performance.now() - began) * restFactor));
  };
  const schedule = () => { timer ??= setTimeout(() => { timer = undefined; writing = writing.then(round); }, waitMs); };
  /** Writes what is dirty now, or one head of it at once; never rejects. */
  const flush = (only?: string): Promise<void> => {
    if (only === undefined) return writing = writing.then(() => write([...dirty.values()]));
    const head = dirty.get(only);
    return head ? write([head]) : Promise.resolve();
  };

  return {
    flush,
    peek: (id: string): Head | undefined => dirty.get(id) ?? clean.get(id),
    async get(id: string): Promise<Head | null> {
      const known = dirty.get(id) ?? clean.get(id);
      if (known) return known;
      const head = await store.readHead(id);
      const raced = dirty.get(id) ?? clean.get(id);
      if (raced && (!head || raced.seq >= head.seq)) return raced;
      if (head) clean.set(id, head);
      return head;
    },
    /** Forgets what memory believes: another node, or a write of unknown outcome, may be further on. */
    async refresh(id: string): Promise<Head | null> {
      const head = await store.readHead(id);
      if (head) { dirty.set(id, head); schedule(); }
      return head;
    },
    /** A conversation was opened just now: it is stored as it is here. */
    opened(head: Head): void { clean.set(head.id, head); },
    changed(head: Head): void {
      dirty.set(head.id, head);
      schedule();
    },
    /** Lets go of a conversation that was deleted. */
    forget(id: string): void {
      dirty.delete(id);
      clean.delete(id);
    },
    /** The database came back from a crash, or another member leads: what was written last may be gone there. All are written again. */
    doubt(): void {
      for (const [id, head] of clean.entries()) if (!dirty.has(id)) dirty.set(id, head);
      clean.clear();
      if (dirty.size) schedule();
    },
    async stop(): Promise<void> {
      clearTimeout(timer);
      while (dirty.size) { const before = dirty.size; await flush(); if (dirty.size >= before) break; }
      clearTimeout(timer);
    },
  };
}
