/** What the bot could not answer: the list, one cluster, and what is done with it. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { api, listOf } from '../api.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Locale, Reasked, Unanswered, UnansweredDetail } from '../wire.ts';

export const views = ['open', 'answered', 'dismissed', 'replies'] as const;
export type View = (typeof views)[number];

const mostVariants = 50;
/** Masked places say nothing in a question. */
const spoken = (text: string) => text.replaceAll('***', ' ').replace(/\s+/g, ' ').trim().slice(0, 500);

/** Behaviour of the page. */
export function useUnanswered() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const cache = useQueryCache();
  const view = ref<View>('open');
  const sort = ref<'cost' | 'volume'>('cost');
  const id = computed(() => String(route.params['id'] ?? ''));
  const list = useQuery({ key: () => ['unanswered', 'list', view.value, sort.value], query: () => listOf<Unanswered>('/unanswered', { view: view.value, sort: sort.value }), enabled: () => view.value !== 'replies' });
  const { data: items, isPending } = list;
  const one = useQuery({ key: () => ['unanswered', 'one', id.value], query: () => api.get<UnansweredDetail>(`/unanswered/${id.value}`), enabled: () => id.value !== '' });
  const { data: detail, error } = one;
  const editing = useEditing<Unanswered>('unanswered');
  const form = reactive<{ question: string; variants: string; answer: string; locale: Locale }>({ question: '', variants: '', answer: '', locale: 'zh-CN' });
  const result = ref<Reasked | null>(null);
  const adding = ref('');

  watch(id, () => { result.value = null; });

  /** Replies belong to no question: the one that is open is shut. */
  function look(next: View) {
    view.value = next;
    if (next === 'replies' && id.value !== '') void router.replace({ name: 'unanswered' });
  }
  /** What came of asking again belongs to the question it was asked about. */
  function showFor(asked: string, came: Reasked) {
    if (id.value === asked) result.value = came;
  }

  function make(answer = '') {
    const found = detail.value;
    if (!found) return;
    const [question = '', ...others] = [...new Set([found.question, ...found.questions.filter(({ settled }) => !settled).map(({ text }) => text)].map(spoken))].filter((text) => text !== '');
    Object.assign(form, { question, variants: others.slice(0, mostVariants).join('\n'), answer, locale: found.locale });
    editing.start();
  }

  const save = () => editing.save(async () => {
    const variants = form.variants.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    const asked = id.value;
    showFor(asked, await api.post<Reasked>(`/unanswered/${asked}/answer`, { question: form.question, answer: form.answer, locale: form.locale, variants }));
    await cache.invalidateQueries({ key: ['answers'] });
  });

  async function addTo(answerId: string) {
    adding.value = answerId;
    try {
      const asked = id.value;
      showFor(asked, await api.post<Reasked>(`/unanswered/${asked}/variant`, { answerId }));
      await cache.invalidateQueries({ key: ['answers'] });
    } catch (failure) {
      toasts.failed(failure);
    } finally {
      adding.value = '';
      await cache.invalidateQueries({ key: ['unanswered'] });
    }
  }

  async function guard(clusterId: string) {
    try {
      await api.post('/regression-cases/from-cluster', { clusterId });
      toasts.done(t('unanswered.caseMade'));
    } catch (failure) {
      toasts.failed(failure);
    }
    await Promise.all([cache.invalidateQueries({ key: ['unanswered'] }), cache.invalidateQueries({ key: ['regression-cases'] })]);
  }

  async function decide(what: 'dismiss' | 'restore', cluster: string) {
    try {
      await api.post(`/unanswered/${cluster}/${what}`);
      if (what === 'dismiss') {
        toasts.undoable(t('unanswered.dismissed'), () => { void decide('restore', cluster); });
        await router.push({ name: 'unanswered' });
      }
    } catch (failure) {
      toasts.failed(failure);
    }
    await cache.invalidateQueries({ key: ['unanswered'] });
  }

  return { look, view, sort, id, list, failed: useFailed(list), items, isPending, one, lost: useFailed(one), detail, error, editing, form, result, adding, make, save, addTo, guard, decide };
}
