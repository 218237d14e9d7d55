import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import type { Answer, AnswerInput, AnswerPatch } from './schema.ts';

type Doc = Omit<Answer, 'id'> & { _id: string };
const toAnswer = ({ _id, ...rest }: Doc): Answer => ({ id: _id, ...rest });

export type AnswerStore = Awaited<ReturnType<typeof answerStore>>;

/** What the bot knows, as people wrote it. */
export async function answerStore(db: mongoose.Connection) {
  const answers = db.collection<Doc>('answers');
  return {
    async *all(): AsyncGenerator<Answer> { for await (const doc of answers.find()) yield toAnswer(doc); },
    async list(text: string, after: string | undefined, limit: number): Promise<Answer[]> {
      const match = { $regex: text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
      const filter = { ...(text ? { $or: [{ question: match }, { variants: match }, { answer: match }] } : {}), ...(after ? { _id: { $lt: after } } : {}) };
      return (await answers.find(filter).sort({ _id: -1 }).limit(limit).maxTimeMS(2000).toArray()).map(toAnswer);
    },
    /** All are stored or, when the database refuses one, none stays. */
    async create(inputs: AnswerInput[], now: Date): Promise<Answer[]> {
      const docs = inputs.map(input => ({ _id: newId(), ...input, createdAt: now, updatedAt: now }));
      try {
        await answers.insertMany(docs, { writeConcern: { w: 'majority', j: true } });
      } catch (error) {
        await answers.deleteMany({ _id: { $in: docs.map(doc => doc._id) } });
        throw error;
      }
      return docs.map(toAnswer);
    },
    async change(id: string, { url, ...patch }: AnswerPatch, now: Date): Promise<Answer | null> {
      const doc = await answers.findOneAndUpdate({ _id: id }, { $set: { ...patch, ...(url ? { url } : {}), updatedAt: now }, ...(url === null ? { $unset: { url: true as const } } : {}) }, { returnDocument: 'after' });
      return doc ? toAnswer(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await answers.deleteOne({ _id: id })).deletedCount === 1,
  };
}
