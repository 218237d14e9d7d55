/** The timeline of the open conversation. Whatever the network does, in the end every entry is here once and in order. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { api, ApiProblem } from '../api.ts';
import { onLive, onLiveConnect, tell, type Resumed } from '../live.ts';
import type { Conversation, TimelineEntry, Viewer } from '../wire.ts';
import { hasGap, lastWithoutGap, mergeEntries } from './merge-entries.ts';
import { useConversations } from './use-conversations.ts';

const pageSize = 50;
type TimelinePage = { items: TimelineEntry[]; head: Conversation };

/** Follows the conversation with the given id. */
export function useTimeline(conversationId: Ref<string | null>) {
  const list = useConversations();
  const entries = shallowRef<TimelineEntry[]>([]);
  const loading = ref(false);
  const problem = ref<ApiProblem | null>(null);
  const viewers = ref<Viewer[]>([]);
  const contactTyping = ref(false);
  const arrived = shallowRef<TimelineEntry | null>(null);
  const head = computed(() => (conversationId.value ? list.heads.get(conversationId.value) ?? null : null));
  const hasOlder = computed(() => (entries.value[0]?.seq ?? 1) > 1);
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let healing = false;

  const isOpen = (id: string) => id === conversationId.value;

  async function page(id: string, range: { after?: number; before?: number }) {
    const answer = await api.get<TimelinePage>(`/conversations/${id}/timeline`, { ...range, limit: pageSize });
    list.keep([answer.head]);
    if (isOpen(id)) entries.value = mergeEntries(entries.value, answer.items);
    return answer;
  }

  async function open(id: string) {
    loading.value = true;
    problem.value = null;
    try {
      await page(id, {});
      tell('view', { conversationId: id }).catch(() => {});
    } catch (error) {
      if (isOpen(id)) problem.value = error instanceof ApiProblem ? error : new ApiProblem('network', 0, String(error));
    } finally {
      if (isOpen(id)) loading.value = false;
    }
  }

  async function loadOlder() {
    const id = conversationId.value;
    const first = entries.value[0]?.seq;
    if (!id || !first || first <= 1 || loading.value) return;
    loading.value = true;
    try {
      await page(id, { before: first });
    } catch {
      // Scrolling up again asks again.
    } finally {
      loading.value = false;
    }
  }

  /** Asks for what is missing until nothing is; quiet when nothing was. */
  async function heal() {
    const id = conversationId.value;
    if (!id || healing || entries.value.length === 0) return;
    healing = true;
    try {
      for (let turn = 0; turn < 40 && isOpen(id) && hasGap(entries.value, head.value?.seq ?? 0); turn++) {
        const before = lastWithoutGap(entries.value);
        await page(id, { after: before });
        if (lastWithoutGap(entries.value) === before) break;
      }
    } catch {
      // The next event, the next connect or coming back to the page tries again.
    } finally {
      healing = false;
    }
  }

  async function resume() {
    const id = conversationId.value;
    if (!id) return;
    if (entries.value.length === 0) return open(id);
    try {
      const answer = await tell<Resumed>('resume', { conversationId: id, after: lastWithoutGap(entries.value) });
      list.keep([answer.head]);
      if (!isOpen(id)) return;
      entries.value = mergeEntries(entries.value, answer.entries);
      for (const each of answer.deliveries) applyDelivery(each);
      tell('view', { conversationId: id }).catch(() => {});
    } catch {
      // The socket may be gone again: plain HTTP below asks the same question.
      await page(id, { after: lastWithoutGap(entries.value) }).catch(() => {});
    }
    await heal();
  }

  function applyDelivery({ seq, delivery, externalId }: Resumed['deliveries'][number]) {
    entries.value = entries.value.map((entry) => (entry.seq === seq ? { ...entry, delivery, externalId: externalId ?? entry.externalId } : entry));
  }

  /** An entry from anywhere: an event, or what our own request answered. */
  function take(entry: TimelineEntry) {
    if (!isOpen(entry.conversationId)) return;
    const isNew = entry.seq > (entries.value.at(-1)?.seq ?? 0);
    entries.value = mergeEntries(entries.value, [entry]);
    if (isNew) arrived.value = entry;
    if (entry.actor.kind === 'contact') contactTyping.value = false;
    heal();
  }

  watch(conversationId, (id) => {
    entries.value = [];
    viewers.value = [];
    contactTyping.value = false;
    list.openId = id;
    if (id) open(id);
    else tell('view', { conversationId: null }).catch(() => {});
  }, { immediate: true });

  const onVisible = () => { if (document.visibilityState === 'visible') resume(); };
  document.addEventListener('visibilitychange', onVisible);
  const stops = [
    onLive('entry', ({ entry }) => take(entry)),
    onLive('delivery', (news) => { if (isOpen(news.conversationId)) applyDelivery(news); }),
    onLive('content', ({ conversationId: id, seq, content }) => { if (isOpen(id)) entries.value = entries.value.map((entry) => (entry.seq === seq ? { ...entry, content } : entry)); }),
    onLive('viewers', (event) => { if (isOpen(event.conversationId)) viewers.value = event.viewers; }),
    onLive('contact-typing', (event) => {
      if (!isOpen(event.conversationId)) return;
      contactTyping.value = event.typing;
      clearTimeout(typingTimer);
      // The "stopped" event may be lost with the customer's connection.
      if (event.typing) typingTimer = setTimeout(() => { contactTyping.value = false; }, 8000);
    }),
    onLiveConnect(resume),
    () => document.removeEventListener('visibilitychange', onVisible),
  ];
  onScopeDispose(() => {
    for (const stop of stops) stop();
    list.openId = null;
  });

  return { entries, head, loading, problem, viewers, contactTyping, hasOlder, arrived, loadOlder, resume, take, open };
}
