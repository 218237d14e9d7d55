/** Vectors kept in this process alone: for tests and benchmarks. */
import type { KeptVector } from '../schema.ts';

/** An empty one. */
export function memoryStore() {
  const kept = new Map<string, Int8Array>();
  return {
    find: (model: string, hashes: readonly string[]): Promise<KeptVector[]> => Promise.resolve(hashes.flatMap((hash) => {
      const vector = kept.get(`${model}/${hash}`);
      return vector ? [{ hash, vector }] : [];
    })),
    claim: (_model: string, hashes: readonly string[]): Promise<string[]> => Promise.resolve([...hashes]),
    keep: (model: string, made: readonly KeptVector[]): Promise<void> => {
      for (const { hash, vector } of made) kept.set(`${model}/${hash}`, vector);
      return Promise.resolve();
    },
    unclaim: (): Promise<void> => Promise.resolve(),
  };
}
