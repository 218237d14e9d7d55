/** A person's timeline: the newest page first, older ones on request, new ones as they happen. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { api } from '../api.ts';
import { onLive } from '../live.ts';
import { useToasts } from '../use-toasts.ts';
import type { Page } from '../wire.ts';
import { itemKey } from './person-words.ts';
import type { HistoryItem, HistoryKind } from './shapes.ts';

const pageSize = 40;
const settleMs = 300;

/** @param filter what to show; an empty list of kinds is everything */
export function useHistory(contactId: () => string, members: () => string[], filter: () => { kinds: HistoryKind[]; channelId: string }) {
  const toasts = useToasts();
  const items = shallowRef<HistoryItem[]>([]);
  const next = ref<string | null>(null);
  const loading = ref(false);
  /** Why the newest page could not be had. */
  const trouble = ref<unknown>(null);
  let asked = 0;
  /** What the items on the screen were asked for: those of another person or filter are never kept. */
  let shown = '';
  const wanted = () => [contactId(), ...members(), JSON.stringify(filter())].join();

  async function load(before?: string, quiet = false) {
    const turn = ++asked;
    const { kinds, channelId } = filter();
    const wish = wanted();
    loading.value = true;
    try {
      const page = await api.get<Page<HistoryItem>>(`/contacts/${contactId()}/timeline`, { before, limit: pageSize, kinds: kinds.join(), channelId });
      if (turn !== asked) return; // somebody chose something else meanwhile
      trouble.value = null;
      if (before) items.value = [...page.items, ...items.value];
      else {
        // What was read further back stays: a new line does not take it away.
        const fresh = new Set(page.items.map(itemKey));
        const kept = quiet && wish === shown && items.value.some((item) => fresh.has(itemKey(item))) ? items.value.filter((item) => !fresh.has(itemKey(item)) && item.at <= (page.items[0]?.at ?? '')) : [];
        items.value = [...kept, ...page.items];
        shown = wish;
        if (kept.length > 0) return;
      }
      next.value = page.next ?? null;
    } catch (error) {
      // What is asked for by itself says nothing where something stands already.
      if (before) toasts.failed(error);
      else if (turn === asked && !(quiet && wish === shown)) [trouble.value, items.value, next.value] = [error, [], null];
    } finally {
      if (turn === asked) loading.value = false;
    }
  }

  watch(wanted, () => load(), { immediate: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (about: string) => {
    if (!members().includes(about)) return;
    clearTimeout(timer);
    timer = setTimeout(() => load(undefined, true), settleMs);
  };
  const stops = [onLive('entry', ({ head }) => again(head.contactId)), onLive('contact', ({ id }) => again(id))];
  onScopeDispose(() => { for (const stop of stops) stop(); clearTimeout(timer); });

  return { items, next, loading, trouble, older: () => load(next.value ?? undefined), reload: () => load() };
}
