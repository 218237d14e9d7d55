/** Calendars as they stand, at hand for whoever decides something without waiting. */
import type { Calendar } from './schema.ts';
import type { CalendarStore } from './store.ts';

export type Calendars = {
  /** Null: there is none, so it is always open. */
  of(id: string | null | undefined): Calendar | null;
  /** Reads them anew: after a change, and now and then for what another node changed. */
  refresh(): Promise<void>;
};

/** Reads them all; they are few. One that did not change stays the same object. */
export async function openCalendars(store: Pick<CalendarStore, 'list'>): Promise<Calendars> {
  let known = new Map<string, Calendar>();
  const refresh = async () => {
    const found = await store.list();
    known = new Map(found.map((calendar) => {
      const before = known.get(calendar.id);
      return [calendar.id, before && JSON.stringify(before) === JSON.stringify(calendar) ? before : calendar];
    }));
  };
  await refresh();
  return { of: (id) => (id ? known.get(id) ?? null : null), refresh };
}
