/** What speaks for one answer: its wordings that come nearest, and how well the question fits all of them together. */
import type { Counted, Profile, profiles } from './profiles.ts';
import type { Term } from './postings.ts';
import { BUCKETS } from './rules/grams.ts';
import { KIND_WEIGHT } from './rules/tokens.ts';
import type { Evidence } from './rules/calibration.ts';

const KINDS = new Map<string, number>(Object.entries(KIND_WEIGHT));
/** Of an answer's wordings the nearest counts most; that a second and third are near too says it was no accident. */
const NEAREST = [1, 0.5, 0.25];

/** A question as it is weighed: each term and piece with what it says about which answer is meant. */
export type Weighed = { terms: Map<number, number>; kinds: Term[]; grams: Int32Array; whole: number; wholeGrams: number; norm: number; gramNorm: number };

type Telling = Pick<ReturnType<typeof profiles>, 'telling' | 'gramTelling' | 'gramChance'>;

/** Weighs a question once for all answers. */
export function weighed(terms: Term[], grams: Int32Array, { telling, gramTelling }: Telling): Weighed {
  const own = new Map<number, number>();
  let whole = 0;
  let norm = 0;
  for (const { id, kind } of terms) {
    const weight = telling(id) * (KINDS.get(kind) ?? 0);
    if (id >= 0) own.set(id, weight);
    whole += weight;
    norm += weight ** 2;
  }
  let wholeGrams = 0;
  let gramNorm = 0;
  for (const gram of grams) {
    const weight = gramTelling(gram);
    wholeGrams += weight;
    gramNorm += weight ** 2;
  }
  return { terms: own, kinds: terms, grams, whole: whole || 1, wholeGrams: wholeGrams || 1, norm: Math.sqrt(norm) || 1, gramNorm: Math.sqrt(gramNorm) || 1 };
}

const HALF = Math.log(0.5);
const none = new Int32Array(0);
const marked = new Uint8Array(BUCKETS);

/** Runs something while the pieces of a question are marked: membership is asked thousands of times. */
export function marking<T>(question: Weighed, run: () => T): T {
  for (const gram of question.grams) marked[gram] = 1;
  try {
    return run();
  } finally {
    for (const gram of question.grams) marked[gram] = 0;
  }
}

/** Measures an answer by those of its wordings that were found. */
export function evidenceOf(question: Weighed, found: Counted[], profile: Profile, body: ReadonlySet<number>, kindOf: (term: number) => string, chance: (term: number) => number, tell: Telling): Omit<Evidence, 'votes' | 'unexplained'> {
  let cosine = 0;
  let gramCosine = 0;
  let nearest = { both: -1, answered: 0, extra: 0 };
  const near: number[] = [];
  for (const { number, terms } of found) {
    let shared = 0;
    let sharedSquares = 0;
    let weight = 0;
    let squares = 0;
    let extra = 0;
    for (const term of terms) {
      const own = question.terms.get(term) ?? tell.telling(term) * (KINDS.get(kindOf(term)) ?? 0);
      weight += own;
      squares += own ** 2;
      if (!question.terms.has(term)) {
        if (own > extra) extra = own;
        continue;
      }
      shared += own;
      sharedSquares += own ** 2;
    }
    let sharedGramSquares = 0;
    let gramSquares = 0;
    for (const gram of profile.of.get(number) ?? none) {
      const own = tell.gramTelling(gram);
      gramSquares += own ** 2;
      if (marked[gram] === 0) continue;
      sharedGramSquares += own ** 2;
    }
    const likeTerms = sharedSquares / (question.norm * Math.sqrt(squares) || 1);
    const likeGrams = sharedGramSquares / (question.gramNorm * Math.sqrt(gramSquares) || 1);
    cosine = Math.max(cosine, likeTerms);
    gramCosine = Math.max(gramCosine, likeGrams);
    near.push(likeTerms + likeGrams);
    if (likeTerms + likeGrams > nearest.both) nearest = { both: likeTerms + likeGrams, answered: shared / (weight || 1), extra };
  }
  near.sort((a, b) => b - a);
  const counted = NEAREST.slice(0, Math.max(1, Math.min(NEAREST.length, profile.of.size)));
  const close = counted.reduce((sum, share, place) => sum + share * (near[place] ?? 0), 0) / counted.reduce((sum, share) => sum + share, 0) / 2;
  let fit = 0;
  let missing = 0;
  let gramMissing = 0;
  for (const { id, kind } of question.kinds) {
    const expected = id < 0 ? 0.5 / 100 : chance(id);
    const times = id < 0 ? 0 : (profile.terms.get(id) ?? 0);
    if (times === 0) missing += (question.terms.get(id) ?? tell.telling(id) * (KINDS.get(kind) ?? 0)) * (body.has(id) ? 0.5 : 1);
    fit += (KINDS.get(kind) ?? 0) * Math.log((0.6 * times) / (profile.termsTotal || 1) / expected + 0.4);
  }
  let gramFit = 0;
  for (const gram of question.grams) {
    const times = profile.grams.get(gram) ?? 0;
    if (times === 0) gramMissing += tell.gramTelling(gram);
    gramFit += times === 0 ? HALF : Math.log((0.5 * times) / (profile.gramsTotal || 1) / tell.gramChance(gram) + 0.5);
  }
  return {
    cosine, gramCosine, close, fit: fit / Math.sqrt(question.kinds.length || 1), gramFit: gramFit / Math.sqrt(question.grams.length || 1),
    missing: missing / question.whole, gramMissing: gramMissing / question.wholeGrams,
    answered: nearest.answered, extra: nearest.extra / tell.telling(-1), wordings: profile.of.size,
  };
}
