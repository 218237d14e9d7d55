/** Episodes that are alike, counted and added up. Pure. */
import { none, type By, type Cell, type Figures, type Line } from '../schema.ts';

const dayMs = 86_400_000;

/** The day in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
/** So many days later. */
export const daysOn = (day: string, count: number): string => dayOf(new Date(Date.parse(day) + count * dayMs));
/** How many days from one to the other, both counted. */
export const daysIn = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;

/** Of no episodes. */
export const nothing: Figures = { episodes: 0, due: 0, handled: 0, deflected: 0, pending: 0, met: 0, handedOver: 0, askedBack: 0, reopened: 0, replies: 0, good: 0, bad: 0 };

function figuresOf({ flags, n, due, replies, good, bad }: Cell): Figures {
  const has = (flag: Cell['flags'][number]): number => (flags.includes(flag) ? n : 0);
  const clean = flags.includes('clean');
  return {
    episodes: n, due, handled: has('handled'), deflected: clean ? due : 0, pending: clean ? n - due : 0, met: has('met'),
    handedOver: has('handed-over'), askedBack: has('asked-back'), reopened: has('reopened'), replies, good, bad,
  };
}

/** All of them together. */
export function sum(list: readonly Figures[]): Figures {
  return list.reduce<Figures>((all, one) => ({
    episodes: all.episodes + one.episodes, due: all.due + one.due, handled: all.handled + one.handled, deflected: all.deflected + one.deflected, pending: all.pending + one.pending, met: all.met + one.met,
    handedOver: all.handedOver + one.handedOver, askedBack: all.askedBack + one.askedBack, reopened: all.reopened + one.reopened, replies: all.replies + one.replies, good: all.good + one.good, bad: all.bad + one.bad,
  }), nothing);
}

const keysOf = ({ key }: Cell): string[] => (Array.isArray(key) ? (key.length ? key : [none]) : [key === null || key === '' ? none : String(key)]);

function addedUp<Key extends { by: By | 'reason'; key: string }>(list: readonly (Figures & Key)[]): Line[] {
  return [...Map.groupBy(list, ({ key }) => key)].map(([key, some]): Line => ({ by: some[0]?.by ?? 'day', key, ...sum(some) }));
}

/** One line for each key; an episode of two topics stands in both. */
export const linesOf = (by: By, cells: readonly Cell[]): Line[] => addedUp(cells.flatMap(cell => keysOf(cell).map(key => ({ by, key, ...figuresOf(cell) }))));

/** One line for each reason of a hand-over. */
export const reasonsOf = (cells: readonly Cell[]): Line[] => addedUp(cells.flatMap(cell => cell.flags.flatMap(flag => (flag.startsWith('reason:') ? [{ by: 'reason' as const, key: flag.slice(7), ...figuresOf(cell) }] : []))));

/** Lines of several days as lines of all, the largest first; days in their order. */
export const together = (by: By | 'reason', lines: readonly Line[]): Line[] => addedUp(lines.filter(line => line.by === by))
  .toSorted((a, b) => (by === 'day' ? 0 : b.episodes - a.episodes) || (a.key < b.key ? -1 : 1));
