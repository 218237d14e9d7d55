/** What was typed and not saved is not left without a word. */
import { onScopeDispose, ref } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocationNormalized } from 'vue-router';

/** Holds every way out of a page while `dirty`; `asking` is true while somebody is asked, `settle` is their answer. */
export function useUnsaved(dirty: () => boolean) {
  const asking = ref(false);
  let answer: ((leaves: boolean) => void) | undefined;

  function settle(leaves: boolean) {
    asking.value = false;
    answer?.(leaves);
    answer = undefined;
  }
  function hold(to: RouteLocationNormalized, from: RouteLocationNormalized): boolean | Promise<boolean> {
    // Whose session ended cannot save any more; another query is the same page.
    if (!dirty() || to.meta.open || to.path === from.path) return true;
    settle(false);
    asking.value = true;
    return new Promise((resolve) => { answer = resolve; });
  }
  onBeforeRouteLeave(hold);
  onBeforeRouteUpdate(hold);

  const closing = (event: BeforeUnloadEvent) => { if (dirty()) event.preventDefault(); };
  window.addEventListener('beforeunload', closing);
  onScopeDispose(() => { window.removeEventListener('beforeunload', closing); settle(false); });

  return { asking, settle };
}
