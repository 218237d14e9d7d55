/** How a number differs from the one before. */

/** Of fewer than so many a difference is chance, and a percentage misleads. */
export const fewest = 20;

export type Kind = 'count' | 'share' | 'time';
/** `of`: how many things it was made from. */
export type Valued = { value: number | null; of: number };
/** `by`: of a count its share, of a share its points, of a time its ms; more is above 0. */
export type Change = { by: number; sign: -1 | 0 | 1 };

/** Null: nothing to compare, or of too few. */
export function changeOf(kind: Kind, now: Valued, before: Valued): Change | null {
  if (now.value === null || before.value === null || before.of < fewest || (kind !== 'count' && now.of < fewest)) return null;
  const by = kind === 'count' ? Math.round((now.value / before.value - 1) * 100) : kind === 'share' ? Math.round((now.value - before.value) * 100) : Math.round((now.value - before.value) / 1000) * 1000;
  return { by, sign: by > 0 ? 1 : by < 0 ? -1 : 0 };
}
