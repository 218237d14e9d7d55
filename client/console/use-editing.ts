/** The life of an admin list: one dialog for new and old, one question before deleting, field errors from the server. */
import { useQueryCache } from '@pinia/colada';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiProblem } from './api.ts';
import { useToasts } from './use-toasts.ts';

/** `key` is the query to renew after each change. */
export function useEditing<Item>(key: string) {
  const cache = useQueryCache();
  const toasts = useToasts();
  const { t } = useI18n();
  const open = ref(false);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});
  const problem = ref('');
  const doomed = ref<{ item: Item } | null>(null);

  function start() {
    fields.value = {};
    problem.value = '';
    open.value = true;
  }

  /** True when it worked; then the dialog closes and the list is read anew. */
  async function save(work: () => Promise<unknown>, said = t('done.saved')): Promise<boolean> {
    busy.value = true;
    fields.value = {};
    problem.value = '';
    try {
      await work();
      open.value = false;
      toasts.done(said);
      return true;
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      problem.value = toasts.wordsOf(error);
      return false;
    } finally {
      busy.value = false;
      await cache.invalidateQueries({ key: [key] });
    }
  }

  async function remove(work: () => Promise<unknown>) {
    doomed.value = null;
    try {
      await work();
      toasts.done(t('done.removed'));
    } catch (error) {
      toasts.failed(error);
    }
    await cache.invalidateQueries({ key: [key] });
  }

  return { open, busy, fields, problem, doomed, start, save, remove };
}
