import type mongoose from 'mongoose';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Case, CaseInput, CasePatch } from './schema.ts';

type Doc = Omit<Case, 'id'> & { _id: string };
const toCase = ({ _id, ...rest }: Doc): Case => ({ id: _id, ...rest });

/** More cases than this are not run: a run would outlast its sense. */
export const mostCases = 5_000;

/** The regression cases. */
export async function caseStore(db: mongoose.Connection) {
  const cases = db.collection<Doc>('regression_cases');
  // One message makes one case, however often it is clicked.
  await cases.createIndex({ 'origin.conversationId': 1, 'origin.seq': 1 }, { unique: true, partialFilterExpression: { 'origin.seq': { $exists: true } } });
  return {
    async list(after: string | undefined, limit: number): Promise<Case[]> {
      return (await cases.find(after ? { _id: { $lt: after } } : {}).sort({ _id: -1 }).limit(limit).toArray()).map(toCase);
    },
    count: () => cases.countDocuments({}),
    enabled: async (): Promise<Case[]> => (await cases.find({ enabled: true }).sort({ _id: 1 }).limit(mostCases).toArray()).map(toCase),
    /** What a run's cases are named by: every enabled one with its version. */
    async versions(): Promise<string[]> {
      const found = await cases.find({ enabled: true }).sort({ _id: 1 }).limit(mostCases).project<{ _id: string; version: number }>({ version: 1 }).toArray();
      return found.map(({ _id, version }) => `${_id}/${version}`);
    },
    /** Rejects with Duplicate when there is a case of this message. */
    async create(input: CaseInput, by: Case['by'], now: Date): Promise<Case> {
      const doc = { _id: newId(), ...input, version: 1, by, createdAt: now, updatedAt: now };
      try {
        await cases.insertOne(doc);
      } catch (error) {
        throw asDuplicate(error);
      }
      return toCase(doc);
    },
    async byMessage(conversationId: string, seq: number): Promise<Case | null> {
      const doc = await cases.findOne({ 'origin.conversationId': conversationId, 'origin.seq': seq });
      return doc ? toCase(doc) : null;
    },
    /** Replies of the bot that somebody marked as wrong: in one conversation, or everywhere. */
    async wrong(conversationId?: string): Promise<{ conversationId: string; seq: number }[]> {
      const found = await cases.find({ ...(conversationId === undefined ? {} : { 'origin.conversationId': conversationId }), 'origin.seq': { $exists: true }, 'origin.kind': 'bad-answer' }, { projection: { origin: 1 } }).toArray();
      return found.flatMap(({ origin: { conversationId: id, seq } }) => (id !== undefined && seq !== undefined ? [{ conversationId: id, seq }] : []));
    },
    async change(id: string, patch: CasePatch, now: Date): Promise<Case | null> {
      const doc = await cases.findOneAndUpdate({ _id: id }, { $set: { ...patch, updatedAt: now }, $inc: { version: 1 } }, { returnDocument: 'after' });
      return doc ? toCase(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await cases.deleteOne({ _id: id })).deletedCount === 1,
  };
}
