/** Many answers at once: the server says what a file would change before it changes anything. */
import { useQueryCache } from '@pinia/colada';
import { computed, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { problemOf, withQuery } from '../api.ts';
import { useToasts } from '../use-toasts.ts';
import type { ImportResult, Locale } from '../wire.ts';

/** Behaviour of the import dialog. `done` closes it. */
export function useImport(done: () => void) {
  const { t, locale } = useI18n();
  const toasts = useToasts();
  const cache = useQueryCache();
  const pasted = ref('');
  const file = ref<File | null>(null);
  const language = ref<Locale>(locale.value === 'en' ? 'en' : 'zh-CN');
  const result = ref<ImportResult | null>(null);
  const busy = ref(false);
  const problem = ref('');
  const body = computed(() => file.value ?? (pasted.value.trim() === '' ? null : pasted.value));
  let round = 0;

  async function send(dryRun: boolean): Promise<ImportResult | null> {
    if (body.value === null) return null;
    const format = file.value && /\.(jsonl|ndjson)$/i.test(file.value.name) ? 'jsonl' : 'csv';
    const response = await fetch(withQuery('/api/v1/answers/import', { format, dryRun, locale: language.value }), { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/octet-stream' }, body: body.value });
    if (!response.ok) throw await problemOf(response);
    return response.json();
  }

  async function check() {
    const mine = ++round;
    problem.value = '';
    result.value = null;
    try {
      const found = await send(true);
      if (mine === round) result.value = found;
    } catch (error) {
      if (mine === round) problem.value = toasts.wordsOf(error);
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch([body, language], () => {
    clearTimeout(timer);
    timer = setTimeout(check, 400);
  });

  async function store() {
    busy.value = true;
    problem.value = '';
    try {
      result.value = await send(false);
      if (!result.value?.applied) return;
      toasts.done(t('answers.imported', { created: result.value.create, updated: result.value.update }));
      await cache.invalidateQueries({ key: ['answers'] });
      done();
    } catch (error) {
      problem.value = toasts.wordsOf(error);
    } finally {
      busy.value = false;
    }
  }

  return { pasted, file, language, result, busy, problem, store };
}
