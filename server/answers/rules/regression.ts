/** Logistic regression by Newton's method, drawn towards what is usual elsewhere. Pure. */

/** What was measured, whether it was right, and how much that counts. */
export type Sample = { x: readonly number[]; right: boolean; weight: number };

const ROUNDS = 8;

/** @param usual where the coefficients begin and are drawn to @param trust how strongly, each: the weight of what is usual in units of samples */
export function fitted(samples: readonly Sample[], usual: readonly number[], trust: readonly number[]): number[] {
  let now = [...usual];
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = now.map((value, i) => -(trust[i] ?? 0) * (value - (usual[i] ?? 0)));
    const hessian = now.map((_, i) => Float64Array.from(now, (__, j) => (i === j ? (trust[i] ?? 0) + 1e-9 : 0)));
    for (const { x, right, weight } of samples) {
      const p = 1 / (1 + Math.exp(-dot(x, now)));
      const error = weight * ((right ? 1 : 0) - p);
      const curve = weight * Math.max(1e-6, p * (1 - p));
      for (const [i, a] of x.entries()) {
        if (a === 0) continue;
        gradient[i] = (gradient[i] ?? 0) + error * a;
        const row = hessian[i];
        if (row) for (let j = 0; j < x.length; j++) row[j] = (row[j] ?? 0) + curve * a * (x[j] ?? 0);
      }
    }
    const by = solved(hessian, gradient);
    now = now.map((value, i) => value + (by[i] ?? 0));
  }
  return now;
}

export function dot(x: readonly number[], coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (coefficients[i] ?? 0);
  return sum;
}

// Gauss and Jordan: what the coefficients are drawn to keeps the pivots from nothing.
function solved(matrix: Float64Array[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => Float64Array.of(...row, right[i] ?? 0));
  rows.forEach((pivot, i) => rows.forEach((row, k) => {
    const factor = k === i ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1);
    if (factor !== 0) for (let j = i; j < pivot.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
  }));
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}
