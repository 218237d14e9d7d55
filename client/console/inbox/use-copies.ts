/** Who else gets the next mail: everybody the customer's mail named, until the agent says otherwise. */
import { computed, reactive, ref, watch } from 'vue';
import { useNames } from '../directory.ts';
import type { Conversation } from '../wire.ts';
import { addressesIn, othersOf, wrongIn } from './mail-addresses.ts';
import type { Inbox } from './use-inbox.ts';

export type Copies = ReturnType<typeof useCopies>;

/** Copies of the reply that is being written. */
export function useCopies(head: () => Conversation, inbox: Inbox) {
  const names = useNames();
  const text = reactive({ cc: '', bcc: '' });
  const touched = ref(false);
  const thread = computed(() => inbox.via.value ?? head().thread);
  const channel = computed(() => names.channel(thread.value.channelId));
  const carried = computed(() => names.kind(channel.value?.kind)?.carries?.copies === true);
  const address = computed(() => head().threads.find((each) => each.channelId === thread.value.channelId && each.key === thread.value.key)?.address ?? '');
  const others = computed(() => {
    const { address: own, replyToAll } = channel.value?.config ?? {};
    if (!carried.value || replyToAll === false) return [];
    const last = inbox.timeline.entries.value.findLast((entry) => entry.kind === 'message' && entry.actor.kind === 'contact' && entry.content?.email && !entry.content.email.automatic && entry.thread?.key === thread.value.key);
    return othersOf(last, [typeof own === 'string' ? own : '', address.value]);
  });

  function reset() {
    touched.value = false;
    Object.assign(text, { cc: others.value.join(', '), bcc: '' });
  }
  // Joined: the same people named by a newer mail are no reason to undo what the agent typed.
  watch(() => others.value.join(), () => { if (!touched.value) reset(); }, { immediate: true });

  return {
    text, carried, address, others,
    wrong: computed(() => (carried.value ? { cc: wrongIn(text.cc), bcc: wrongIn(text.bcc) } : { cc: [], bcc: [] })),
    put(field: 'cc' | 'bcc', value: string) { text[field] = value; touched.value = true; },
    /** Takes the addresses out to be sent; undefined where the channel knows no copies. */
    take() {
      const taken = carried.value ? { cc: addressesIn(text.cc), bcc: addressesIn(text.bcc) } : undefined;
      reset();
      return taken;
    },
  };
}
