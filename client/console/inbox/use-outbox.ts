/** What the agent sent and the server has not confirmed: kept on disk, sent in order, repeated until it is there once. */
import { del, get, set } from 'idb-keyval';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api, ApiProblem } from '../api.ts';
import { onLiveConnect } from '../live.ts';
import { newId } from '../new-id.ts';
import type { Attachment, DraftMode, Locale, Page, TimelineEntry, Words } from '../wire.ts';

export type OutboxItem = {
  clientId: string; conversationId: string; mode: DraftMode; text: string; attachments: Attachment[]; seenSeq: number; afterSeq: number; resolve: boolean;
  quote?: number; thread?: { channelId: string; key: string }; template?: { name: string; language: string; variables: string[] }; email?: { cc: string[]; bcc: string[] };
  original?: { text: string; locale: Locale };
  at: string; state: 'sending' | 'failed' | 'conflict'; reason?: Words;
};
export type Sent = Pick<OutboxItem, 'conversationId' | 'mode' | 'text' | 'attachments' | 'seenSeq' | 'resolve' | 'quote' | 'thread' | 'template' | 'email' | 'original'>;

/** Where the outbox survives a reload; replaced in tests. */
export type OutboxStorage = { load: () => Promise<OutboxItem[]>; save: (items: OutboxItem[]) => Promise<void> };

const browserStorage = (owner: string): OutboxStorage => ({
  load: async () => (await get<OutboxItem[]>(`outbox-${owner}`)) ?? [],
  save: (items) => (items.length === 0 ? del(`outbox-${owner}`) : set(`outbox-${owner}`, JSON.parse(JSON.stringify(items)))),
});

/** One request of the outbox; the client id makes it safe to repeat. */
export function sendItem(item: OutboxItem): Promise<TimelineEntry> {
  const attachments = item.attachments.length > 0 ? { attachments: item.attachments.map((each) => each.id) } : {};
  const common = { text: item.text, clientId: item.clientId, ...attachments };
  const path = `/conversations/${item.conversationId}/${item.mode === 'note' ? 'notes' : 'messages'}`;
  const body = item.mode === 'note' ? common
    : { ...common, ...(item.seenSeq > 0 ? { seenSeq: item.seenSeq } : {}), ...(item.resolve ? { resolve: true } : {}), ...(item.quote ? { quote: item.quote } : {}), ...(item.thread ? { thread: item.thread } : {}), ...(item.template ? { template: item.template } : {}), ...(item.email ? { email: item.email } : {}), ...(item.original ? { original: item.original } : {}) };
  return api.post<TimelineEntry>(path, body, { 'idempotency-key': item.clientId });
}

/**
 * Whether somebody else answered after what the agent had seen. The guard also trips over the agent's own words:
 * the message before in this outbox, or this very message when only the answer to it was lost.
 */
async function othersReplied(item: OutboxItem, me: string): Promise<boolean> {
  const { items } = await api.get<Page<TimelineEntry>>(`/conversations/${item.conversationId}/timeline`, { after: item.seenSeq, limit: 200 });
  return items.some((entry) => entry.kind === 'message' && entry.actor.kind !== 'contact' && entry.actor.kind !== 'system' && entry.actor.id !== me);
}

/** A failure that may pass by itself: no network, the server restarting, too many requests. */
const isPassing = (problem: ApiProblem): boolean => problem.status === 0 || problem.status >= 500 || problem.status === 429 || problem.status === 401;

/** The outbox of the signed-in agent. */
export const useOutbox = defineStore('outbox', () => {
  const items = ref<OutboxItem[]>([]);
  let me = '';
  let storage: OutboxStorage | undefined;
  let whenSent: (entry: TimelineEntry) => void = () => {};
  const busy = new Set<string>();
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;

  /** Called once a session: brings back what an earlier page could not send. */
  async function open(owner: string, onSent: (entry: TimelineEntry) => void, store = browserStorage(owner)) {
    me = owner;
    storage = store;
    whenSent = onSent;
    const left = await store.load().catch(() => []);
    const here = new Set(items.value.map((item) => item.clientId));
    items.value = [...left.filter((item) => !here.has(item.clientId)), ...items.value];
    flush();
  }

  function save() {
    // A full or forbidden disk must not stop a message that can still be sent.
    storage?.save(items.value).catch(() => {});
  }

  function send(sent: Sent) {
    items.value = [...items.value, { ...sent, afterSeq: sent.seenSeq, clientId: newId(), at: new Date().toISOString(), state: 'sending' }];
    save();
    flush();
  }

  function change(clientId: string, next: Partial<OutboxItem>) {
    items.value = items.value.map((item) => (item.clientId === clientId ? { ...item, ...next } : item));
    save();
  }

  /** Again, after a failure or as the answer to "send anyway". */
  function retry(clientId: string, force = false) {
    change(clientId, { state: 'sending', reason: undefined, ...(force ? { seenSeq: 0 } : {}) });
    flush();
  }

  function drop(clientId: string): OutboxItem | undefined {
    const dropped = items.value.find((item) => item.clientId === clientId);
    items.value = items.value.filter((item) => item.clientId !== clientId);
    save();
    return dropped;
  }

  /** Sends what waits: conversations side by side, but one conversation strictly in order. */
  function flush() {
    clearTimeout(retryTimer);
    for (const conversationId of new Set(items.value.map((item) => item.conversationId))) drain(conversationId);
  }

  async function drain(conversationId: string) {
    if (busy.has(conversationId)) return;
    busy.add(conversationId);
    try {
      for (let item = first(conversationId); item; item = first(conversationId)) {
        if (!(await deliver(item))) break;
      }
    } finally {
      busy.delete(conversationId);
    }
  }

  // What was refused waits for the agent; it must not hold up what they say instead.
  const first = (conversationId: string) => items.value.find((each) => each.conversationId === conversationId && each.state === 'sending');

  async function deliver(item: OutboxItem): Promise<boolean> {
    try {
      const entry = await sendItem(item);
      attempts = 0;
      whenSent(entry);
      drop(item.clientId);
      return true;
    } catch (error) {
      const problem = error instanceof ApiProblem ? error : new ApiProblem('network', 0, String(error));
      if (isPassing(problem)) {
        retryTimer = setTimeout(flush, Math.min(15_000, 500 * 2 ** attempts++));
        return false;
      }
      if (problem.code === 'conflict' && item.seenSeq > 0 && !(await othersReplied(item, me).catch(() => true))) {
        change(item.clientId, { seenSeq: 0 });
        return true;
      }
      change(item.clientId, { state: problem.code === 'conflict' && item.seenSeq > 0 ? 'conflict' : 'failed', reason: problem.words });
      return true;
    }
  }

  onLiveConnect(() => { attempts = 0; flush(); });
  return { items, open, send, retry, drop, flush };
});
