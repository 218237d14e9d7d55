/**
 * From likeness to probability: what search measures between a question and an answer, and how often such a match was
 * right on the labelled questions (fixtures/labelled.txt). `node server/answers/testing/fit.ts` prints these numbers.
 */

/** What is measured between a customer's question and the best wording of one answer. */
export type Match = {
  /** Share of the question's weight (BM25 idf) found in the wording, the answer's body counting half: 0..1. */
  question: number;
  /** Share of what the wording is about, its nouns as it were, that the question is about too: 0..1. */
  about: number;
  /** Share of the wording's weight found in the question: 0..1. */
  answered: number;
  /** Lead over the next answer that says something else: 0..1; negative for every finding but the first. */
  margin: number;
  /** Matched weight in units of one rare word, at most 3: a match on nothing but everyday words proves nothing. */
  mass: number;
  /** The question says no or tells of a failure and the wording does not, or the other way round. */
  denial: 'asked' | 'written' | null;
  /** The question wants something the wording does not speak of: why, how long, how much, where. */
  aspect: boolean;
  /** Words of the trade in the question that the answer does not speak of: another action, another thing. */
  others: number;
  /** Both name what is to be done, and it is not the same: turn on, turn off. */
  clash: boolean;
  /** The question names things and the answer speaks of none of them: only 'how much' or 'change' in common. */
  unrelated: boolean;
  /** Share of the question's weight in words no answer has: 0..1. */
  strange: number;
  /** A number in the question that the answer does not know. */
  number: boolean;
};

/** The likeness by which answers are ranked, before the next one is known: 0..1. */
export function likeness(match: Pick<Match, 'question' | 'answered' | 'denial' | 'aspect' | 'clash'>): number {
  return 0.6 * match.question + 0.4 * match.answered - (match.denial ? 0.06 : 0) - (match.aspect ? 0.04 : 0) - (match.clash ? 0.1 : 0);
}

/** The inputs of the regression, each about 0..1. */
export function features(match: Match): number[] {
  const { question, about, answered, mass } = match;
  return [
    1, question, about, answered, question * answered, Math.min(question, answered) ** 2,
    Math.max(-0.5, Math.min(0.4, match.margin)), Math.min(3, mass) / 3, match.denial === 'asked' ? 1 : 0,
    match.denial === 'written' ? 1 : 0, match.aspect ? 1 : 0, match.strange, Math.min(2, match.others) / 2, match.clash ? 1 : 0, match.number ? 1 : 0,
  ];
}

/** 'Can I use it' and 'why can I not use it' look alike; with a no on one side only, or on and off, we ask rather than answer. */
const DENIED = 0.6;
/** Not even worth asking. */
const UNRELATED = 0.3;

/** Fitted; see above. */
export const COEFFICIENTS: readonly number[] = [-1.17, 2.33, -0.09, 1.97, 0.71, 0.31, 2.8, 0.57, -1.24, 0.33, -1.71, -1.03, -2, -2.7, -0.17];

/** Probability that the answer answers the question. */
export function confidenceOf(match: Match, coefficients: readonly number[] = COEFFICIENTS): number {
  const sum = features(match).reduce((total, value, i) => total + value * (coefficients[i] ?? 0), 0);
  const probability = 1 / (1 + Math.exp(-sum));
  return Math.min(probability, match.denial !== null || match.clash ? DENIED : 1, match.unrelated ? UNRELATED : 1);
}
