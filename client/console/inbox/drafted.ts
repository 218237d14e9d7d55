/** Conversations with unsent words typed in this page, so their row says so at once. */
import { entries } from 'idb-keyval';
import { shallowRef } from 'vue';

export const drafted = shallowRef(new Map<string, string | undefined>());

/** Drafts of earlier days that this browser keeps. */
export async function recallDrafts(): Promise<void> {
  const found = new Map<string, string | undefined>();
  for (const [key, text] of await entries<string, string>().catch(() => [])) {
    const id = typeof key === 'string' ? /^draft-([0-9a-f]{24})-/.exec(key)?.[1] : undefined;
    if (id && text.trim() !== '') found.set(id, text.trim());
  }
  drafted.value = new Map([...found, ...drafted.value]);
}

/** Notes what is being written; empty text takes the tag away. */
export function noteDraft(conversationId: string, text: string): void {
  drafted.value = new Map(drafted.value).set(conversationId, text.trim() === '' ? undefined : text.trim());
}
