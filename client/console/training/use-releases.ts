/** Releases: what is served, what could be, and why not. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, onUnmounted, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { useSession } from '../session/use-session.ts';
import { useToasts } from '../use-toasts.ts';
import type { Diff, Release, Releases, RunWhole } from './shapes.ts';

const lookMs = 1_000;

/** Behaviour of the releases part. */
export function useReleases() {
  const { t } = useI18n();
  const toasts = useToasts();
  const cache = useQueryCache();
  const session = useSession();
  const more = ref<Release[]>([]);
  const cursor = ref<string | null>(null);
  const { data, isPending, refetch } = useQuery({ key: () => ['releases'], query: () => api.get<Releases>('/releases') });
  const pointer = computed(() => data.value?.pointer ?? { rev: 0, published: null, canary: null });
  const items = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const served = computed(() => pointer.value.published);
  const previous = computed(() => data.value?.previous ?? null);
  const admin = computed(() => session.user?.role === 'admin');
  /** What people edit against what is published, or against the last release where nothing is. */
  const base = computed(() => served.value ?? data.value?.items[0]?.number ?? null);
  const pending = useQuery({ key: () => ['releases', 'draft', base.value ?? 0], query: () => (base.value === null ? Promise.resolve(null) : api.get<Diff>('/releases/diff', { from: base.value })) });

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(data, (page) => {
    cursor.value = page?.next ?? null;
    more.value = [];
    clearTimeout(timer);
    if (page?.items.some((release) => release.run?.state === 'running')) timer = setTimeout(() => void refetch(), lookMs);
  }, { immediate: true });
  onUnmounted(() => clearTimeout(timer));

  const busy = ref(false);
  async function act(work: () => Promise<unknown>, said: string): Promise<boolean> {
    busy.value = true;
    try {
      await work();
      toasts.done(said);
      return true;
    } catch (error) {
      toasts.failed(error);
      return false;
    } finally {
      busy.value = false;
      await cache.invalidateQueries({ key: ['releases'] });
    }
  }
  const rev = () => pointer.value.rev;

  async function loadMore() {
    const page = await api.get<Releases>('/releases', { cursor: cursor.value });
    more.value = [...more.value, ...page.items];
    cursor.value = page.next ?? null;
  }

  const shownRun = ref<RunWhole | null>(null);
  const shownDiff = ref<{ from: number; to: number | null; diff: Diff } | null>(null);
  async function look(work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      toasts.failed(error);
    }
  }

  return {
    items, pointer, previous, isPending, cursor, loadMore, admin, base, busy, shownRun, shownDiff, pending: pending.data,
    make: (note: string) => act(() => api.post('/releases', { note }), t('training.made')),
    run: (release: number) => act(() => api.post(`/releases/${release}/run`), t('training.runStarted')),
    publish: (release: number) => act(() => api.post(`/releases/${release}/publish`, { rev: rev() }), t('training.published', { n: release })),
    canary: (release: number, share: number) => act(() => api.post(`/releases/${release}/canary`, { rev: rev(), share }), t('training.canaryStarted')),
    endCanary: () => act(() => api.post('/releases/end-canary', { rev: rev() }), t('training.canaryEnded')),
    rollBack: () => act(() => api.post('/releases/roll-back', { rev: rev() }), t('training.rolledBack')),
    showRun: (release: number) => look(async () => { shownRun.value = await api.get<RunWhole>(`/releases/${release}/run`); }),
    showDiff: (from: number, to: number | null) => look(async () => { shownDiff.value = { from, to, diff: await api.get<Diff>('/releases/diff', { from, to: to ?? 'draft' }) }; }),
  };
}
