/** Cells of days, added up. Pure. */
import { none, type By, type Cell, type Day, type Figures, type Filter } from '../schema.ts';

const dayMs = 86_400_000;

/** The day in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
/** So many days later. */
export const daysOn = (day: string, count: number): string => dayOf(new Date(Date.parse(day) + count * dayMs));
/** How many days from one to the other, both counted. */
export const daysIn = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;

const nothing: Figures = { episodes: 0, due: 0, handled: 0, deflected: 0, pending: 0, met: 0, handedOver: 0, askedBack: 0, reopened: 0, replies: 0, good: 0, bad: 0 };

/** Whether a cell is among what is asked for. */
export const wanted = ({ release, topic, channelId, locale, queueId }: Filter) => (cell: Cell): boolean =>
  (release === undefined || (release === none ? cell.release === null : cell.release === release)) &&
  (topic === undefined || (topic === none ? cell.topics.length === 0 : cell.topics.includes(topic))) &&
  (channelId === undefined || cell.channelId === channelId) && (locale === undefined || cell.locale === locale) &&
  (queueId === undefined || (queueId === none ? cell.queueId === null : cell.queueId === queueId));

/** All of them together. */
export function sum(cells: readonly Cell[]): Figures {
  const all = { ...nothing };
  for (const { flags, n, due, replies, good, bad } of cells) {
    const has = (flag: Cell['flags'][number]): number => (flags.includes(flag) ? n : 0);
    const clean = flags.includes('clean');
    all.episodes += n;
    all.due += due;
    all.handled += has('handled');
    all.deflected += clean ? due : 0;
    all.pending += clean ? n - due : 0;
    all.met += has('met');
    all.handedOver += has('handed-over');
    all.askedBack += has('asked-back');
    all.reopened += has('reopened');
    all.replies += replies;
    all.good += good;
    all.bad += bad;
  }
  return all;
}

const keysOf: Record<Exclude<By, 'day'>, (cell: Cell) => string[]> = {
  release: ({ release }) => [release === null ? none : String(release)],
  topic: ({ topics }) => (topics.length ? topics : [none]),
  channel: ({ channelId }) => [channelId || none],
  locale: ({ locale }) => [locale],
  queue: ({ queueId }) => [queueId ?? none],
};

/** One line for each key; an episode of two topics stands in both lines. Days in order, with those of which nothing is known; the rest by size. */
export function grouped(days: readonly Day[], by: By): (Figures & { key: string })[] {
  if (by === 'day') return days.map(({ day, cells }) => ({ key: day, ...sum(cells) }));
  const groups = new Map<string, Cell[]>();
  for (const { cells } of days) {
    for (const cell of cells) {
      for (const key of keysOf[by](cell)) {
        const group = groups.get(key);
        if (group) group.push(cell);
        else groups.set(key, [cell]);
      }
    }
  }
  return [...groups].map(([key, cells]) => ({ key, ...sum(cells) })).toSorted((a, b) => b.episodes - a.episodes || (a.key < b.key ? -1 : 1));
}

/** Hand-overs by reason, the most frequent first. */
export function reasonsOf(cells: readonly Cell[]): { reason: string; handedOver: number }[] {
  const counts = new Map<string, number>();
  for (const { flags, n } of cells) for (const flag of flags) if (flag.startsWith('reason:')) counts.set(flag.slice(7), (counts.get(flag.slice(7)) ?? 0) + n);
  return [...counts].map(([reason, handedOver]) => ({ reason, handedOver })).toSorted((a, b) => b.handedOver - a.handedOver || (a.reason < b.reason ? -1 : 1));
}
