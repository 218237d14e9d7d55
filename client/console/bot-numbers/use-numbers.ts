/** What the page of numbers asks for; the time and the channel stand in the address, so that a page can be sent to a colleague. */
import { useQuery } from '@pinia/colada';
import { computed, ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { api, withQuery } from '../api.ts';
import type { By, Numbers, Which } from './shapes.ts';

const dayMs = 86_400_000;
const usual = 30;
const asDay = (time: number): string => new Date(time).toISOString().slice(0, 10);
const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

export const presets = [7, 30, 90] as const;
export const ways = ['topic', 'release', 'channel', 'queue', 'locale', 'day'] as const satisfies readonly By[];

/** Numbers, and what they are grouped by: a page that waits for other groups still shows the old ones. */
type Told = Numbers & { by: By };

/** Behaviour of the page. */
export function useNumbers() {
  const route = useRoute();
  const router = useRouter();
  const by = ref<By>('topic');
  const to = computed(() => (isDay(route.query['to']) ? route.query['to'] : asDay(Date.now())));
  const from = computed(() => (isDay(route.query['from']) ? route.query['from'] : asDay(Date.parse(to.value) - (usual - 1) * dayMs)));
  const channelId = computed(() => (typeof route.query['channelId'] === 'string' ? route.query['channelId'] : undefined));
  const asked = computed(() => ({ from: from.value, to: to.value, channelId: channelId.value }));
  /** The preset that the time is, if any. */
  const preset = computed(() => (to.value === asDay(Date.now()) ? presets.find((days) => from.value === asDay(Date.parse(to.value) - (days - 1) * dayMs)) : undefined));

  const query = (way: () => By) => useQuery({ key: () => ['bot-numbers', way(), from.value, to.value, channelId.value ?? ''], query: async (): Promise<Told> => { const asks = way(); return { ...await api.get<Numbers>('/bot/numbers', { ...asked.value, by: asks }), by: asks }; }, placeholderData: (before: Told | undefined) => before });
  const days = query(() => 'day');
  const groups = query(() => by.value);

  const go = (change: { from?: string | undefined; to?: string | undefined; channelId?: string | undefined }): void => void router.replace({ query: { ...route.query, ...change } });
  return {
    by, from, to, channelId, preset, days, groups,
    choose: (count: number) => go({ from: asDay(Date.now() - (count - 1) * dayMs), to: asDay(Date.now()) }),
    setFrom: (day: string) => { if (isDay(day)) go({ from: day, to: day > to.value ? day : to.value }); },
    setTo: (day: string) => { if (isDay(day)) go({ to: day, from: day < from.value ? day : from.value }); },
    setChannel: (id: string | undefined) => go({ channelId: id }),
    /** The page of the conversations behind a number. */
    behind: (which: Which) => ({ name: 'numbers-behind', query: Object.fromEntries(Object.entries({ ...asked.value, ...which }).filter(([, value]) => value !== undefined)) }),
    exported: computed(() => withQuery('/api/v1/bot/numbers/export', { ...asked.value, by: by.value })),
  };
}

export type NumbersPage = ReturnType<typeof useNumbers>;
