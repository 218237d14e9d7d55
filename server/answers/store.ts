import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { escaped } from '../store/escaped.ts';
import type { Answer, AnswerInput, AnswerPatch } from './schema.ts';

/** Answers of earlier versions have no topics. */
type Doc = Omit<Answer, 'id' | 'topics'> & { _id: string; topics?: string[] };
const toAnswer = ({ _id, ...rest }: Doc): Answer => ({ id: _id, topics: [], ...rest });

type Written = Omit<AnswerInput, 'topics'> & { topics?: string[] };

export type AnswerStore = Awaited<ReturnType<typeof answerStore>>;

/** What the bot knows, as people wrote it. */
export async function answerStore(db: mongoose.Connection) {
  const answers = db.collection<Doc>('answers');
  return {
    async *all(): AsyncGenerator<Answer> { for await (const doc of answers.find().sort({ _id: 1 })) yield toAnswer(doc); },
    async get(id: string): Promise<Answer | null> {
      const doc = await answers.findOne({ _id: id });
      return doc ? toAnswer(doc) : null;
    },
    /** Those of them that there are. */
    some: async (ids: string[]): Promise<Answer[]> => (await answers.find({ _id: { $in: ids } }).toArray()).map(toAnswer),
    async list(text: string, after: string | undefined, limit: number, topic?: string): Promise<Answer[]> {
      const match = { $regex: escaped(text), $options: 'i' };
      const filter = { ...(text ? { $or: [{ question: match }, { variants: match }, { answer: match }, { topics: match }] } : {}), ...(topic ? { topics: topic } : {}), ...(after ? { _id: { $lt: after } } : {}) };
      return (await answers.find(filter).sort({ _id: -1 }).limit(limit).maxTimeMS(2000).toArray()).map(toAnswer);
    },
    /** All are stored or, when the database refuses one, none stays. */
    async create(inputs: Written[], now: Date): Promise<Answer[]> {
      const docs = inputs.map(input => ({ _id: newId(), topics: [], ...input, createdAt: now, updatedAt: now }));
      try {
        await answers.insertMany(docs, { writeConcern: durable });
      } catch (error) {
        await answers.deleteMany({ _id: { $in: docs.map(doc => doc._id) } });
        throw error;
      }
      return docs.map(toAnswer);
    },
    /** Stores answers as they are, over those with the same ids: all of them or none. */
    async put(all: Answer[]): Promise<void> {
      if (!all.length) return;
      await db.transaction(async session => {
        await answers.bulkWrite(all.map(({ id, ...rest }) => ({ replaceOne: { filter: { _id: id }, replacement: rest, upsert: true } })), { session, ordered: false });
      }, { writeConcern: durable });
    },
    async change(id: string, patch: AnswerPatch, now: Date): Promise<Answer | null> {
      const gone = Object.entries(patch).flatMap(([name, value]) => (value === null ? [name] : []));
      const set = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null && value !== undefined));
      const doc = await answers.findOneAndUpdate({ _id: id }, [{ $set: { ...literal(set), updatedAt: now } }, ...(gone.length ? [{ $unset: gone }] : [])], { returnDocument: 'after', writeConcern: durable });
      return doc ? toAnswer(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await answers.deleteOne({ _id: id })).deletedCount === 1,
  };
}

/** Words that begin with a dollar are words, not fields. */
const literal = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
