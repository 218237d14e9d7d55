/**
 * From likeness to probability: what search measures between a question and an answer, and how often such a match was
 * right on the labelled questions (fixtures/labelled.txt). `node server/answers/testing/fit.ts` prints these numbers.
 */

/** What is measured between a customer's question and the best wording of one answer. */
export type Match = {
  /** Share of the question's weight (BM25 idf) found in the wording, the answer's body counting half: 0..1. */
  question: number;
  /** The same of the best wording alone, without the body: 0..1. */
  wording: number;
  /** Share of the wording's weight found in the question: 0..1. */
  answered: number;
  /** Lead over the next answer that says something else: 0..1; negative for every finding but the first. */
  margin: number;
  /** Matched weight in units of one rare word, at most 3: a match on nothing but everyday words proves nothing. */
  mass: number;
  /** One says no and the other does not. */
  denial: boolean;
  /** A number in the question that the answer does not know. */
  number: boolean;
};

/** The likeness by which answers are ranked, before the next one is known: 0..1. */
export function likeness(match: Pick<Match, 'question' | 'answered' | 'denial'>): number {
  return 0.6 * match.question + 0.4 * match.answered - (match.denial ? 0.06 : 0);
}

/** The inputs of the regression, each about 0..1. */
export function features(match: Match): number[] {
  const { question, wording, answered, mass } = match;
  return [
    1, question, wording, answered, question * answered, Math.min(question, answered) ** 2,
    Math.max(-0.5, Math.min(0.5, match.margin)), Math.min(3, mass) / 3, match.denial ? 1 : 0, match.number ? 1 : 0,
  ];
}

/** Fitted; see above. */
export const COEFFICIENTS: readonly number[] = [-5, 2, 2, 2, 2, 2, 2, 1, -1, -0.5];

/** Probability that the answer answers the question. */
export function confidenceOf(match: Match, coefficients: readonly number[] = COEFFICIENTS): number {
  const sum = features(match).reduce((total, value, i) => total + value * (coefficients[i] ?? 0), 0);
  return 1 / (1 + Math.exp(-sum));
}
