/** What the page of reports asks for; all of it stands in the address, so that a page can be sent to a colleague. */
import { useQuery } from '@pinia/colada';
import { computed, watch } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { api, withQuery } from '../api.ts';
import { dayIn, isDay, isZone, plusDays, startOfDay } from './days.ts';
import type { By, Told, Which } from './shapes.ts';

export const ways = ['queue', 'channel', 'agent', 'day', 'hour', 'weekday-hour'] as const satisfies readonly By[];
/** Service levels of the field: so many per cent within so many seconds. */
export const targets = { voice: { goal: 80, target: 20 }, chat: { goal: 80, target: 60 }, email: { goal: 90, target: 14_400 } } as const;
/** Days up to today, and yesterday. */
export const presets = ['today', 'yesterday', 7, 30] as const;
type Preset = (typeof presets)[number];

const usual = 7;
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

type Asked = { from: string; to: string; zone: string; by: By; target: number; goal: number; queueId?: string; channelId?: string; agentId?: string };

const text = (value: LocationQuery[string] | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const whole = (value: LocationQuery[string] | undefined, most: number, otherwise: number): number => { const found = Number(text(value)); return Number.isInteger(found) && found >= 1 && found <= most ? found : otherwise; };
const only = (ids: { queueId?: string | undefined; channelId?: string | undefined; agentId?: string | undefined }) => Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));

/** What an address asks for; what cannot be read there is as usual. */
export function askedOf(query: LocationQuery, now: number): Asked {
  const zone = isZone(query['zone']) ? query['zone'] : ownZone;
  const to = isDay(query['to']) ? query['to'] : dayIn(zone, now);
  const from = isDay(query['from']) && query['from'] <= to ? query['from'] : plusDays(to, 1 - usual);
  return {
    from, to, zone, by: ways.find((way) => way === query['by']) ?? 'queue', target: whole(query['target'], 604_800, targets.chat.target), goal: whole(query['goal'], 100, targets.chat.goal),
    ...only({ queueId: text(query['queueId']), channelId: text(query['channelId']), agentId: text(query['agentId']) }),
  };
}

/** As the server wants the time and the filters. */
export const rangeOf = ({ from, to, zone, queueId, channelId, agentId }: Asked) => ({ from: startOfDay(from, zone), to: startOfDay(plusDays(to, 1), zone), zone, queueId, channelId, agentId });

/** Behaviour of the page. */
export function useReports() {
  const route = useRoute();
  const router = useRouter();
  const asked = computed(() => askedOf(route.query, Date.now()));
  const today = computed(() => dayIn(asked.value.zone, Date.now()));
  const request = computed(() => ({ ...rangeOf(asked.value), target: asked.value.target }));
  const daysFrom = (preset: Preset): { from: string; to: string } => (preset === 'yesterday' ? { from: plusDays(today.value, -1), to: plusDays(today.value, -1) } : { from: preset === 'today' ? today.value : plusDays(today.value, 1 - preset), to: today.value });
  const preset = computed(() => presets.find((each) => { const { from, to } = daysFrom(each); return from === asked.value.from && to === asked.value.to; }));
  /** A day or two by the hour, more by the day. */
  const overTime = computed((): By => (asked.value.from >= plusDays(asked.value.to, -1) ? 'hour' : 'day'));

  const query = (way: () => By) => useQuery({
    key: () => ['reports', way(), ...Object.values(request.value).map((value) => String(value ?? ''))],
    query: async (): Promise<Told> => { const by = way(); return { ...await api.get<Told>('/reports', { ...request.value, by }), by }; },
    placeholderData: (before: Told | undefined) => before,
  });
  const groups = query(() => asked.value.by);
  const time = query(() => overTime.value);
  const week = query(() => 'weekday-hour');

  const inAddress = computed(() => Object.fromEntries(Object.entries(asked.value).map(([key, value]) => [key, String(value)])));
  const go = (change: Partial<Record<keyof Asked, string | number | undefined>>): void => void router.replace({ query: Object.fromEntries(Object.entries({ ...inAddress.value, ...change }).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))) });
  // Who copies the address copies these days and this zone, not "the last seven days" of whoever opens it.
  watch(() => route.name === 'reports' && route.query['from'] === undefined, (bare) => { if (bare) go({}); }, { immediate: true });

  return {
    asked, today, preset, overTime, groups, time, week, go,
    choose: (each: Preset) => go(daysFrom(each)),
    setFrom: (day: string) => { if (isDay(day)) go({ from: day, to: day > asked.value.to ? day : asked.value.to }); },
    setTo: (day: string) => { if (isDay(day)) go({ to: day, from: day < asked.value.from ? day : asked.value.from }); },
    /** The page of the conversations behind a number. */
    behind: (which: Which) => ({ name: 'reports-behind', query: { ...inAddress.value, ...Object.fromEntries(Object.entries(which).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))) } }),
    exported: computed(() => withQuery('/api/v1/reports/export', { ...request.value, by: asked.value.by })),
  };
}

export type ReportsPage = ReturnType<typeof useReports>;
