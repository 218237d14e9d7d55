/** One tool: its form, its trial. What is written is sent as it stands; the server names what is wrong, field by field. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { ApiProblem, api, listOf } from '../api.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Tool, ToolDefinition, ToolInput, Trial } from './shapes.ts';

const both = () => ({ 'zh-CN': '', en: '' });
/** An input as it is begun. */
export const newInput = (): ToolInput => ({ name: '', type: 'text', required: true, label: both(), from: 'customer', ask: both() });
const blank = (): ToolDefinition => ({
  name: '', title: both(), description: '', when: '', examples: [], inputs: [newInput()], run: { kind: 'http', method: 'GET', url: 'https://', headers: [], body: '' },
  effect: 'read', identity: 'vouched', outputs: [{ name: '', path: '', label: both() }], say: both(), timeoutMs: 3_000, example: '', on: false,
});

/** Behaviour of the page; `new` makes one. */
export function useTool() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const cache = useQueryCache();
  const id = computed(() => String(route.params['id'] ?? 'new'));
  const list = useQuery({ key: ['bot-tools'], query: () => listOf<Tool>('/bot-tools', {}) });
  const { data: tools } = list;
  const tool = computed(() => tools.value?.find((each) => each.id === id.value));
  const missing = computed(() => id.value !== 'new' && tools.value !== undefined && !tool.value);
  const waits = computed(() => id.value !== 'new' && tools.value === undefined);
  const form = ref<ToolDefinition>(blank());
  const examples = ref('');
  const owned = ref(false);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});
  const problem = ref('');
  const trial = ref<Trial | null>(null);
  const tried = ref<{ inputs: Record<string, string>; facts: Record<string, string> }>({ inputs: {}, facts: {} });

  const whole = () => JSON.stringify([form.value, examples.value, owned.value]);
  /** The form as it was read, or stored last. */
  const shown = ref(whole());
  const dirty = computed(() => whole() !== shown.value);
  watch([id, () => tool.value?.updatedAt], ([now], [before]) => {
    // What somebody is typing is not taken away by a look at the server.
    if (now === before && dirty.value) return;
    const { id: _id, createdAt: _made, updatedAt: _changed, approved: _approved, suspended: _suspended, ...rest } = tool.value ?? { ...blank(), id: '', createdAt: '', updatedAt: '' };
    form.value = structuredClone(JSON.parse(JSON.stringify(rest)));
    examples.value = rest.examples.join('\n');
    owned.value = rest.owner !== undefined;
    shown.value = whole();
  }, { immediate: true });

  /** True when it was stored. */
  async function save(): Promise<boolean> {
    busy.value = true;
    fields.value = {};
    problem.value = '';
    const { owner, ...rest } = form.value;
    const sent = whole();
    const body = { ...rest, examples: examples.value.split('\n').map((line) => line.trim()).filter((line) => line !== ''), ...(owned.value && owner ? { owner } : {}), inputs: rest.inputs.map(({ pattern, ...input }) => ({ ...input, ...(pattern ? { pattern } : {}) })) };
    try {
      const stored = id.value === 'new' ? await api.post<Tool>('/bot-tools', body) : await api.put<Tool>(`/bot-tools/${id.value}`, body);
      shown.value = sent;
      await cache.invalidateQueries({ key: ['bot-tools'] });
      void cache.invalidateQueries({ key: ['releases'] });
      toasts.done(t('done.saved'));
      if (id.value === 'new') await router.replace({ name: 'tool', params: { id: stored.id } });
      return true;
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      problem.value = toasts.wordsOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function test() {
    if (!await save()) return;
    busy.value = true;
    const given = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
    trial.value = await api.post<Trial>(`/bot-tools/${id.value}/test`, { inputs: given(tried.value.inputs), facts: given(tried.value.facts) }).catch((error: unknown) => { toasts.failed(error); return null; });
    busy.value = false;
    await cache.invalidateQueries({ key: ['bot-tool-calls'] });
  }

  async function approve() {
    const { suspended } = tool.value ?? {};
    if (!suspended) return;
    await api.post(`/bot-tools/${id.value}/approve`, { hash: suspended.hash }).catch(toasts.failed);
    await cache.invalidateQueries({ key: ['bot-tools'] });
  }

  async function remove() {
    try {
      await api.delete(`/bot-tools/${id.value}`);
      shown.value = whole();
      await cache.invalidateQueries({ key: ['bot-tools'] });
      await router.push({ name: 'tools' });
    } catch (error) {
      toasts.failed(error);
    }
  }

  /** What is wrong at a place, or within it. */
  const wrong = (path: string) => Object.entries(fields.value).find(([name]) => name === path || name.startsWith(`${path}.`))?.[1];
  return { id, waits, list, failed: useFailed(list), tool, missing, dirty, form, examples, owned, busy, problem, trial, tried, wrong, save, test, approve, remove };
}
