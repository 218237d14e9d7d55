/** Unsent words: per conversation and mode, at once on this disk, a moment later on the server for other devices. */
import { del, get, set } from 'idb-keyval';
import { api } from '../api.ts';
import type { DraftMode } from '../wire.ts';

/** Where drafts are kept; replaced in tests. */
export type DraftStore = {
  read: (key: string) => Promise<string | undefined>;
  write: (key: string, text: string) => Promise<void>;
  publish: (conversationId: string, mode: DraftMode, text: string) => Promise<unknown>;
};

const browser: DraftStore = {
  read: (key) => get<string>(key),
  write: (key, text) => (text === '' ? del(key) : set(key, text)),
  publish: (conversationId, mode, text) => api.put(`/conversations/${conversationId}/draft`, { mode, text }),
};

/** The drafts of this browser. `wait` is how long typing must rest before the server hears of it. */
export function createDrafts(store: DraftStore = browser, wait = 1500) {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const memory = new Map<string, string>();
  const keyOf = (conversationId: string, mode: DraftMode) => `draft-${conversationId}-${mode}`;

  /** What was being written; the disk of this browser is newer than the server's copy. */
  async function load(conversationId: string, mode: DraftMode, fromServer: () => Promise<Partial<Record<DraftMode, string>> | undefined>): Promise<string> {
    const key = keyOf(conversationId, mode);
    const here = memory.get(key) ?? (await store.read(key).catch(() => undefined));
    if (here !== undefined) return here;
    return (await fromServer().catch(() => undefined))?.[mode] ?? '';
  }

  function save(conversationId: string, mode: DraftMode, text: string) {
    const key = keyOf(conversationId, mode);
    memory.set(key, text);
    // Storage may be forbidden; memory then lasts as long as the page.
    store.write(key, text).catch(() => {});
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => publish(conversationId, mode, text), wait));
  }

  /** Forgets a draft that was sent. */
  function clear(conversationId: string, mode: DraftMode) {
    const key = keyOf(conversationId, mode);
    clearTimeout(timers.get(key));
    memory.set(key, '');
    store.write(key, '').catch(() => {});
    publish(conversationId, mode, '');
  }

  function publish(conversationId: string, mode: DraftMode, text: string) {
    // The next pause in typing publishes again; the local copy is safe meanwhile.
    store.publish(conversationId, mode, text).catch(() => {});
  }

  return { load, save, clear };
}

/** The drafts every composer shares. */
export const drafts = createDrafts();
