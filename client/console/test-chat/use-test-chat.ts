/** A conversation with the bot that nobody else sees. */
import { useQuery } from '@pinia/colada';
import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute } from 'vue-router';
import { api } from '../api.ts';
import { newId } from '../new-id.ts';
import type { Releases, Turn } from '../training/shapes.ts';
import { useSession } from '../session/use-session.ts';
import { useToasts } from '../use-toasts.ts';
import type { Answer, Page, Tried } from '../wire.ts';

type Line = Turn & { tool?: Tried['tool'] };
/** One question and what came of it. `first`: a new conversation begins with it; `notCalled`: a tool was to be called really, and the bot did not come to it. */
export type Exchange = { id: string; question: string; before: Line[]; result: Tried | null; first: boolean; notCalled?: boolean };
/** As which customer, on which knowledge. */
export type Customer = { channel: string; locale: 'auto' | 'zh-CN' | 'en'; identity: 'any' | 'anyone' | 'vouched' | 'verified'; address: string; release: string };

const mostTurns = 59;
const suggested = 3;
const looked = 50;
/** What the bot said, as it stands in the next question. */
const lineOf = (result: Tried): Line[] => ('handOver' in result || !result.answer ? [] : [{ from: 'bot', text: result.answer, ...(result.tool ? { tool: result.tool } : {}) }]);

/** Behaviour of the page. */
export function useTestChat() {
  const { t, locale } = useI18n();
  const toasts = useToasts();
  const route = useRoute();
  const session = useSession();
  const customer = reactive<Customer>({ channel: 'any', locale: 'auto', identity: 'any', address: '', release: 'draft' });
  const exchanges = ref<Exchange[]>([]);
  const wanted = route.query['ask'];
  const question = ref(typeof wanted === 'string' ? wanted : '');
  const asking = ref(false);
  /** What a screen reader hears. */
  const spoken = ref('');
  let began = false;

  const { data: releases } = useQuery({ key: () => ['releases'], query: () => api.get<Releases>('/releases') });
  const { data: answers } = useQuery({ key: () => ['answers', 'suggested'], query: () => api.get<Page<Answer>>('/answers', { limit: looked }) });
  /** In the language of who tries, where there are any. */
  const suggestions = computed(() => (answers.value?.items ?? []).toSorted((a, b) => Number(b.locale === locale.value) - Number(a.locale === locale.value)).slice(0, suggested).map((answer) => answer.question));

  const over = computed(() => {
    const { result } = exchanges.value.at(-1) ?? {};
    return Boolean(result && 'handOver' in result);
  });

  function soFar(): Line[] {
    const first = exchanges.value.findLastIndex((each) => each.first);
    return exchanges.value.slice(Math.max(first, 0)).flatMap((each) => (each.result ? [{ from: 'contact' as const, text: each.question }, ...lineOf(each.result)] : []));
  }

  async function ask(text = question.value.trim()) {
    if (!text || asking.value) return;
    const first = exchanges.value.length === 0 || over.value || began;
    began = false;
    const before = first ? [] : soFar().slice(-mostTurns);
    const exchange = reactive<Exchange>({ id: newId(), question: text, before, result: null, first });
    exchanges.value.push(exchange);
    question.value = '';
    asking.value = true;
    try {
      exchange.result = await api.post<Tried>('/answers/ask', { turns: [...before, { from: 'contact', text }], ...asked(customer) });
      spoken.value = 'handOver' in exchange.result ? t('trial.saidHandOver', { reason: t(`handOver.reason.${exchange.result.handOver.reason}`) }) : t('trial.said', { text: [exchange.result.answer, ...exchange.result.choices ?? []].join('\n') });
    } catch (error) {
      exchanges.value.pop();
      question.value ||= text;
      toasts.failed(error);
    } finally {
      asking.value = false;
    }
  }

  /** The last question once more, with tools that only look something up really called. */
  async function really(exchange: Exchange) {
    if (asking.value) return;
    asking.value = true;
    const address = customer.address.trim();
    try {
      const result = await api.post<Tried>('/answers/ask', { turns: [...exchange.before, { from: 'contact', text: exchange.question }], ...asked(customer), real: true, ...(address && customer.identity !== 'anyone' ? { facts: { [address.includes('@') ? 'email' : 'phone']: address } } : {}) });
      // What is shown stays where this customer is not sure enough.
      exchange.notCalled = !result.trace.tools.some(({ from }) => from === 'real');
      if (!exchange.notCalled) exchange.result = result;
    } catch (error) {
      toasts.failed(error);
    } finally {
      asking.value = false;
    }
  }

  function again() {
    exchanges.value = [];
    spoken.value = '';
  }
  /** Somebody else asks from now on: what was said before is not theirs. */
  function changed() { began = exchanges.value.length > 0; }

  return { customer, exchanges, question, asking, spoken, suggestions, releases, over, admin: computed(() => session.user?.role === 'admin'), ask, really, again, changed };
}

function asked({ channel, locale, identity, release }: Customer) {
  return {
    ...(channel === 'any' ? {} : { channelKind: channel }), ...(locale === 'auto' ? {} : { locale }), ...(identity === 'any' ? {} : { identity }),
    ...(release === 'draft' ? {} : { release: release === 'published' ? release : Number(release) }),
  };
}
