/** Calendars for the pages that choose or change one. */
import { useQuery } from '@pinia/colada';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { slowClock } from '../../ui/use-clock.ts';
import { listOf } from '../api.ts';
import { momentIn } from './clock.ts';
import type { Calendar, State } from './shapes.ts';

export const useCalendars = () => useQuery({ key: ['calendars'], query: () => listOf<Calendar>('/calendars'), staleTime: 30_000 });

/** "Open now, closes 18:00" by the clock of the zone. */
export function useOpenWords() {
  const { t, locale } = useI18n();
  return computed(() => (zone: string, state: State): { open: boolean; text: string; next: string } => {
    // What has changed since the server looked.
    const flipped = state.changesAt !== null && Date.parse(state.changesAt) <= slowClock.value;
    const open = state.open !== flipped;
    const at = flipped ? null : state.changesAt;
    return { open, text: t(open ? 'calendars.openNow' : 'calendars.closedNow'), next: at === null ? '' : t(open ? 'calendars.closesAt' : 'calendars.opensAt', { time: momentIn(zone, at, slowClock.value, locale.value) }) };
  });
}
