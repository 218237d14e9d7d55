/** Hands words back to the composer, as when a failed message is to be edited. */
import { shallowRef } from 'vue';
import type { OutboxItem } from './use-outbox.ts';

/** Words for the composer of a conversation, put where the caret stands. */
export const inserted = shallowRef<{ conversationId: string; text: string } | null>(null);

export const returned = shallowRef<OutboxItem | null>(null);

/** A function that puts a dropped message back into the composer. */
export function useComposerText(): (item: OutboxItem) => void {
  return (item) => { returned.value = item; };
}
