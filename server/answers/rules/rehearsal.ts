/** What a base says of itself: how sure a match must be here so that of twenty answers nineteen are right. Pure. */

/** A wording asked as if it, or its whole answer, had not been written: how sure the match was, and whether it was right. */
export type Rehearsed = { score: number; covered: boolean; right: boolean };

/** Of what customers ask, about so much is about nothing that is in the base. */
const UNCOVERED = 1 / 3;
/** A little above what is wanted, since the floor is chosen by the same few rehearsals. */
const PRECISION = 0.97;
/** The bot answers from a confidence of 0.75 on: this is it as a logarithm of odds. */
const FLOOR = Math.log(3);

/**
 * In bases of all kinds: the shares of covered questions answered rightly and wrongly, and of uncovered questions
 * answered, from a score on; each a step of a half, the first at -1. `node test/bench/faq/fit.ts` prints these numbers.
 */
const USUAL = {
  right: [0.649, 0.599, 0.542, 0.474, 0.395, 0.315, 0.25, 0.176, 0.119, 0.075, 0.045, 0.026, 0.011, 0.004, 0.001],
  wrong: [0.089, 0.051, 0.027, 0.013, 0.006, 0.003, 0.002, 0.001, 0, 0, 0, 0, 0, 0, 0],
  uncovered: [0.354, 0.247, 0.165, 0.105, 0.062, 0.031, 0.014, 0.006, 0.003, 0.002, 0.001, 0, 0, 0, 0],
};
const FIRST = -1;
const STEP = 0.5;
/** What is usual counts as much as so many rehearsals. */
const TRUST = 30;

/** What is added to each score so that the floor stands where the base needs it. */
export function shiftOf(rehearsed: Rehearsed[]): number {
  const scores = (of: (one: Rehearsed) => boolean): number[] => rehearsed.filter(of).map((one) => one.score);
  const right = scores((one) => one.right);
  const wrong = scores((one) => one.covered && !one.right);
  const uncovered = scores((one) => !one.covered);
  const covered = right.length + wrong.length;
  let floor = FIRST + STEP * (USUAL.right.length - 1);
  for (let from = floor; from >= FIRST; from -= STEP / 5) {
    const good = (1 - UNCOVERED) * shareOf(right, covered, USUAL.right, from);
    const bad = (1 - UNCOVERED) * shareOf(wrong, covered, USUAL.wrong, from) + UNCOVERED * shareOf(uncovered, uncovered.length, USUAL.uncovered, from);
    if (good / (good + bad) >= PRECISION) floor = from;
  }
  return FLOOR - floor;
}

function shareOf(scores: number[], all: number, usual: number[], from: number): number {
  const place = (from - FIRST) / STEP;
  const below = usual[Math.floor(place)] ?? 0;
  const expected = below + (place - Math.floor(place)) * ((usual[Math.ceil(place)] ?? 0) - below);
  return (scores.filter((score) => score >= from).length + TRUST * expected) / (all + TRUST);
}
