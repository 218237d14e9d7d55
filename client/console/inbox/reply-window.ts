/** A platform's reply window while a page stays open: each permission ends at its own time. Pure. */
import type { Sending } from '../wire.ts';

export type WindowNow = { closesAt: string; /** Absent: any number. */ left?: number; closed: boolean };

/** What is left of it at `now` (milliseconds since 1970). */
export function windowNow({ closesAt, open }: NonNullable<Sending['window']>, now: number): WindowNow {
  const usable = open.filter(one => Date.parse(one.closesAt) > now && one.left !== 0);
  const left = usable.some(one => one.left === undefined) ? {} : { left: usable.reduce((sum, one) => sum + (one.left ?? 0), 0) };
  return { closesAt: usable.at(-1)?.closesAt ?? closesAt, ...left, closed: usable.length === 0 };
}
