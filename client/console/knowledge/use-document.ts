/** One document and its passages; looked at again while a worker has it. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, nextTick, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { ApiProblem, api } from '../api.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { KnowledgeDocument, Page, Passage } from '../wire.ts';
import { isUnderWay, sendFile, useLooking } from './use-documents.ts';

/** Behaviour of a document's page. */
export function useDocument() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const cache = useQueryCache();
  const id = computed(() => String(route.params['id'] ?? ''));
  const query = useQuery({ key: () => ['documents', 'one', id.value], query: () => api.get<KnowledgeDocument>(`/documents/${id.value}`) });
  const { data: document, error, refetch } = query;
  const failed = useFailed(query);
  const missing = computed(() => error.value instanceof ApiProblem && error.value.status === 404);
  const underWay = computed(() => (document.value ? isUnderWay(document.value) : false));
  const passages = ref<Page<Passage>>({ items: [] });
  /** Why the passages could not be had. */
  const trouble = ref<unknown>(null);
  const busy = ref(false);
  const doomed = ref(false);

  useLooking(() => { if (!missing.value) void refetch(); }, () => underWay.value);
  async function readPassages() {
    const asked = id.value;
    trouble.value = null;
    const page = await api.get<Page<Passage>>(`/documents/${asked}/passages`).catch((problem: unknown) => { if (asked === id.value) trouble.value = problem; });
    if (asked !== id.value) return;
    passages.value = page ?? { items: [] };
    await goTo(route.query['passage']);
  }
  watch(() => `${id.value}/${document.value?.version ?? 0}`, readPassages, { immediate: true });

  /** A link to one passage leads to it, however far down it stands. */
  async function goTo(passage: unknown) {
    const wanted = typeof passage === 'string' ? Number(passage) : Number.NaN;
    if (Number.isNaN(wanted)) return;
    while (passages.value.next && (passages.value.items.at(-1)?.ordinal ?? wanted) < wanted) {
      const { next } = passages.value;
      await morePassages();
      if (passages.value.next === next) return; // that failed, and was said
    }
    await nextTick();
    window.document.getElementById(`passage-${wanted}`)?.scrollIntoView({ block: 'center' });
  }

  async function morePassages() {
    const [asked, from] = [id.value, passages.value.next];
    try {
      const page = await api.get<Page<Passage>>(`/documents/${asked}/passages`, { cursor: from });
      if (asked === id.value && from === passages.value.next) passages.value = { items: [...passages.value.items, ...page.items], next: page.next };
    } catch (problem) {
      toasts.failed(problem);
    }
  }

  async function act(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    try {
      await work();
      await refetch();
      return true;
    } catch (problem) {
      toasts.failed(problem);
      return false;
    } finally {
      busy.value = false;
    }
  }

  const readAgain = () => act(() => api.post(`/documents/${id.value}/read`));
  const schedule = (daily: boolean) => act(() => api.patch(`/documents/${id.value}`, { schedule: daily ? 'daily' : 'never' }));
  const replace = async (file: File | undefined) => { if (file) await act(() => sendFile('PUT', `/documents/${id.value}/file`, file)); };

  async function remove() {
    const parentId = document.value?.parentId;
    try {
      await api.delete(`/documents/${id.value}`);
    } catch (problem) {
      toasts.failed(problem);
      return;
    }
    toasts.done(t('done.removed'));
    await router.push(parentId ? { name: 'document', params: { id: parentId } } : { name: 'documents' });
    await cache.invalidateQueries({ key: ['documents'] });
  }

  return { id, query, failed, readPassages, trouble, document, missing, underWay, passages, morePassages, busy, doomed, readAgain, schedule, replace, remove };
}
