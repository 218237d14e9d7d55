/** A byte a dimension is enough: of a cosine the second decimal stays right. Pure. */

/** The largest value becomes 127; the length is lost, which no cosine needs. */
export function quantised(vector: ArrayLike<number>): Int8Array<ArrayBuffer> {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i] ?? 0));
  const small = new Int8Array(vector.length);
  for (let i = 0; i < vector.length; i++) small[i] = Math.round(((vector[i] ?? 0) / (most || 1)) * 127);
  return small;
}

/** One through the length, as cosines need it. */
export function scaleOf(vector: Int8Array): number {
  let sum = 0;
  for (const value of vector) sum += value ** 2;
  return sum > 0 ? 1 / Math.sqrt(sum) : 0;
}

/** Sum of products of `a` from `at` on with the whole of `b`; four at once, which takes half the time. */
export function product(a: Int8Array, at: number, b: Int8Array): number {
  const { length } = b;
  let [s, t, u, v] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s += (a[at + i] ?? 0) * (b[i] ?? 0);
    t += (a[at + i + 1] ?? 0) * (b[i + 1] ?? 0);
    u += (a[at + i + 2] ?? 0) * (b[i + 2] ?? 0);
    v += (a[at + i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < length; i++) s += (a[at + i] ?? 0) * (b[i] ?? 0);
  return s + t + u + v;
}
