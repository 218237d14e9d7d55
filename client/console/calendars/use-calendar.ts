/** One calendar: its form, and how it would stand, asked of the server while it is written. */
import { useQueryCache } from '@pinia/colada';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { ApiProblem, api } from '../api.ts';
import { useSession } from '../session/use-session.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Calendar, Draft, Interval, SpecialDay, State, Weekday } from './shapes.ts';
import { useCalendars } from './use-calendars.ts';

const pauseMs = 250;
const office = (): Interval[] => [{ from: '09:00', to: '18:00' }];
const blank = (): Draft => ({ name: '', zone: Intl.DateTimeFormat().resolvedOptions().timeZone, week: { mon: office(), tue: office(), wed: office(), thu: office(), fri: office(), sat: [], sun: [] }, days: [] });
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Behaviour of the page; `new` makes one. */
export function useCalendar() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const cache = useQueryCache();
  const session = useSession();
  const list = useCalendars();
  const id = computed(() => String(route.params['id'] ?? 'new'));
  const calendar = computed(() => list.data.value?.find((each) => each.id === id.value));
  const missing = computed(() => id.value !== 'new' && list.data.value !== undefined && !calendar.value);
  const waits = computed(() => id.value !== 'new' && list.data.value === undefined);
  const form = ref<Draft>(blank());
  const shown = ref('');
  const dirty = computed(() => JSON.stringify(form.value) !== shown.value);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});
  const problem = ref('');
  const state = shallowRef<State | null>(null);

  watch([id, calendar], ([now], [before]) => {
    // What somebody is typing is not taken away by a look at the server.
    if (now === before && shown.value !== '' && dirty.value) return;
    const { name, zone, week, days } = calendar.value ?? blank();
    form.value = copy({ name, zone, week, days: days.toSorted((a, b) => (a.date < b.date ? -1 : 1)) });
    shown.value = JSON.stringify(form.value);
  }, { immediate: true });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const look = async () => {
    const { zone, week, days } = form.value;
    const nth = ++asked;
    const found = await api.post<State>('/calendars/look', { hours: { zone, week, days } }).catch(() => null);
    if (nth === asked) state.value = found;
  };
  watch(() => JSON.stringify([form.value.zone, form.value.week, form.value.days]), () => { clearTimeout(timer); timer = setTimeout(() => void look(), pauseMs); }, { immediate: true });
  onScopeDispose(() => clearTimeout(timer));

  async function save(): Promise<void> {
    busy.value = true;
    fields.value = {};
    problem.value = '';
    const sent = JSON.stringify(form.value);
    try {
      const stored = id.value === 'new' ? await api.post<Calendar>('/calendars', form.value) : await api.patch<Calendar>(`/calendars/${id.value}`, form.value);
      shown.value = sent;
      await cache.invalidateQueries({ key: ['calendars'] });
      toasts.done(t('done.saved'));
      if (id.value === 'new') await router.replace({ name: 'calendar', params: { id: stored.id } });
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      problem.value = toasts.wordsOf(error);
    } finally {
      busy.value = false;
    }
  }

  async function remove(): Promise<void> {
    try {
      await api.delete(`/calendars/${id.value}`);
      shown.value = JSON.stringify(form.value);
      await cache.invalidateQueries({ key: ['calendars'] });
      toasts.done(t('done.removed'));
      await router.replace({ name: 'calendars' });
    } catch (error) {
      toasts.failed(error);
    }
  }

  /** What the server said of this part of the form, or of anything inside it. */
  const wrong = (path: string): string | undefined => Object.entries(fields.value).find(([key]) => key === path || key.startsWith(`${path}.`))?.[1];

  return {
    id, list, calendar, missing, waits, failed: useFailed(list), form, dirty, busy, problem, state, wrong, save, remove,
    isAdmin: computed(() => session.user?.role === 'admin'),
    /** Monday's hours for Tuesday to Friday. */
    sameAsMonday() { for (const name of ['tue', 'wed', 'thu', 'fri'] as const) form.value.week[name] = copy(form.value.week.mon); },
    addInterval(name: Weekday) { form.value.week[name].push(form.value.week[name].length === 0 ? { from: '09:00', to: '18:00' } : { from: '', to: '' }); },
    /** Adds dates; one that is there already is replaced. */
    addDays(days: SpecialDay[]) {
      const fresh = new Set(days.map(({ date }) => date));
      form.value.days = [...form.value.days.filter(({ date }) => !fresh.has(date)), ...days].sort((a, b) => (a.date < b.date ? -1 : 1));
    },
  };
}
export type CalendarEditor = ReturnType<typeof useCalendar>;
