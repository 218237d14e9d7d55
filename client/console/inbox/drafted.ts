/** Conversations with unsent words typed in this page, so their row says so at once. */
import { shallowRef } from 'vue';

export const drafted = shallowRef(new Map<string, string | undefined>());

/** Notes what is being written; empty text takes the tag away, also the one the server remembers. */
export function noteDraft(conversationId: string, text: string): void {
  drafted.value = new Map(drafted.value).set(conversationId, text.trim() === '' ? undefined : text.trim());
}
