/** What the bot knows: list and form. */
import { useQuery } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { api } from '../api.ts';
import { toField, toTime } from '../knowledge/times.ts';
import { useEditing } from '../use-editing.ts';
import { useMore } from '../use-more.ts';
import { useToasts } from '../use-toasts.ts';
import type { Answer, Locale, Page } from '../wire.ts';

type Form = { id: string; question: string; variants: string; answer: string; locale: Locale; topics: string; validFrom: string; validUntil: string; channels: string[]; identified: 'all' | 'yes' | 'no'; group: string };
const empty: Form = { id: '', question: '', variants: '', answer: '', locale: 'zh-CN', topics: '', validFrom: '', validUntil: '', channels: [], identified: 'all', group: '' };

/** Behaviour of the answers page. */
export function useAnswers() {
  const { locale } = useI18n();
  const toasts = useToasts();
  const route = useRoute();
  const router = useRouter();
  const search = ref('');
  const wanted = ref('');
  const { data, isPending, error, refetch } = useQuery({ key: () => ['answers', wanted.value], query: () => api.get<Page<Answer>>('/answers', { q: wanted.value }), refetchOnWindowFocus: false });
  const { more, cursor, loadMore } = useMore(() => data.value, (from) => api.get<Page<Answer>>('/answers', { q: wanted.value, cursor: from }));
  const failed = computed(() => error.value !== null && data.value === undefined);
  const answers = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const editing = useEditing<Answer>('answers');
  const form = reactive<Form>({ ...empty });
  const importing = ref(false);

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(search, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { wanted.value = text.trim(); }, 250);
  });

  function edit(answer?: Answer) {
    const { channels, identified } = answer?.audience ?? {};
    Object.assign(form, empty, { locale: locale.value === 'en' ? 'en' : 'zh-CN' }, answer && {
      id: answer.id, question: answer.question, variants: answer.variants.join('\n'), answer: answer.answer, locale: answer.locale, topics: answer.topics.join(', '), group: answer.group ?? '',
      validFrom: toField(answer.validFrom), validUntil: toField(answer.validUntil), channels: [...channels ?? []], identified: identified === undefined ? 'all' : identified ? 'yes' : 'no',
    });
    editing.start();
  }

  const save = () => editing.save(() => {
    const audience = { ...(form.channels.length ? { channels: form.channels } : {}), ...(form.identified === 'all' ? {} : { identified: form.identified === 'yes' }) };
    const limits = { validFrom: toTime(form.validFrom), validUntil: toTime(form.validUntil), group: form.group.trim() || null, audience: Object.keys(audience).length ? audience : null };
    const body = { question: form.question, answer: form.answer, locale: form.locale, variants: parts(form.variants, /\n/), topics: parts(form.topics, /[,，、\n]/) };
    // Null takes a limit away; of a new answer it is left out.
    return form.id ? api.patch(`/answers/${form.id}`, { ...body, ...limits }) : api.post('/answers', { ...body, ...Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null)) });
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

  return { search, answers, isPending, failed, refetch, cursor, loadMore, editing, form, edit, save, importing };
}

const parts = (text: string, by: RegExp) => [...new Set(text.split(by).map((part) => part.trim()).filter((part) => part !== ''))];
