/** Shares of counts, said so that small counts do not look like more than they are. */

/** Of fewer than so many a percentage misleads: the counts are shown instead. */
const fewest = 20;

export type Share = { n: number; of: number };

/** "62%" of enough, "3 / 5" of few, a dash of none. */
export function shareText({ n, of }: Share, locale: string): string {
  if (of === 0) return '–';
  return of < fewest ? `${n} / ${of}` : new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: n / of < 0.1 ? 1 : 0 }).format(n / of);
}

/** How many points more than before; null where either is of too few to compare. */
export function pointsMore(now: Share, before: Share): number | null {
  return now.of < fewest || before.of < fewest ? null : Math.round((now.n / now.of - before.n / before.of) * 100);
}
