/**
 * From likeness to probability: what search measures between a question and an answer, and how often such a match was
 * right on public data sets and the labelled questions (fixtures/labelled.txt). test/bench/faq/fit.ts prints the numbers.
 */

import { dot } from './regression.ts';

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

/** What speaks for an answer when all its wordings are read together; see evidence.ts. */
export type Evidence = {
  /** Of the wordings found, the one most like the question: by its terms, and by pieces of its words; 0..1. */
  cosine: number;
  gramCosine: number;
  /** How near the nearest three are, the first counting most: 0..1. */
  close: number;
  /** How much likelier the question is among this answer's wordings than among all of them, by terms and by pieces: a logarithm. */
  fit: number;
  gramFit: number;
  /** Share of what the question says that no wording of the answer says (what its text says counting half), by terms and by pieces: 0..1. */
  missing: number;
  gramMissing: number;
  /** Of the nearest wording, the share of what it says that the question says too: 0..1; and its rarest word that the question does not say: 0..1. */
  answered: number;
  extra: number;
  /** What all the wordings found, weighed against each other, say for it: about 0..1; and how little of the question they explain: 0..1. See votes.ts. */
  votes: number;
  unexplained: number;
  /** How many wordings the answer has. */
  wordings: number;
};

/** What an answer is ranked by: about 0..1.5. */
export function rankOf({ cosine, gramCosine, close, fit, gramFit, votes }: Evidence, match: Pick<Match, 'denial' | 'aspect' | 'clash'>): number {
  const sum = 2 * close + cosine + gramCosine + 0.2 * fit + 0.2 * gramFit;
  return Math.max(0, sum / 4 + 0.3 * votes - (match.denial ? 0.06 : 0) - (match.aspect ? 0.04 : 0) - (match.clash ? 0.1 : 0));
}

/** The likeness by which answers are ranked, before the next one is known: 0..1. */
export function likeness(match: Pick<Match, 'question' | 'answered' | 'denial' | 'aspect' | 'clash'>): number {
  return 0.6 * match.question + 0.4 * match.answered - (match.denial ? 0.06 : 0) - (match.aspect ? 0.04 : 0) - (match.clash ? 0.1 : 0);
}

/** All that is measured of an answer that was found. `lead` is what its rank is ahead of the next answer that says something else; negative for every finding but the first. `voteLead` is the same of its votes. `answers` is how many the base has in the language of this one. */
export type Measured = { match: Match; evidence: Evidence; rank: number; lead: number; voteLead: number; answers: number };

/** The inputs of the regression, each about 0..1. With more wordings it says more that none of them is near. */
export function features({ match, evidence, rank, lead, voteLead, answers }: Measured): number[] {
  const { gramCosine, close, fit, gramFit, missing, gramMissing, answered, extra, votes, unexplained } = evidence;
  const many = Math.log(evidence.wordings || 1);
  return [
    1, gramCosine, close, fit / 5, gramFit / 5, missing, gramMissing, answered, extra, Math.max(-1, lead * 2), Math.max(-1, Math.min(1, lead / (rank || 1))),
    many, many * close, many * missing, Math.log(answers || 1) / 5,
    match.denial === null ? 0 : 1, match.aspect ? 1 : 0, match.strange, match.clash ? 1 : 0, Math.min(2, match.others) / 2, Math.min(3, match.mass) / 3,
    votes, voteLead, unexplained,
  ];
}

/** 'Can I use it' and 'why can I not use it' look alike; with a no on one side only, or on and off, we ask rather than answer. */
const DENIED = 0.6;
/** A base of a few answers knows few words: so much of a question it has never heard of, a matter of business among it, is about something else. */
const ELSEWHERE = 0.4;
/** Not even worth asking. */
const UNRELATED = 0.3;

/** Fitted; see above. A base of many wordings has its own, see rehearsal.ts. */
export const COEFFICIENTS: readonly number[] = [-0.99, -0.6, -0.63, -0.22, 0.68, -1.63, 1.12, 1.31, -0.22, 0.88, 0.53, -0.55, 0.2, 0.42, -2.1, -0.61, -0.39, 0.4, -1.61, -0.5, 1.4, 2.37, -0.74, 0.22];

/**
 * The score from which the bot answers, at a confidence of 0.75: there 95 of 100 answers were right with a third of the questions uncovered.
 * In a small base less is enough: the fewer answers there are, the less a question that none of them covers looks like one of theirs.
 */
const FLOOR = 2.47;
const LESS = 0.5;
const LARGE = 80;
const SMALL = 8;
const floorOf = (answers: number): number => FLOOR - LESS * Math.max(0, Math.log(LARGE / Math.max(SMALL, answers)));
const AT_FLOOR = Math.log(3);

/** What is known of a base: how its matches are weighed, and whether it has been asked enough of its own wordings to tell what a no or a strange name is worth in it. */
export type Known = { coefficients: readonly number[]; tried: boolean };

/** Probability that the answer answers the question. */
export function confidenceOf(measured: Measured, { coefficients, tried }: Known): number {
  const { denial, clash, unrelated, others, strange } = measured.match;
  const elsewhere = measured.answers < SMALL && others > 0 && strange >= ELSEWHERE;
  const probability = 1 / (1 + Math.exp(floorOf(measured.answers) - AT_FLOOR - scoreOf(measured, coefficients)));
  if (tried) return probability;
  return Math.min(probability, denial !== null || clash || elsewhere ? DENIED : 1, unrelated ? UNRELATED : 1);
}

/** The logarithm of the odds, before any limit. */
export const scoreOf = (measured: Measured, coefficients: readonly number[] = COEFFICIENTS): number => dot(features(measured), coefficients);
