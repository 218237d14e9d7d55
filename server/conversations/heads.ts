/** The working set: heads in memory, written behind in bulk. The entries are the truth; a lost head is folded again. */
import { LRUCache } from 'lru-cache';
import type { ConversationStore } from './store.ts';
import type { Head } from './schema.ts';

type Log = { error(fact: object, text: string): void };

export type Heads = ReturnType<typeof workingSet>;

/** @param flushMs how long a changed head may wait for its bulk write */
export function workingSet(store: Pick<ConversationStore, 'readHead' | 'writeHeads'>, log: Log, { flushMs = 50, most = 50_000 } = {}) {
  const clean = new LRUCache<string, Head>({ max: most });
  const dirty = new Map<string, Head>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    const batch = [...dirty.values()].slice(0, 2000);
    if (!batch.length) return;
    try {
      await store.writeHeads(batch);
      for (const head of batch) {
        if (dirty.get(head.id) !== head) continue; // changed again meanwhile
        dirty.delete(head.id);
        clean.set(head.id, head);
      }
    } catch (error) {
      log.error({ err: error }, 'heads could not be written; will try again');
    }
    if (dirty.size) schedule();
  };
  const schedule = () => { timer ??= setTimeout(() => { timer = undefined; void flush(); }, flushMs); };
  /** Writes what is dirty now; never rejects. */
  const flush = (): Promise<void> => (writing = writing.then(write));

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
    changed(head: Head): void {
      dirty.set(head.id, head);
      schedule();
    },
    /** Lets go of a conversation that was deleted. */
    forget(id: string): void {
      dirty.delete(id);
      clean.delete(id);
    },
    async stop(): Promise<void> {
      clearTimeout(timer);
      while (dirty.size) { const before = dirty.size; await flush(); if (dirty.size >= before) break; }
      clearTimeout(timer);
    },
  };
}
