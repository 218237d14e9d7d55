/** The guardrails as a form: one saving for all of it, and nobody overwrites another. */
import { useQuery } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, ApiProblem } from '../api.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Conduct, ConductState, Hideable } from './shapes.ts';
import { listOf, textOf } from './words-list.ts';

type Row = { id: number; text: string };
type Topic = { id: number; topic: string; words: string };
type Form = { tone: string; rules: Row[]; topics: Topic[]; promises: string; hidden: Hideable[] };

/** What can be hidden from a model, in the order of the page. */
export const hideable: readonly Hideable[] = ['phone', 'mail', 'card', 'identity'];

/** Behaviour of the guardrails form. */
export function useConduct() {
  const { t } = useI18n();
  const toasts = useToasts();
  const query = useQuery({ key: ['bot-conduct'], query: () => api.get<ConductState>('/bot/conduct') });
  const { data, refetch } = query;
  const form = reactive<Form>({ tone: '', rules: [], topics: [], promises: '', hidden: [...hideable] });
  const busy = ref(false);
  const problem = ref('');
  const conflict = ref(false);
  const fields = ref<Record<string, string>>({});
  let ids = 0;
  const id = () => ++ids;

  function show({ rev, conduct: { tone, rules, forbidden, promises, hidden } }: ConductState) {
    const comma = t('list.comma');
    Object.assign(form, {
      tone, rules: rules.map((text) => ({ id: id(), text })), topics: forbidden.map(({ topic, words }) => ({ id: id(), topic, words: textOf(words, comma) })), promises: textOf(promises, comma), hidden: [...hidden],
    } satisfies Form);
    fields.value = {};
    problem.value = '';
    conflict.value = false;
    shownRev.value = rev;
    base.value = JSON.stringify(conduct.value);
  }

  /** Rows without a word are nothing. */
  const conduct = computed((): Conduct => ({
    tone: form.tone.trim(), rules: form.rules.map(({ text }) => text.trim()).filter((text) => text !== ''),
    forbidden: form.topics.map(({ topic, words }) => ({ topic: topic.trim(), words: listOf(words) })).filter(({ topic, words }) => topic !== '' || words.length > 0),
    promises: listOf(form.promises), hidden: hideable.filter((kind) => form.hidden.includes(kind)),
  }));
  const base = ref('');
  const dirty = computed(() => shownRev.value >= 0 && JSON.stringify(conduct.value) !== base.value);
  const shownRev = ref(-1);
  // What somebody is typing is not taken away by a look at the server.
  watch(data, (state) => {
    if (state && state.rev !== shownRev.value && !dirty.value) show(state);
  }, { immediate: true });

  async function save() {
    form.rules = form.rules.filter(({ text }) => text.trim() !== '');
    form.topics = form.topics.filter(({ topic, words }) => topic.trim() !== '' || words.trim() !== '');
    busy.value = true;
    problem.value = '';
    fields.value = {};
    try {
      const sent = JSON.stringify(conduct.value);
      const saved = await api.put<ConductState>('/bot/conduct', { conduct: conduct.value, rev: shownRev.value });
      // What was written while it was on its way stays.
      if (JSON.stringify(conduct.value) === sent) show(saved);
      else [shownRev.value, base.value, conflict.value] = [saved.rev, sent, false];
      await refetch();
      toasts.done(saved.waits ? t('guardrails.savedWaits') : t('guardrails.savedNow'));
    } catch (failure) {
      problem.value = toasts.wordsOf(failure);
      if (failure instanceof ApiProblem) {
        fields.value = failure.fields;
        conflict.value = failure.code === 'conflict';
      }
    } finally {
      busy.value = false;
    }
  }

  /** Gives up what is typed for what is stored, or the other way round: both were seen. */
  async function settle(which: 'theirs' | 'mine') {
    const { data: state } = await refetch();
    if (!state) return;
    if (which === 'theirs') return show(state);
    shownRev.value = state.rev;
    await save();
  }

  /** The first complaint about a part of the form. */
  const wrong = (path: string) => Object.entries(fields.value).find(([name]) => name === `conduct.${path}` || name.startsWith(`conduct.${path}.`))?.[1];
  const move = (at: number, by: number) => {
    const [row] = form.rules.splice(at, 1);
    if (row) form.rules.splice(at + by, 0, row);
  };
  return {
    state: data, query, failed: useFailed(query), form, conduct, dirty, busy, problem, conflict, save, settle, wrong, move,
    addRule: () => form.rules.push({ id: id(), text: '' }), addTopic: () => form.topics.push({ id: id(), topic: '', words: '' }),
    hide: (kind: Hideable, on: boolean) => { form.hidden = on ? [...form.hidden, kind] : form.hidden.filter((each) => each !== kind); },
  };
}
