/** Whether we may write now, asked anew with every entry: a message opens the platform's window, a STOP shuts the door. */
import { computed, ref, watch } from 'vue';
import { fastClock } from '../../ui/use-clock.ts';
import { api } from '../api.ts';
import type { Conversation, Sending } from '../wire.ts';
import { windowNow } from './reply-window.ts';
import type { Inbox } from './use-inbox.ts';

/** Told so long before the window closes. */
const soonMs = 3 * 3_600_000;

/** What may be sent on the thread that the next words leave by. */
export function useSending(head: () => Conversation, inbox: Inbox) {
  const sending = ref<Sending | null>(null);
  const thread = computed(() => inbox.via.value ?? head().thread);
  let round = 0;
  watch(() => [head().id, head().seq, thread.value.channelId, thread.value.key].join(), async () => {
    const mine = ++round;
    const answer = await api.get<Sending>(`/conversations/${head().id}/sending`, { channelId: thread.value.channelId, key: thread.value.key }).catch(() => null);
    if (mine === round && answer) sending.value = answer;
  }, { immediate: true });
  const window = computed(() => (sending.value?.window ? windowNow(sending.value.window, fastClock.value) : null));
  return {
    thread,
    window,
    refusal: computed(() => sending.value?.refusal),
    closed: computed(() => window.value?.closed === true),
    soon: computed(() => window.value !== null && Date.parse(window.value.closesAt) - fastClock.value < soonMs),
  };
}
