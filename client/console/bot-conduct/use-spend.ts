/** What models cost, and what they may. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, ApiProblem } from '../api.ts';
import { useNames } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Budget, BudgetState, Limit, Purpose, Spend, Use } from './shapes.ts';

export const purposes: readonly Purpose[] = ['bot', 'copilot', 'judge', 'trial', 'knowledge'];
/** Costs come in millionths of the currency. */
const MILLIONTHS = 1_000_000;
const days = 30;
const dayMs = 86_400_000;
const everyMs = 30_000;

/** Empty fields are no limit. */
type Amounts = { tokens: number | ''; money: number | '' };
type Form = { zone: string; currency: string; day: Amounts; purposes: Record<Purpose, Amounts>; queues: Record<string, Amounts>; prices: { id: number; model: string; input: number | ''; output: number | '' }[] };

const amounts = (limit: Limit = {}): Amounts => ({ tokens: limit.tokens ?? '', money: limit.money ?? '' });
const limitOf = ({ tokens, money }: Amounts): Limit => ({ ...(tokens === '' ? {} : { tokens }), ...(money === '' ? {} : { money }) });
const isLimit = (limit: Limit): boolean => limit.tokens !== undefined || limit.money !== undefined;
const limitsOf = (given: Record<string, Amounts>): Record<string, Limit> => Object.fromEntries(Object.entries(given).map(([name, each]) => [name, limitOf(each)] as const).filter(([, limit]) => isLimit(limit)));

/** Sums of some uses; money in the currency. */
export const summed = (uses: readonly Use[]) => {
  const sum = (of: (use: Use) => number): number => uses.reduce((total, use) => total + of(use), 0);
  return { calls: sum(({ calls }) => calls), input: sum(({ input }) => input), output: sum(({ output }) => output), tokens: sum(({ input, output }) => input + output), money: sum(({ cost }) => cost) / MILLIONTHS };
};

/** Behaviour of the part about spend. */
export function useSpend() {
  const { t } = useI18n();
  const toasts = useToasts();
  const cache = useQueryCache();
  const session = useSession();
  const { queues } = useNames();
  const budget = useQuery({ key: ['bot-budget'], query: () => api.get<BudgetState>('/bot/budget') });
  const spend = useQuery({ key: ['bot-spend'], query: () => api.get<Spend>('/bot/spend', { days }), staleTime: everyMs });
  const admin = computed(() => session.user?.role === 'admin');
  const items = computed(() => spend.data.value?.items ?? []);
  const today = computed(() => summed(items.value.filter(({ day }) => day === spend.data.value?.day)));
  const all = computed(() => summed(items.value));
  /** Every day of the span, also those on which nothing was asked. */
  const dayNames = computed(() => (spend.data.value ? Array.from({ length: days }, (_, at) => new Date(Date.parse(spend.data.value?.from ?? '') + at * dayMs).toISOString().slice(0, 10)) : []));
  const priced = computed(() => (budget.data.value?.budget.prices.length ?? 0) > 0);
  /** A model that is used and has no price counts no money. */
  const unpriced = computed(() => { const known = new Set(budget.data.value?.budget.prices.map(({ model }) => model)); return [...new Set(items.value.map(({ model }) => model))].filter((model) => !known.has(model)); });
  const queueName = (id: string) => (id === '' ? t('spend.noQueue') : (queues.value.find((queue) => queue.id === id)?.name ?? t('spend.goneQueue')));

  const open = ref(false);
  const busy = ref(false);
  const problem = ref('');
  const fields = ref<Record<string, string>>({});
  const form = reactive<Form>({ zone: 'UTC', currency: 'CNY', day: amounts(), purposes: { bot: amounts(), copilot: amounts(), judge: amounts(), trial: amounts(), knowledge: amounts() }, queues: {}, prices: [] });
  let ids = 0;
  const emptyPrice = (model = '') => ({ id: ++ids, model, input: '' as const, output: '' as const });

  /** Of the budget that the form was filled from: what a colleague saved meanwhile is not written over. */
  let rev = 0;
  function edit() {
    const kept = budget.data.value?.budget;
    if (!kept) return;
    rev = budget.data.value?.rev ?? 0;
    Object.assign(form, {
      zone: kept.zone, currency: kept.currency, day: amounts(kept.day), purposes: { bot: amounts(kept.purposes.bot), copilot: amounts(kept.purposes.copilot), judge: amounts(kept.purposes.judge), trial: amounts(kept.purposes.trial), knowledge: amounts(kept.purposes.knowledge) },
      queues: Object.fromEntries([...new Set([...queues.value.map(({ id }) => id), ...Object.keys(kept.queues)])].map((id) => [id, amounts(kept.queues[id])])),
      prices: [...kept.prices.map((price) => ({ id: ++ids, ...price })), ...unpriced.value.map(emptyPrice)],
    } satisfies Form);
    if (form.prices.length === 0) form.prices.push(emptyPrice(budget.data.value?.model ?? ''));
    fields.value = {};
    problem.value = '';
    open.value = true;
  }

  async function save() {
    const prices = form.prices.flatMap(({ model, input, output }) => (model.trim() === '' || (input === '' && output === '') ? [] : [{ model: model.trim(), input: input === '' ? 0 : input, output: output === '' ? 0 : output }]));
    const next: Budget = { zone: form.zone.trim(), currency: form.currency.trim().toUpperCase(), day: limitOf(form.day), purposes: limitsOf(form.purposes), queues: limitsOf(form.queues), prices };
    busy.value = true;
    problem.value = '';
    try {
      await api.put('/bot/budget', { budget: next, rev });
      open.value = false;
      toasts.done(t('done.saved'));
    } catch (failure) {
      problem.value = toasts.wordsOf(failure);
      fields.value = failure instanceof ApiProblem ? failure.fields : {};
    } finally {
      busy.value = false;
      await Promise.all([cache.invalidateQueries({ key: ['bot-budget'] }), cache.invalidateQueries({ key: ['bot-spend'] })]);
    }
  }

  const wrong = (path: string) => Object.entries(fields.value).find(([name]) => name === `budget.${path}` || name.startsWith(`budget.${path}.`))?.[1];
  return {
    budgetQuery: budget, budgetFailed: useFailed(budget), budget: budget.data, spendQuery: spend, spendFailed: useFailed(spend), spend: spend.data, isPending: spend.isPending, admin, items, today, all, dayNames, priced, unpriced, queues, queueName, spent: computed(() => spend.data.value?.spent ?? []),
    editing: { open, busy, problem, form, edit, save, wrong, addPrice: () => form.prices.push(emptyPrice()) },
  };
}
