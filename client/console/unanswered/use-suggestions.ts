/** Good replies of colleagues to what never came to the bot: read, worded, kept or set aside. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, listOf } from '../api.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Locale, ReplySuggestion } from '../wire.ts';

/** Behaviour of the list. */
export function useSuggestions() {
  const { t } = useI18n();
  const cache = useQueryCache();
  const toasts = useToasts();
  const list = useQuery({ key: () => ['unanswered', 'replies'], query: () => listOf<ReplySuggestion>('/unanswered/replies') });
  const { data: items, isPending } = list;
  const editing = useEditing<ReplySuggestion>('unanswered');
  const form = reactive<{ id: string; question: string; answer: string; locale: Locale }>({ id: '', question: '', answer: '', locale: 'zh-CN' });

  function use({ id, question, answer, locale }: ReplySuggestion) {
    Object.assign(form, { id, question, answer, locale });
    editing.start();
  }
  const save = () => editing.save(async () => {
    await api.post(`/unanswered/replies/${form.id}/answer`, { question: form.question, answer: form.answer, locale: form.locale });
    await cache.invalidateQueries({ key: ['answers'] });
  });

  const busy = ref('');
  async function dismiss({ id }: ReplySuggestion) {
    busy.value = id;
    try {
      await api.post(`/unanswered/replies/${id}/dismiss`);
      toasts.done(t('unanswered.dismissed'));
    } catch (failure) {
      toasts.failed(failure);
    } finally {
      busy.value = '';
      await cache.invalidateQueries({ key: ['unanswered', 'replies'] });
    }
  }

  return { list, failed: useFailed(list), items, isPending, editing, form, use, save, dismiss, busy };
}
