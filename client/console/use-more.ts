/** The pages after the first of a list: one at a time, and never those of a list that is not shown any more. */
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { useToasts } from './use-toasts.ts';
import type { Page } from './wire.ts';

/** @param first the first page; when it is another one, what came after the old one goes @param kept says that two first pages begin the same list */
export function useMore<T>(first: () => Page<T> | undefined, fetch: (cursor: string) => Promise<Page<T>>, kept: (page: Page<T> | undefined, before: Page<T> | undefined) => boolean = () => false): { more: ShallowRef<T[]>; cursor: Ref<string | null>; loadMore: () => Promise<void> } {
  const toasts = useToasts();
  const more = shallowRef<T[]>([]);
  const cursor = ref<string | null>(null);
  let busy = false;
  watch(first, (page, before) => {
    if (kept(page, before)) return;
    more.value = [];
    cursor.value = page?.next ?? null;
  }, { immediate: true });

  async function loadMore() {
    const from = cursor.value;
    if (!from || busy) return;
    busy = true;
    try {
      const page = await fetch(from);
      if (from !== cursor.value) return;
      more.value = [...more.value, ...page.items];
      cursor.value = page.next ?? null;
    } catch (error) {
      toasts.failed(error);
    } finally {
      busy = false;
    }
  }
  return { more, cursor, loadMore };
}
