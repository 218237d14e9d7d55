/** Hands words back to the composer, as when a failed message is to be edited. */
import { shallowRef } from 'vue';
import type { OutboxItem } from './use-outbox.ts';

export const returned = shallowRef<OutboxItem | null>(null);

/** A function that puts a dropped message back into the composer. */
export function useComposerText(): (item: OutboxItem) => void {
  return (item) => { returned.value = item; };
}
