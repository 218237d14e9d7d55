/** Breakpoints as refs. */
import { readonly, ref, type Ref } from 'vue';

function media(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  list.addEventListener('change', (event) => { matches.value = event.matches; });
  return readonly(matches);
}

/** One pane at a time. */
export const isNarrow = media('(max-width: 767px)');
/** Room for words on buttons beside the list. */
export const isRoomy = media('(min-width: 1024px)');
/** Room for a third pane. */
export const isWide = media('(min-width: 1280px)');
