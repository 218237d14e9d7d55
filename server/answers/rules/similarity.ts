/**
 * What a model of meaning adds to what words say. Models differ in what their cosines are worth, so none is believed as it comes: a base asks
 * itself what comes near its own phrasings, as if they, and then as if their answers, were not there, and says what a nearness is worth in it.
 * That is a little too good for what customers write, so it never answers outright (docs/decisions/0020). Pure.
 */

/** The best of an answer's phrasings and its text. */
export type Alike = { cosine: number };

/** A phrasing asked of its own base: how near its answer comes by another phrasing (undefined: it has no other), and the two nearest other answers. */
export type Tried = { own: number | undefined; first: number; second: number };

/** What is usual in a base: how near the nearest wrong answer comes, by how much that differs, and what nearness is worth there. */
export type Usual = { mean: number; spread: number; weights: readonly [number, number, number] };

/** With fewer a base says nothing of itself. */
const FEWEST = 8;
/** Of what customers ask, about so much is about nothing that is in the base. */
const UNCOVERED = 1 / 3;
const MOST = 5;

/** What nearness and lead are worth where a base cannot tell: fitted on public sets (test/bench/faq/README.md) with weak vectors, so rather too little. */
const COMMON: Usual['weights'] = [-1.8, 0.53, 0.47];
/** So much what is common holds back what a base says of itself. */
const TRUST = 1;

const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
/** In spreads: how much nearer than the nearest wrong one usually is, and than the next one now. */
const measured = (cosine: number, next: number, { mean, spread }: Pick<Usual, 'mean' | 'spread'>): [number, number, number] => [1, within((cosine - mean) / spread, MOST), within((cosine - next) / spread, MOST)];
const dot = (x: readonly number[], w: readonly number[]): number => x.reduce((sum, value, i) => sum + value * (w[i] ?? 0), 0);

/** Undefined where too little was tried. */
export function usualOf(all: readonly Tried[]): Usual | undefined {
  const tried = all.filter(({ first }) => first > -1);
  if (tried.length < FEWEST) return undefined;
  const of = (value: (one: Tried) => number): number => tried.reduce((sum, one) => sum + value(one), 0) / tried.length;
  const mean = of(({ first }) => first);
  const spread = Math.max(Math.sqrt(of(({ first }) => (first - mean) ** 2)), of(({ first, second }) => first - Math.max(second, -1)), 1e-3);
  const scale = { mean, spread };
  const known = tried.flatMap(({ own, first, second }) => (own === undefined ? [] : [own > first ? { x: measured(own, first, scale), right: 1 } : { x: measured(first, Math.max(own, second), scale), right: 0 }]));
  const strange = tried.map(({ first, second }) => ({ x: measured(first, Math.max(second, -1), scale), right: 0 }));
  if (known.length < FEWEST) return { ...scale, weights: COMMON };
  const samples = [...known.map(one => ({ ...one, weight: (1 - UNCOVERED) * tried.length / known.length })), ...strange.map(one => ({ ...one, weight: UNCOVERED }))];
  return { ...scale, weights: fitted(samples) };
}

/** Logistic regression in a few steps of Newton's, held to what is common. */
function fitted(samples: readonly { x: readonly [number, number, number]; right: number; weight: number }[]): Usual['weights'] {
  let w: [number, number, number] = [...COMMON];
  for (let step = 0; step < 8; step++) {
    const gradient = w.map((value, i) => -TRUST * (value - (COMMON[i] ?? 0)));
    const hessian = w.map((_, i) => w.map((__, j): number => (i === j ? TRUST : 0)));
    for (const { x, right, weight } of samples) {
      const p = 1 / (1 + Math.exp(-dot(x, w)));
      x.forEach((a, i) => {
        gradient[i] = (gradient[i] ?? 0) + weight * (right - p) * a;
        x.forEach((b, j) => { const row = hessian[i]; if (row) row[j] = (row[j] ?? 0) + weight * p * (1 - p) * a * b; });
      });
    }
    const by = solved(hessian, gradient);
    w = [w[0] + (by[0] ?? 0), w[1] + (by[1] ?? 0), w[2] + (by[2] ?? 0)];
  }
  // Nearer is never less likely, whatever a few trials say.
  return [w[0], Math.max(0, w[1]), Math.max(0, w[2])];
}

// Gauss and Jordan; what is common keeps the pivots from nothing.
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  rows.forEach((pivot, i) => rows.forEach((row, k) => {
    const factor = k === i ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1);
    if (factor !== 0) pivot.forEach((value, j) => { row[j] = (row[j] ?? 0) - factor * value; });
  }));
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

/** How likely an answer is by its meaning alone. @param next how near the best other answer is */
export const meansIt = (cosine: number, next: number, usual: Usual): number => 1 / (1 + Math.exp(-dot(measured(cosine, next, usual), usual.weights)));

/** An answer that was found, by words, by meaning or by both. */
export type Candidate = { id: string; confidence?: number; alike?: Alike };
export type Joined = { id: string; confidence: number; similarity?: number };

/** The most that meaning alone is worth: what may be meant is asked back about, and never answered outright. */
const MEANT = 0.6;

/** All candidates with one confidence, best first. What words are sure of stays as it is. */
export function joined(candidates: readonly Candidate[], usual: Usual): Joined[] {
  const near = candidates.flatMap(({ alike }) => (alike ? [alike.cosine] : [])).toSorted((a, b) => b - a);
  const [first = 0, second = usual.mean] = near;
  return candidates.map(({ id, confidence = 0, alike }) => {
    if (!alike) return { id, confidence };
    // Squared: what a base takes for likely among its own phrasings is less so among questions.
    const meant = MEANT * meansIt(alike.cosine, alike.cosine === first ? second : first, usual) ** 2;
    return { id, confidence: Math.max(confidence, meant), similarity: alike.cosine };
  }).toSorted((a, b) => b.confidence - a.confidence);
}
