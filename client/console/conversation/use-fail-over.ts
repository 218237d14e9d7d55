/** Replies of the open conversation that wait for a channel that is down, and the other ways they can go. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, listOf } from '../api.ts';
import { useAlerts } from '../channels/use-alerts.ts';
import { onLive } from '../live.ts';
import { useToasts } from '../use-toasts.ts';
import type { Conversation, FailOver } from '../wire.ts';

const settleMs = 250;
type Way = FailOver['ways'][number];

/** Follows the conversation; asks only while one of its channels is down. */
export function useFailOver(head: () => Conversation) {
  const { t } = useI18n();
  const toasts = useToasts();
  const { alerts, refetch } = useAlerts();
  const offers = shallowRef<FailOver[]>([]);
  const busy = ref(false);
  /** Also send what may have arrived. */
  const doubtful = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const touched = computed(() => alerts.value.filter(({ what, channelId }) => what === 'down' && head().threads.some((thread) => thread.channelId === channelId)).map(({ channelId }) => channelId).join());

  async function ask() {
    const { id } = head();
    const found = touched.value ? await listOf<FailOver>(`/conversations/${id}/fail-over`).catch(() => []) : [];
    if (id === head().id) offers.value = found;
  }
  const soon = () => {
    clearTimeout(timer);
    if (touched.value || offers.value.length > 0) timer = setTimeout(ask, settleMs);
  };

  async function send(offer: FailOver, way: Way) {
    busy.value = true;
    try {
      const seqs = offer.replies.filter((reply) => doubtful.value || !reply.doubtful).map(({ seq }) => seq);
      const { moved, left } = await api.post<{ moved: { seq: number }[]; left: number[] }>(`/conversations/${head().id}/fail-over`, { seqs, thread: { channelId: way.thread.channelId, key: way.thread.key }, doubtful: doubtful.value });
      if (moved.length > 0) toasts.done(t('failOver.done', { n: moved.length, name: way.name }, moved.length));
      if (left.length > 0) toasts.done(t('failOver.left', { n: left.length }));
      doubtful.value = false;
      refetch();
    } catch (error) {
      toasts.failed(error);
    } finally {
      busy.value = false;
      await ask();
    }
  }

  watch([() => head().id, touched], () => { offers.value = []; doubtful.value = false; ask(); }, { immediate: true });
  const own = ({ conversationId }: { conversationId: string }) => { if (conversationId === head().id) soon(); };
  const stops = [onLive('entry', ({ entry }) => own(entry)), onLive('delivery', own), () => clearTimeout(timer)];
  onScopeDispose(() => { for (const stop of stops) stop(); });
  return { offers, busy, doubtful, send };
}
