/** What the bot knows: list, form, import, trial. */
import { useQuery } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { useEditing } from '../use-editing.ts';
import { useToasts } from '../use-toasts.ts';
import type { Answer, AskResult, Locale, Page } from '../wire.ts';
import { parseAnswers } from './parse-answers.ts';

const importLimit = 1000;

/** Behaviour of the answers page. */
export function useAnswers() {
  const { t, locale } = useI18n();
  const toasts = useToasts();
  const search = ref('');
  const wanted = ref('');
  const more = ref<Answer[]>([]);
  const cursor = ref<string | null>(null);
  const { data, isPending } = useQuery({ key: () => ['answers', wanted.value], query: () => api.get<Page<Answer>>('/answers', { q: wanted.value }) });
  const answers = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const editing = useEditing<Answer>('answers');
  const form = reactive<{ id: string; question: string; variants: string; answer: string; locale: Locale }>({ id: '', question: '', variants: '', answer: '', locale: 'zh-CN' });
  const importing = ref(false);
  const pasted = ref('');
  const parsed = computed(() => parseAnswers(pasted.value));
  const question = ref('');
  const result = ref<AskResult | null>(null);
  const asking = ref(false);

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(search, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { wanted.value = text.trim(); }, 250);
  });
  watch(data, (page) => { more.value = []; cursor.value = page?.next ?? null; }, { immediate: true });

  async function loadMore() {
    const page = await api.get<Page<Answer>>('/answers', { q: wanted.value, cursor: cursor.value });
    more.value = [...more.value, ...page.items];
    cursor.value = page.next ?? null;
  }

  function edit(answer?: Answer) {
    Object.assign(form, { id: answer?.id ?? '', question: answer?.question ?? '', variants: (answer?.variants ?? []).join('\n'), answer: answer?.answer ?? '', locale: answer?.locale ?? (locale.value === 'en' ? 'en' : 'zh-CN') });
    editing.start();
  }

  const save = () => editing.save(() => {
    const body = { question: form.question, answer: form.answer, locale: form.locale, variants: form.variants.split('\n').map((line) => line.trim()).filter((line) => line !== '') };
    return form.id ? api.patch(`/answers/${form.id}`, body) : api.post('/answers', body);
  });

  async function importAll() {
    const rows = parsed.value.rows.map((row) => ({ ...row, locale: form.locale }));
    const done = await editing.save(async () => {
      for (let at = 0; at < rows.length; at += importLimit) await api.post('/answers', { answers: rows.slice(at, at + importLimit) });
    }, t('answers.imported', { n: rows.length }, rows.length));
    if (!done) return;
    importing.value = false;
    pasted.value = '';
  }

  async function readFile(file: File | undefined) {
    if (file) pasted.value = await textOf(file);
  }

  async function ask() {
    asking.value = true;
    try {
      result.value = await api.post<AskResult>('/answers/ask', { question: question.value.trim() });
    } catch (error) {
      toasts.failed(error);
    } finally {
      asking.value = false;
    }
  }

  return { search, answers, isPending, cursor, loadMore, editing, form, edit, save, importing, pasted, parsed, importAll, readFile, question, result, asking, ask };
}

/** Excel in China saves CSV as GBK: bytes that are not UTF-8 are read as that. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
