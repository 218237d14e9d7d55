import mongoose from 'mongoose';
import { isDuplicate } from '../store/group-commit.ts';
import type { KeptVector } from './schema.ts';

/** `until`: a node is making it, and is believed to so long. `usedAt`: some node knew its text. */
type Doc = { _id: string; vector?: mongoose.mongo.Binary; until?: Date; usedAt: Date };

const idOf = (model: string, hash: string): string => `${model}/${hash}`;

export type EmbeddingStore = Awaited<ReturnType<typeof embeddingStore>>;

/** Vectors by model and hash of the text: each is made once, whatever node needs it. No text is kept. */
export async function embeddingStore(db: mongoose.Connection) {
  const vectors = db.collection<Doc>('embeddings');
  await vectors.createIndex({ usedAt: 1 });
  return {
    /** Those that there are. */
    async find(model: string, hashes: readonly string[]): Promise<KeptVector[]> {
      const docs = await vectors.find({ _id: { $in: hashes.map(hash => idOf(model, hash)) }, vector: { $exists: true } }).toArray();
      return docs.flatMap(({ _id, vector }) => (vector ? [{ hash: _id.slice(model.length + 1), vector: new Int8Array(vector.value()) }] : []));
    },
    /** Of those nobody has made or is making, the ones that the caller may make, until then. */
    async claim(model: string, hashes: readonly string[], { now, until }: { now: Date; until: Date }): Promise<string[]> {
      if (hashes.length === 0) return [];
      const claimed = await Promise.all(hashes.map(async (hash) => {
        try {
          // Somebody else's claim makes this an insert of an id that there is.
          await vectors.updateOne({ _id: idOf(model, hash), vector: { $exists: false }, until: { $lte: now } }, { $set: { until, usedAt: now } }, { upsert: true });
          return [hash];
        } catch (error) {
          if (isDuplicate(error)) return [];
          throw error;
        }
      }));
      return claimed.flat();
    },
    async keep(model: string, made: readonly KeptVector[], now: Date): Promise<void> {
      if (made.length === 0) return;
      await vectors.bulkWrite(made.map(({ hash, vector }) => ({ updateOne: { filter: { _id: idOf(model, hash) }, update: { $set: { vector: new mongoose.mongo.Binary(new Uint8Array(vector)), usedAt: now }, $unset: { until: '' } }, upsert: true } })), { ordered: false });
    },
    /** Gives claims back that came to nothing. */
    async unclaim(model: string, hashes: readonly string[]): Promise<void> {
      await vectors.deleteMany({ _id: { $in: hashes.map(hash => idOf(model, hash)) }, vector: { $exists: false } });
    },
    /** Notes that these texts are still there. */
    async touch(model: string, hashes: readonly string[], now: Date): Promise<void> {
      await vectors.updateMany({ _id: { $in: hashes.map(hash => idOf(model, hash)) } }, { $set: { usedAt: now } });
    },
    /** Takes away what no node has known for so long, of whatever model. */
    sweep: async (before: Date): Promise<number> => (await vectors.deleteMany({ usedAt: { $lt: before } })).deletedCount,
  };
}
