/** What an agent does to a conversation besides talking. Each shows at once and is taken back in words when the server refuses. */
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { useToasts } from '../use-toasts.ts';
import type { Conversation, TimelineEntry } from '../wire.ts';
import { useConversations } from './use-conversations.ts';
import type { useTimeline } from './use-timeline.ts';

/** The actions on the open conversation. */
export function useActions(timeline: ReturnType<typeof useTimeline>) {
  const list = useConversations();
  const toasts = useToasts();
  const { t } = useI18n();

  /** True when it worked. `guess` is what the head will look like. */
  async function act(id: string | undefined, request: (path: string) => Promise<TimelineEntry | null>, guess: Partial<Conversation>): Promise<boolean> {
    const before = id === undefined ? undefined : list.heads.get(id);
    if (!before) return false;
    list.patch(before.id, guess);
    try {
      const entry = await request(`/conversations/${before.id}`);
      if (entry) timeline.take(entry);
      return true;
    } catch (error) {
      list.patch(before.id, before);
      toasts.failed(error);
      return false;
    }
  }
  const here = () => timeline.head.value?.id;
  const post = (name: string, body: object = {}) => (path: string) => api.post<TimelineEntry | null>(`${path}/${name}`, body);
  const put = (name: string, body: object) => (path: string) => api.put<TimelineEntry | null>(`${path}/${name}`, body);

  const reopen = (id = here()) => act(id, post('reopen'), { status: 'open' });

  async function resolve(id = here()) {
    const worked = await act(id, post('resolve'), { status: 'resolved' });
    if (worked) toasts.undoable(t('done.resolved'), () => { reopen(id); });
    return worked;
  }

  async function snooze(until: Date, id = here()) {
    const worked = await act(id, post('snooze', { until: until.toISOString() }), { status: 'snoozed', snoozedUntil: until.toISOString() });
    if (worked) toasts.undoable(t('done.snoozed'), () => { reopen(id); });
    return worked;
  }

  return {
    resolve, reopen, snooze,
    accept: (id: string) => act(id, post('accept'), { offer: null }),
    decline: (id: string) => act(id, post('decline'), { offer: null }),
    pending: (id = here()) => act(id, post('pending'), { status: 'pending' }),
    assign: (agentId: string | null, id = here()) => act(id, post('assign', { agentId }), { assigneeId: agentId }),
    transfer: (to: { queueId?: string; agentId?: string; note?: string }, id = here()) => act(id, post('transfer', to), to.queueId ? { queueId: to.queueId, assigneeId: null } : {}),
    label: (labels: string[], id = here()) => act(id, put('labels', { labels }), { labels }),
    prioritise: (priority: number, id = here()) => act(id, put('priority', { priority }), { priority }),
    retry: (seq: number, id = here()) => act(id, post(`entries/${seq}/retry`), {}),
    react: (seq: number, emoji: string, id = here()) => act(id, put(`entries/${seq}/reaction`, { emoji }), {}),
    edit: (seq: number, text: string, id = here()) => act(id, (path) => api.patch<TimelineEntry>(`${path}/entries/${seq}`, { text }), {}),
    recall: (seq: number, id = here()) => act(id, post(`entries/${seq}/recall`), {}),
    /** Quiet: a mark that could not be saved comes with the next look. */
    read: (id = here()) => {
      if (id === undefined || (list.heads.get(id)?.unread ?? 0) === 0) return;
      list.patch(id, { unread: 0 });
      api.post(`/conversations/${id}/read`).catch(() => {});
    },
  };
}
