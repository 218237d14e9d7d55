/** SLA policies: their list and order, the form of one, and which would apply. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SlaPolicy, WhichAnswer } from '../../../server/sla/schema.ts';
import { api, listOf } from '../api.ts';
import { useLabels, useNames } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';

export type { SlaPolicy };
export const clocks = ['first', 'next', 'resolution'] as const;
type Clock = (typeof clocks)[number];
type Amount = { on: boolean; value: number; unit: 'minutes' | 'hours' };
type Form = { id: string; name: string; enabled: boolean; queueIds: string[]; channelIds: string[]; priorities: number[]; labels: string[]; targets: Record<Clock, Amount>; calendarId: string; warn: 'none' | 'minutes' | 'percent'; warnValue: number };

const usual = { first: 30, next: 60, resolution: 1440 };
const amount = (clock: Clock, minutes: number | undefined): Amount => {
  const value = minutes ?? usual[clock];
  return value % 60 === 0 ? { on: minutes !== undefined, value: value / 60, unit: 'hours' } : { on: minutes !== undefined, value, unit: 'minutes' };
};
const blank = (): Form => ({ id: '', name: '', enabled: true, queueIds: [], channelIds: [], priorities: [], labels: [], targets: { first: { on: true, value: 30, unit: 'minutes' }, next: amount('next', undefined), resolution: amount('resolution', undefined) }, calendarId: 'none', warn: 'percent', warnValue: 20 });

/** Behaviour of the page. */
export function useSla() {
  const { t } = useI18n();
  const session = useSession();
  const toasts = useToasts();
  const cache = useQueryCache();
  const names = useNames();
  const { data: labelList } = useLabels();
  const list = useQuery({ key: ['sla'], query: () => listOf<SlaPolicy>('/sla/policies') });
  const editing = useEditing<SlaPolicy>('sla');
  const form = reactive<Form>(blank());

  function edit(policy?: SlaPolicy) {
    const warning = policy?.warning;
    Object.assign(form, blank(), policy && {
      id: policy.id, name: policy.name, enabled: policy.enabled, queueIds: [...policy.appliesTo.queueIds ?? []], channelIds: [...policy.appliesTo.channelIds ?? []], priorities: [...policy.appliesTo.priorities ?? []], labels: [...policy.appliesTo.labels ?? []],
      targets: { first: amount('first', policy.targets.first), next: amount('next', policy.targets.next), resolution: amount('resolution', policy.targets.resolution) },
      calendarId: policy.calendarId ?? 'none', warn: warning?.unit ?? 'none', warnValue: warning?.value ?? 20,
    });
    editing.start();
  }

  const some = <Item>(all: Item[]): Item[] | undefined => (all.length > 0 ? [...all] : undefined);
  const minutesOf = ({ on, value, unit }: Amount): number | undefined => (on ? value * (unit === 'hours' ? 60 : 1) : undefined);
  const body = () => ({
    name: form.name, enabled: form.enabled, calendarId: form.calendarId === 'none' ? null : form.calendarId,
    appliesTo: { queueIds: some(form.queueIds), channelIds: some(form.channelIds), priorities: some(form.priorities), labels: some(form.labels) },
    targets: Object.fromEntries(clocks.map((clock) => [clock, minutesOf(form.targets[clock])])),
    warning: form.warn === 'none' ? null : { unit: form.warn, value: form.warnValue },
  });
  const save = () => editing.save(() => (form.id ? api.patch(`/sla/policies/${form.id}`, body()) : api.post('/sla/policies', body())));

  /** One place up in the list. */
  async function raise(policy: SlaPolicy, at: number) {
    await api.patch(`/sla/policies/${policy.id}`, { order: at - 1 }).catch(toasts.failed);
    await cache.invalidateQueries({ key: ['sla'] });
  }

  const facts = reactive({ channelId: '', queueId: 'none', priority: 1, label: 'none' });
  const answer = ref<WhichAnswer | null>(null);
  async function ask() {
    const { channelId, queueId, priority, label } = facts;
    if (channelId === '') return;
    answer.value = await api.post<WhichAnswer>('/sla/which', { channelId, queueId: queueId === 'none' ? null : queueId, priority, labels: label === 'none' ? [] : [label] }).catch((error: unknown) => { toasts.failed(error); return null; });
  }

  /** To whom it applies, in names. */
  const appliesTo = ({ appliesTo: { queueIds, channelIds, priorities, labels } }: SlaPolicy): string[] => [
    ...(queueIds ?? []).map((id) => names.queue(id)?.name ?? t('sla.gone')), ...(channelIds ?? []).map((id) => names.channel(id)?.name ?? t('sla.gone')),
    ...(priorities ?? []).map((level) => t(`priority.${level}`)), ...(labels ?? []),
  ];

  return {
    list, failed: useFailed(list), policies: computed(() => list.data.value), editing, form, edit, save, raise, facts, answer, ask, appliesTo, names,
    labels: computed(() => labelList.value ?? []), isAdmin: computed(() => session.user?.role === 'admin'),
    remove: (policy: SlaPolicy) => editing.remove(() => api.delete(`/sla/policies/${policy.id}`)),
  };
}
