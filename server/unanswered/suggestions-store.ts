import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Suggestion } from './schema.ts';

type Doc = Omit<Suggestion, 'id'> & { _id: string };
const toSuggestion = ({ _id, ...rest }: Doc): Suggestion => ({ id: _id, ...rest });
const mostSources = 50;

/** Replies of colleagues that may become answers. */
export async function suggestionStore(db: mongoose.Connection) {
  const suggestions = db.collection<Doc>('reply_suggestions');
  await suggestions.createIndexes([{ name: 'state', key: { state: 1, count: -1, lastAt: -1 } }, { name: 'source', key: { 'sources.conversationId': 1 } }]);
  return {
    /** The newest, whatever became of them, to compare with. */
    newest: async (limit: number): Promise<Pick<Suggestion, 'id' | 'question' | 'answer' | 'locale'>[]> =>
      (await suggestions.find({}, { projection: { question: 1, answer: 1, locale: 1 } }).sort({ _id: -1 }).limit(limit).toArray()).map(({ _id, question, answer, locale }) => ({ id: _id, question, answer, locale })),
    pending: async (limit: number): Promise<Suggestion[]> => (await suggestions.find({ state: 'pending' }).sort({ count: -1, lastAt: -1 }).limit(limit).toArray()).map(toSuggestion),
    async get(id: string): Promise<Suggestion | null> {
      const doc = await suggestions.findOne({ _id: id });
      return doc && toSuggestion(doc);
    },
    /** Whether this very reply is in one already: entries are read again after a crash. */
    knows: async (conversationId: string, seq: number): Promise<boolean> => (await suggestions.findOne({ sources: { $elemMatch: { conversationId, seq } } }, { projection: { _id: 1 } })) !== null,
    async make(about: Pick<Suggestion, 'question' | 'answer' | 'locale'>, source: Suggestion['sources'][number], at: Date): Promise<Suggestion> {
      const doc: Doc = { _id: newId(), ...about, count: 1, sources: [source], state: 'pending', firstAt: at, lastAt: at };
      await suggestions.insertOne(doc, { writeConcern: durable });
      return toSuggestion(doc);
    },
    /** One more of the kind; a conversation counts once. */
    async add(id: string, source: Suggestion['sources'][number], at: Date): Promise<void> {
      await suggestions.updateOne({ _id: id, 'sources.conversationId': { $ne: source.conversationId } }, { $inc: { count: 1 }, $push: { sources: { $each: [source], $slice: -mostSources } }, $max: { lastAt: at } }, { writeConcern: durable });
    },
    /** False: somebody decided before. */
    async decide(id: string, state: 'accepted' | 'dismissed', answerId?: string): Promise<boolean> {
      return (await suggestions.updateOne({ _id: id, state: 'pending' }, { $set: { state, ...(answerId ? { answerId } : {}) } }, { writeConcern: durable })).matchedCount === 1;
    },
  };
}
