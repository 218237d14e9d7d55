/** Regression cases: list and form. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, listOf } from '../api.ts';
import type { Tool } from '../bot-tools/shapes.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useMore } from '../use-more.ts';
import { useToasts } from '../use-toasts.ts';
import type { Locale, Page } from '../wire.ts';
import type { Citable, Expectations, RegressionCase, Turn } from './shapes.ts';
import { fromRows, rowsOf, type ToolRow } from './tool-rows.ts';

type HandOver = 'any' | 'yes' | 'no';
const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
type Form = { id: string; before: Turn[]; question: string; locale: Locale; mustContain: string; mustNot: string; mustCite: string[]; tools: ToolRow[]; identity: 'any' | NonNullable<RegressionCase['identity']>; judge: string; handOver: HandOver; reason: Expectations['mustHandOver']; critical: boolean; note: string };
const empty = (): Form => ({ id: '', before: [], question: '', locale: 'zh-CN', mustContain: '', mustNot: '', mustCite: [], tools: [], identity: 'any', judge: '', handOver: 'any', reason: undefined, critical: false, note: '' });

/** Behaviour of the cases part. */
export function useCases() {
  const { locale } = useI18n();
  const cache = useQueryCache();
  const toasts = useToasts();
  const query = useQuery({ key: () => ['regression-cases'], query: () => api.get<Page<RegressionCase> & { total: number }>('/regression-cases'), refetchOnWindowFocus: false });
  const { data } = query;
  const { more, cursor, loadMore } = useMore<RegressionCase>(() => data.value, (from) => api.get<Page<RegressionCase>>('/regression-cases', { cursor: from }));
  const items = computed(() => [...(data.value?.items ?? []), ...more.value]);
  const total = computed(() => data.value?.total ?? 0);
  const editing = useEditing<RegressionCase>('regression-cases');
  const form = reactive(empty());

  /** Answers and passages to cite, found by what is typed. */
  const wanted = ref('');
  const { data: found } = useQuery({ key: () => ['answers', 'cite', wanted.value, form.mustCite.join()], query: () => api.get<Page<Citable>>('/regression-cases/sources', { q: wanted.value, ids: form.mustCite.join() || null }), placeholderData: (before) => before, enabled: () => editing.open.value });
  const known = reactive(new Map<string, string>());
  const citable = computed(() => {
    const pieces = new Map((found.value?.items ?? []).map((piece) => [piece.id, piece]));
    return [...new Set([...form.mustCite, ...pieces.keys()])].map((id) => {
      const piece = pieces.get(id);
      return { value: id, label: piece && piece.kind !== 'gone' ? piece.title : known.get(id) ?? id, path: piece?.path?.join(' › '), gone: piece?.kind === 'gone' };
    });
  });

  /** Tools that a case may want. */
  const { data: tools } = useQuery({ key: ['bot-tools'], query: () => listOf<Tool>('/bot-tools', {}), enabled: () => editing.open.value });

  /** @param titles of what it cites, as far as they are known */
  function edit(item?: RegressionCase, titles: { id: string; title: string }[] = []) {
    for (const { id, title } of titles) known.set(id, title);
    const must = item?.expect;
    Object.assign(form, empty(), { locale: locale.value === 'en' ? 'en' : 'zh-CN' }, item && must ? {
      id: item.id, before: item.turns.slice(0, -1), question: item.turns.at(-1)?.text ?? '', locale: item.locale, critical: item.severity === 'critical', note: item.note ?? '',
      mustContain: must.mustContain.join('\n'), mustNot: must.mustNot.join('\n'), mustCite: [...must.mustCite], tools: rowsOf(item), identity: item.identity ?? 'any', judge: (must.judge ?? []).join('\n'), reason: must.mustHandOver,
      handOver: must.mustHandOver === undefined ? 'any' : must.mustHandOver === false ? 'no' : 'yes',
    } : {});
    editing.start();
  }

  const save = () => editing.save(async () => {
    const { reason, handOver } = form;
    // A case that wants one reason keeps it while it still wants a hand-over.
    const { results, ...called } = fromRows(form.tools);
    const mustHandOver = handOver === 'any' ? {} : { mustHandOver: handOver === 'no' ? false : typeof reason === 'string' ? reason : true };
    const body = {
      turns: [...form.before, { from: 'contact', text: form.question }], locale: form.locale, severity: form.critical ? 'critical' : 'normal', note: form.note.trim(), results, ...(form.identity === 'any' ? (form.id ? { identity: null } : {}) : { identity: form.identity }),
      expect: { mustContain: lines(form.mustContain), mustNot: lines(form.mustNot), mustCite: form.mustCite, ...called, ...(form.judge.trim() === '' ? {} : { judge: lines(form.judge) }), ...mustHandOver },
    };
    await (form.id ? api.patch(`/regression-cases/${form.id}`, body) : api.post('/regression-cases', body));
    // A case that changed locks releases that were run before it.
    void cache.invalidateQueries({ key: ['releases'] });
  });

  async function enable(item: RegressionCase, enabled: boolean) {
    try {
      await api.patch(`/regression-cases/${item.id}`, { enabled });
    } catch (error) {
      toasts.failed(error);
    }
    await Promise.all([cache.invalidateQueries({ key: ['regression-cases'] }), cache.invalidateQueries({ key: ['releases'] })]);
  }

  async function remove(item: RegressionCase) {
    await editing.remove(() => api.delete(`/regression-cases/${item.id}`));
    await cache.invalidateQueries({ key: ['releases'] });
  }

  return { query, failed: useFailed(query), items, total, loaded: computed(() => data.value !== undefined), cursor, loadMore, editing, form, edit, save, enable, remove, wanted, citable, tools: computed(() => tools.value ?? []) };
}
