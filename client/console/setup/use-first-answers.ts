/** Three questions every shop hears, ready to be changed and taught. */
import { reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import type { Answer, AskResult } from '../wire.ts';
import type { Setup } from './use-setup.ts';

type Suggestion = { question: string; answer: string; take: boolean };
const topics = ['shipping', 'returns', 'hours'] as const;

/** Behaviour of the answers step. */
export function useFirstAnswers(setup: Setup) {
  const { t, locale } = useI18n();
  const suggestions = reactive<Suggestion[]>([]);
  const taught = ref<Answer[]>([]);
  const question = ref('');
  const result = ref<AskResult | null>(null);
  const asking = ref(false);

  function fill() {
    suggestions.splice(0, suggestions.length, ...topics.map((topic) => ({ question: t(`setup.answers.${topic}.question`), answer: t(`setup.answers.${topic}.answer`), take: true })));
    question.value = t('setup.answers.shipping.ask');
  }
  fill();
  watch(locale, () => { if (taught.value.length === 0) fill(); });

  const teach = () => setup.attempt(async () => {
    const answers = suggestions.filter((each) => each.take && each.question.trim() !== '' && each.answer.trim() !== '').map(({ question: asked, answer }) => ({ question: asked, answer, locale: locale.value }));
    if (answers.length > 0) taught.value = (await api.post<{ items: Answer[] }>('/answers', { answers })).items;
    if (answers.length > 0) await ask();
    else setup.step.value = 'done';
  });

  async function ask() {
    if (question.value.trim() === '') return;
    asking.value = true;
    await setup.attempt(async () => { result.value = await api.post<AskResult>('/answers/ask', { question: question.value.trim(), locale: locale.value }); });
    asking.value = false;
  }

  return { suggestions, taught, question, result, asking, teach, ask };
}
