/** What a base says of itself: how sure a match must be here so that of twenty answers nineteen are right. Pure. */

/** A wording asked as if it, or its whole answer, had not been written: how sure the match was, and whether it was right. */
export type Rehearsed = { score: number; covered: boolean; right: boolean };

/** Of what customers ask, about so much is about nothing that is in the base. */
const UNCOVERED = 0.25;
const PRECISION = 0.96;
/** The bot answers from a confidence of 0.75 on: this is it as a logarithm of odds. */
const FLOOR = Math.log(3);
/** Where the floor has to be in bases with many wordings before anything is known of them: set by hand with an earlier fit, not fitted again since. */
const USUAL = 1.97;
/** No base is believed further than this. */
const MOST = USUAL + 2;
/** So many rehearsals count as much as what is usual. */
const HALF = 150;
const FEWEST = 40;
/** Of an answer with fewer wordings too much is gone when one is left out: its rehearsal says little. */
const WORDINGS = { fewest: 3, enough: 6 };

/** In bases that say nothing of themselves a question that only comes near must seldom be answered: what that takes on all labelled bases, the held-out ones among them. */
export const UNTRIED = -0.4;

/** What is added to each score so that the floor stands where the base needs it. */
export function shiftOf(rehearsed: Rehearsed[], wordingsPerAnswer: number): number {
  const covered = rehearsed.filter((one) => one.covered).length;
  if (covered < FEWEST || wordingsPerAnswer < WORDINGS.fewest) return UNTRIED;
  const trust = (Math.min(WORDINGS.enough, wordingsPerAnswer) / WORDINGS.enough) * (covered / (covered + HALF));
  return FLOOR - (USUAL * (1 - trust) + Math.min(MOST, floorOf(rehearsed, covered)) * trust);
}

/** The lowest score from which on enough is right. */
function floorOf(rehearsed: Rehearsed[], covered: number): number {
  const weight = { covered: (1 - UNCOVERED) / covered, not: UNCOVERED / Math.max(1, rehearsed.length - covered) };
  let answered = 0;
  let right = 0;
  let floor = MOST;
  for (const one of rehearsed.toSorted((a, b) => b.score - a.score)) {
    answered += one.covered ? weight.covered : weight.not;
    if (one.right) right += weight.covered;
    if (answered > 0.02 && right / answered >= PRECISION) floor = one.score;
  }
  return floor;
}
