/** The list of rules as it is being edited: nothing holds before it is saved, and it can be tried first. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { DryRun, RoutingRule, RulesVersion } from '../../../server/routing-rules/schema.ts';
import { ApiProblem, api, listOf } from '../api.ts';
import { useCalendars } from '../calendars/use-calendars.ts';
import { useLabels, useNames } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import { blankRule, formOf, ruleOf, type RuleForm } from './rule-form.ts';
import { conditionsIn, resultIn, type Tongue } from './say.ts';

/** As JSON brings it: times are text. */
export type SavedRules = Omit<RulesVersion, 'at'> & { at: string | null };
export type DryRunResult = Omit<DryRun, 'items'> & { items: (Omit<DryRun['items'][number], 'at'> & { at: string })[] };

const copy = (rules: RoutingRule[]): RoutingRule[] => JSON.parse(JSON.stringify(rules));

/** Behaviour of the page. */
export function useRules() {
  const { t, locale } = useI18n();
  const session = useSession();
  const toasts = useToasts();
  const cache = useQueryCache();
  const names = useNames();
  const { data: labelList } = useLabels();
  const { data: calendars } = useCalendars();
  const list = useQuery({ key: ['routing-rules'], query: () => api.get<SavedRules>('/routing-rules') });
  const versions = useQuery({ key: ['routing-rules', 'versions'], query: () => listOf<SavedRules>('/routing-rules/versions') });
  const draft = ref<RoutingRule[]>([]);
  const base = ref(0);
  const dirty = computed(() => list.data.value !== undefined && JSON.stringify(draft.value) !== JSON.stringify(list.data.value.rules));
  const reset = (saved: SavedRules) => { draft.value = copy(saved.rules); base.value = saved.version; };
  // What somebody else saves meanwhile does not take away what is typed here: saving says that there is a conflict.
  watch(list.data, (saved, before) => { if (saved && (!before || JSON.stringify(draft.value) === JSON.stringify(before.rules))) reset(saved); }, { immediate: true });

  const result = ref<DryRunResult | null>(null);
  const busy = ref<'' | 'save' | 'try'>('');
  const problem = ref('');
  const days = ref(7);
  async function work(what: 'save' | 'try', doIt: () => Promise<void>) {
    busy.value = what;
    problem.value = '';
    try {
      await doIt();
    } catch (error) {
      problem.value = [toasts.wordsOf(error), ...(error instanceof ApiProblem ? Object.entries(error.fields).map(([field, text]) => `${field} ${text}`) : [])].join('\n');
    }
    busy.value = '';
  }
  const save = () => work('save', async () => {
    reset(await api.put<SavedRules>('/routing-rules', { version: base.value, rules: draft.value }));
    toasts.done(t('done.saved'));
    await cache.invalidateQueries({ key: ['routing-rules'] });
  });
  const tryIt = () => work('try', async () => { result.value = await api.post<DryRunResult>('/routing-rules/dry-run', { rules: draft.value, days: days.value }); });
  const discard = () => { if (list.data.value) reset(list.data.value); problem.value = ''; };

  const open = ref(false);
  const editing = ref<number | null>(null);
  const wrong = ref('');
  const form = reactive<RuleForm>(blankRule());
  function edit(at?: number) {
    const rule = at === undefined ? undefined : draft.value[at];
    Object.assign(form, rule ? formOf(rule) : blankRule());
    editing.value = at ?? null;
    wrong.value = '';
    open.value = true;
  }
  function keep() {
    const rule = ruleOf(form);
    const { queueId, skills, priority } = rule.result;
    const incomplete = rule.when.attributes?.some(({ is, values }) => (is === 'equals' || is === 'contains') && values.length === 0);
    if (draft.value.some((each, at) => each.name === rule.name && at !== editing.value)) wrong.value = t('routingRules.nameTaken');
    else if (queueId === undefined && !skills && priority === undefined) wrong.value = t('routingRules.noResult');
    else if (incomplete || (rule.when.priority && form.min > form.max)) wrong.value = t('routingRules.incomplete');
    else {
      draft.value = editing.value === null ? [...draft.value, rule] : draft.value.map((each, at) => (at === editing.value ? rule : each));
      open.value = false;
    }
  }
  function move(from: number, to: number) {
    const [rule] = draft.value.slice(from, from + 1);
    if (!rule || to < 0 || to >= draft.value.length) return;
    const others = draft.value.filter((_, at) => at !== from);
    draft.value = [...others.slice(0, to), rule, ...others.slice(to)];
  }

  const calendarName = (id: string) => calendars.value?.find((each) => each.id === id)?.name;
  const name: Tongue['name'] = (of, id) => (of === 'kind' ? names.kindName(id) : (of === 'calendar' ? calendarName(id) : names[of](id)?.name) ?? t('sla.gone'));
  const tongue = computed((): Tongue => ({ t: (key, values) => t(key, values ?? {}), locale: locale.value, name }));
  const kinds = computed(() => [...new Set(names.channels.value.map(({ kind }) => kind))]);
  return {
    list, failed: useFailed(list), versions: computed(() => versions.data.value ?? []), draft, dirty, discard, save, tryIt, result, busy, problem, days, open, wrong, form, edit, keep, move, names, kinds,
    version: computed(() => list.data.value?.version ?? 0), ready: computed(() => list.data.value !== undefined),
    drop: (at: number) => { draft.value = draft.value.filter((_, nth) => nth !== at); },
    take: (saved: SavedRules) => { draft.value = copy(saved.rules); },
    conditions: ({ when }: RoutingRule) => conditionsIn(when, tongue.value), outcome: (rule: RoutingRule) => resultIn(rule.result, tongue.value),
    queueName: (id: string | null) => (id === null ? t('sla.noQueue') : name('queue', id)),
    calendars: computed(() => calendars.value ?? []), labels: computed(() => labelList.value ?? []), isAdmin: computed(() => session.user?.role === 'admin'),
  };
}
