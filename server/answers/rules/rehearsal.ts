/** What a base says of itself: its own wordings, asked as if they or their answers had never been written, fit the confidence to it. Pure. */
import { fitted } from './regression.ts';

/** A wording asked as if it, or its whole answer, had not been written: what was measured of the best match, and whether it was right. */
export type Rehearsed = { x: readonly number[]; covered: boolean; right: boolean };

/** Of what is asked, so much is taken to be about nothing that is in the base. */
const UNCOVERED = 0.4;
/** What is usual in other bases counts as much as so many rehearsals, for each coefficient. */
const TRUST = 40;
/** Fewer prove nothing. */
const FEWEST = 40;

/** The coefficients for this base, drawn from those of bases of all kinds as far as its rehearsals go. */
export function coefficientsOf(rehearsed: readonly Rehearsed[], usual: readonly number[]): readonly number[] {
  const covered = rehearsed.filter((one) => one.covered).length;
  const uncovered = rehearsed.length - covered;
  if (rehearsed.length < FEWEST || covered === 0 || uncovered === 0) return usual;
  const samples = rehearsed.map((one) => ({ ...one, weight: rehearsed.length * (one.covered ? (1 - UNCOVERED) / covered : UNCOVERED / uncovered) }));
  return fitted(samples, usual, usual.map(() => TRUST));
}
