/** What the bot reads: list, adding, uploading. The list is read again while something is under way. */
import { useQuery } from '@pinia/colada';
import { computed, onScopeDispose, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, problemOf } from '../api.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { KnowledgeDocument, Page } from '../wire.ts';

/** Whether a worker has it, or will. */
export const isUnderWay = ({ state, pages }: KnowledgeDocument): boolean => !(state === 'ready' || state === 'failed') || (pages?.working ?? 0) > 0;

/** Sends a file as the body of a request. */
export async function sendFile(method: 'POST' | 'PUT', path: string, file: File): Promise<KnowledgeDocument> {
  const response = await fetch(`/api/v1${path}?name=${encodeURIComponent(file.name)}`, { method, credentials: 'same-origin', headers: { 'content-type': 'application/octet-stream' }, body: file });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** Calls it again and again: soon while something is under way, else now and then. */
export function useLooking(look: () => unknown, isBusy: () => boolean) {
  let last = Date.now();
  const timer = setInterval(() => {
    if (!isBusy() && Date.now() - last < 15_000) return;
    last = Date.now();
    look();
  }, 1_500);
  onScopeDispose(() => clearInterval(timer));
}

/** A list of documents; `parent` names the site map whose pages are wanted. */
export function useDocuments(parent: () => string | undefined) {
  const { t } = useI18n();
  const toasts = useToasts();
  const search = ref('');
  const wanted = ref('');
  const more = ref<KnowledgeDocument[]>([]);
  const cursor = ref<string | null>(null);
  const query = () => ({ q: wanted.value, parentId: parent() });
  const asked = useQuery({ key: () => ['documents', parent() ?? '', wanted.value], query: () => api.get<Page<KnowledgeDocument>>('/documents', query()) });
  const { data, isPending, refetch } = asked;
  const failed = useFailed(asked);
  const documents = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const editing = useEditing<KnowledgeDocument>('documents');
  const form = reactive<{ kind: 'page' | 'sitemap'; url: string; daily: boolean }>({ kind: 'page', url: '', daily: false });
  const sending = ref(0);

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(search, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { wanted.value = text.trim(); }, 250);
  });
  // A page read again while older ones are shown keeps them; another search does not.
  watch([wanted, parent], () => { more.value = []; });
  watch(data, (page) => { if (more.value.length === 0) cursor.value = page?.next ?? null; }, { immediate: true });
  useLooking(() => { if (more.value.length === 0) void refetch(); }, () => documents.value.some(isUnderWay));

  async function loadMore() {
    const from = cursor.value;
    const about = JSON.stringify(query());
    try {
      const page = await api.get<Page<KnowledgeDocument>>('/documents', { ...query(), cursor: from });
      if (from !== cursor.value || about !== JSON.stringify(query())) return;
      more.value = [...more.value, ...page.items];
      cursor.value = page.next ?? null;
    } catch (problem) {
      toasts.failed(problem);
    }
  }

  function add() {
    Object.assign(form, { kind: 'page', url: '', daily: false });
    editing.start();
  }

  const save = () => {
    const url = /^https?:\/\//i.test(form.url.trim()) ? form.url.trim() : `https://${form.url.trim()}`;
    return editing.save(() => api.post('/documents', { kind: form.kind, url, schedule: form.daily ? 'daily' : 'never' }), t('documents.added'));
  };

  async function send(files: FileList | null | undefined) {
    for (const file of files ?? []) {
      sending.value += 1;
      try {
        await sendFile('POST', '/documents/upload', file);
      } catch (error) {
        toasts.failed(error);
      } finally {
        sending.value -= 1;
      }
      await refetch();
    }
  }

  return { search, documents, asked, isPending, failed, cursor, loadMore, editing, form, add, save, sending, send };
}
