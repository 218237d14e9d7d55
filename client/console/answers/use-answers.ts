/** What the bot knows: list and form. */
import { useQuery } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { api } from '../api.ts';
import { formOf, limitsOf, parts, unlimited, type LimitsForm } from '../knowledge/limits.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useMore } from '../use-more.ts';
import { useToasts } from '../use-toasts.ts';
import type { Answer, Locale, Page } from '../wire.ts';

type Form = { id: string; question: string; variants: string; answer: string; locale: Locale; group: string; limits: LimitsForm };
const empty = (): Form => ({ id: '', question: '', variants: '', answer: '', locale: 'zh-CN', group: '', limits: unlimited() });

/** Behaviour of the answers page. */
export function useAnswers() {
  const { locale } = useI18n();
  const toasts = useToasts();
  const route = useRoute();
  const router = useRouter();
  const search = ref('');
  const wanted = ref('');
  const query = useQuery({ key: () => ['answers', wanted.value], query: () => api.get<Page<Answer>>('/answers', { q: wanted.value }), refetchOnWindowFocus: false });
  const { data, isPending } = query;
  const { more, cursor, loadMore } = useMore(() => data.value, (from) => api.get<Page<Answer>>('/answers', { q: wanted.value, cursor: from }));
  const failed = useFailed(query);
  const answers = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const editing = useEditing<Answer>('answers');
  const form = reactive<Form>(empty());
  const importing = ref(false);

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(search, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { wanted.value = text.trim(); }, 250);
  });

  function edit(answer?: Answer) {
    Object.assign(form, empty(), { locale: locale.value === 'en' ? 'en' : 'zh-CN' }, answer && {
      id: answer.id, question: answer.question, variants: answer.variants.join('\n'), answer: answer.answer, locale: answer.locale, group: answer.group ?? '', limits: formOf(answer),
    });
    editing.start();
  }

  const save = () => editing.save(() => {
    const { topics, limits } = limitsOf(form.limits);
    const all = { ...limits, group: form.group.trim() || null };
    const body = { question: form.question, answer: form.answer, locale: form.locale, variants: parts(form.variants, /\n/), topics };
    // Null takes a limit away; of a new answer it is left out.
    return form.id ? api.patch(`/answers/${form.id}`, { ...body, ...all }) : api.post('/answers', { ...body, ...Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) });
  });

  // Other pages lead to one answer.
  watch(() => route.query['open'], async (id) => {
    if (typeof id !== 'string') return;
    try {
      edit(await api.get<Answer>(`/answers/${id}`));
    } catch (error) {
      toasts.failed(error);
    }
    await router.replace({ name: 'answers' });
  }, { immediate: true });

  return { search, answers, isPending, query, failed, cursor, loadMore, editing, form, edit, save, importing };
}
