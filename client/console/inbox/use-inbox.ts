/** The open conversation and everything that can be done with it: one place for buttons, keys and the palette. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { isWide } from '../../ui/use-media.ts';
import { useAlerts } from '../channels/use-alerts.ts';
import { useSession } from '../session/use-session.ts';
import type { TimelineEntry } from '../wire.ts';
import { recallDrafts } from './drafted.ts';
import { useActions } from './use-actions.ts';
import { useConversations } from './use-conversations.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { useOutbox } from './use-outbox.ts';
import { useTimeline } from './use-timeline.ts';
import { wayOut } from './way-out.ts';

export type Inbox = ReturnType<typeof useInbox>;
export type About = { kind: 'quote' | 'edit'; entry: TimelineEntry };
export type Panel = 'snooze' | 'assign' | null;

/** Behaviour of the inbox page. */
export function useInbox() {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const list = useConversations();
  const outbox = useOutbox();
  const id = computed(() => (typeof route.params.id === 'string' && route.params.id !== '' ? route.params.id : null));
  const timeline = useTimeline(id);
  const actions = useActions(timeline);
  const mode = ref<'reply' | 'note'>('reply');
  const panel = ref<Panel>(null);
  const wideOpen = ref(true);
  const slideOpen = ref(false);
  const detailsOpen = computed(() => (isWide.value ? wideOpen.value : slideOpen.value));
  /** Counts up whenever the composer should take the keyboard. */
  const focusComposer = ref(0);

  /** The message that the next words answer or change. */
  const about = shallowRef<About | null>(null);
  const chosen = shallowRef<{ channelId: string; key: string } | null>(null);
  const { alerts } = useAlerts();
  /** The thread the next words leave by; null: where the customer last spoke. A quotation leaves by the thread of what it quotes. */
  const via = computed({
    get: () => chosen.value ?? (timeline.head.value && about.value?.kind !== 'quote' ? wayOut(timeline.head.value, timeline.entries.value, alerts.value) : null),
    set: (next) => { chosen.value = next; },
  });

  recallDrafts();
  if (session.user) outbox.open(session.user.id, timeline.take);

  function open(next: string | null) {
    router.push({ name: 'inbox', params: next ? { id: next } : {} });
  }

  function step(by: 1 | -1) {
    const ids = list.rows.map((row) => row.id);
    const at = id.value ? ids.indexOf(id.value) : -1;
    const next = ids[at === -1 ? 0 : at + by];
    if (next) open(next);
  }

  function write(next: 'reply' | 'note') {
    mode.value = next;
    focusComposer.value++;
  }

  function quoteMessage(entry: TimelineEntry) {
    about.value = { kind: 'quote', entry };
    write('reply');
  }

  function editMessage(entry: TimelineEntry) {
    about.value = { kind: 'edit', entry };
    write('reply');
  }

  function toggleDetails() {
    if (isWide.value) wideOpen.value = !wideOpen.value;
    else slideOpen.value = !slideOpen.value;
  }

  async function resolve() {
    const head = timeline.head.value;
    if (!head) return;
    if (head.status === 'resolved') return actions.reopen();
    const ids = list.rows.map((row) => row.id);
    const next = ids[ids.indexOf(head.id) + 1] ?? ids[ids.indexOf(head.id) - 1] ?? null;
    if ((await actions.resolve()) && id.value === head.id) open(next === head.id ? null : next);
  }

  watch(id, () => {
    mode.value = 'reply';
    about.value = null;
    via.value = null;
    panel.value = null;
    slideOpen.value = false;
  });
  const inbox = { id, timeline, actions, mode, panel, detailsOpen, slideOpen, focusComposer, about, via, quoteMessage, editMessage, open, step, write, toggleDetails, resolve };
  onScopeDispose(useInboxKeys(inbox));
  return inbox;
}
