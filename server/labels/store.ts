import type mongoose from 'mongoose';
import type { Label } from './schema.ts';

export type LabelStore = Awaited<ReturnType<typeof labelStore>>;

/** The labels agents may choose from. */
export async function labelStore(db: mongoose.Connection) {
  const labels = db.collection<{ _id: string; color: Label['color'] }>('labels');
  return {
    list: async (): Promise<Label[]> => (await labels.find().sort({ _id: 1 }).toArray()).map(({ _id, color }) => ({ name: _id, color })),
    async save({ name, color }: Label): Promise<Label> {
      await labels.updateOne({ _id: name }, { $set: { color } }, { upsert: true });
      return { name, color };
    },
    remove: async (name: string): Promise<boolean> => (await labels.deleteOne({ _id: name })).deletedCount === 1,
  };
}
