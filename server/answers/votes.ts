/** What the nearest wordings say together: each votes for its answer, and those that say the same as others share their vote. */
import type { Counted, Profile } from './profiles.ts';
import type { Weighed } from './evidence.ts';
import { BUCKETS } from './rules/grams.ts';
import { KIND_WEIGHT } from './rules/tokens.ts';

const KINDS = new Map<string, number>(Object.entries(KIND_WEIGHT));
/** So many wordings vote; the next are too far to be heard. */
const VOTERS = 40;
/** How little a single wording is believed: the ridge of the regression. */
const DOUBT = 0.3;

/** A wording that may vote, and for which of the answers. */
export type Voter = { wording: Counted; profile: Profile; answer: number };
/** For each answer about 0..1; `strange` is how little the voters explain of the question: 0..1. */
export type Votes = { of: Float64Array; strange: number };

type Telling = { telling(term: number): number; gramTelling(gram: number): number };

/** Kernel ridge regression over the voters, with the cosine of terms and of pieces of words as the kernel: one small system of equations a question. */
export function votesOf(question: Weighed, voters: readonly Voter[], answers: number, kindOf: (term: number) => string, tell: Telling): Votes {
  const own = (term: number): number => tell.telling(term) * (KINDS.get(kindOf(term)) ?? 0);
  const asked = new Set(question.grams);
  const read = voters.map(({ wording, profile, answer }) => {
    const terms = scaled(wording.terms, own);
    const pieces = profile.of.get(wording.number) ?? none;
    const grams = scaled(pieces, tell.gramTelling);
    let near = 0;
    wording.terms.forEach((term, i) => { near += ((question.terms.get(term) ?? 0) * (terms[i] ?? 0)) / question.norm; });
    pieces.forEach((gram, i) => { if (asked.has(gram)) near += (tell.gramTelling(gram) * (grams[i] ?? 0)) / question.gramNorm; });
    return { wording, answer, terms, pieces, grams, near: near / 2 };
  }).filter(({ near }) => near > 0).toSorted((a, b) => b.near - a.near).slice(0, VOTERS);
  const size = read.length;
  const alike = new Float64Array(size * size);
  const last = read.reduce((most, { wording }) => wording.terms.reduce((id, term) => Math.max(id, term), most), 0);
  if (last >= termMarks.length) termMarks = new Float64Array(last * 2);
  read.forEach((one, i) => {
    spread(one.wording.terms, one.terms, termMarks);
    spread(one.pieces, one.grams, gramMarks);
    for (let j = 0; j < i; j++) {
      const other = read[j];
      if (other) alike[i * size + j] = (meeting(other.wording.terms, other.terms, termMarks) + meeting(other.pieces, other.grams, gramMarks)) / 2;
    }
    wipe(one.wording.terms, termMarks);
    wipe(one.pieces, gramMarks);
  });
  for (let i = 0; i < size; i++) alike[i * size + i] = 1 + DOUBT;
  const say = solved(alike, Float64Array.from(read, ({ near }) => near));
  const of = new Float64Array(answers);
  let strange = 1;
  read.forEach(({ answer, near }, i) => {
    of[answer] = (of[answer] ?? 0) + (say[i] ?? 0);
    strange -= near * (say[i] ?? 0);
  });
  return { of, strange };
}

const none = new Int32Array(0);
// Where one wording's weights stand while the others are compared with it.
const gramMarks = new Float64Array(BUCKETS);
let termMarks = new Float64Array(4_096);

function spread(ids: Int32Array, values: Float64Array, marks: Float64Array): void {
  for (let at = 0; at < ids.length; at++) marks[ids[at] ?? 0] = values[at] ?? 0;
}
function wipe(ids: Int32Array, marks: Float64Array): void {
  for (const id of ids) marks[id] = 0;
}
function meeting(ids: Int32Array, values: Float64Array, marks: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < ids.length; at++) sum += (values[at] ?? 0) * (marks[ids[at] ?? 0] ?? 0);
  return sum;
}

// Each weight divided by the length of them all.
function scaled(ids: Int32Array, weigh: (id: number) => number): Float64Array {
  const values = Float64Array.from(ids, weigh);
  let squares = 0;
  for (const value of values) squares += value ** 2;
  const norm = Math.sqrt(squares) || 1;
  return values.map((value) => value / norm);
}

// Cholesky, in place; only the lower half of the matrix is read.
function solved(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (matrix[i * size + k] ?? 0) * (matrix[j * size + k] ?? 0);
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (matrix[j * size + j] ?? 1);
    }
    let sum = right[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (matrix[i * size + k] ?? 0) * (right[k] ?? 0);
    right[i] = sum / (matrix[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= (matrix[k * size + i] ?? 0) * (right[k] ?? 0);
    right[i] = sum / (matrix[i * size + i] ?? 1);
  }
  return right;
}
