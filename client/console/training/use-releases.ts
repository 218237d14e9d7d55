/** Releases: what is served, what could be, and why not. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, onUnmounted, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { useSession } from '../session/use-session.ts';
import { useFailed } from '../use-failed.ts';
import { useMore } from '../use-more.ts';
import { useToasts } from '../use-toasts.ts';
import type { Diff, Release, Releases, RunWhole } from './shapes.ts';

const lookMs = 1_000;

/** Behaviour of the releases part. */
export function useReleases() {
  const { t } = useI18n();
  const toasts = useToasts();
  const cache = useQueryCache();
  const session = useSession();
  const query = useQuery({ key: () => ['releases'], query: () => api.get<Releases>('/releases') });
  const { data, refetch } = query;
  // Looked at every second while cases run: what is shown below stays, as long as the first page ends where it ended.
  const { more, cursor, loadMore } = useMore<Release>(() => data.value, (from) => api.get<Releases>('/releases', { cursor: from }), (page, before) => before !== undefined && page?.next === before.next);
  const pointer = computed(() => data.value?.pointer ?? { rev: 0, published: null, canary: null });
  const items = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const served = computed(() => pointer.value.published);
  const previous = computed(() => data.value?.previous ?? null);
  const admin = computed(() => session.user?.role === 'admin');
  /** What people edit against what is published, or against the last release where nothing is. */
  const base = computed(() => served.value ?? data.value?.items[0]?.number ?? null);
  const pending = useQuery({ key: () => ['releases', 'draft', base.value ?? 0], query: () => (base.value === null ? Promise.resolve(null) : api.get<Diff>('/releases/diff', { from: base.value })) });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;
  const running = computed(() => data.value?.items.some((release) => release.run?.state === 'running') ?? false);
  // A look that fails is no reason to stop looking.
  const lookAgain = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void refetch().finally(() => { if (running.value && !gone) lookAgain(); }), lookMs);
  };
  watch(running, (on) => { if (on) lookAgain(); }, { immediate: true });
  onUnmounted(() => {
    gone = true;
    clearTimeout(timer);
  });

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
    items, pointer, previous, query, failed: useFailed(query), loaded: computed(() => data.value !== undefined), cursor, loadMore, admin, base, busy, shownRun, shownDiff, pending: pending.data,
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
