import type mongoose from 'mongoose';
import { Problem } from '../problem.ts';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { mostCases } from './schema.ts';
import type { Case, CaseInput, CasePatch } from './schema.ts';

type Doc = Omit<Case, 'id'> & { _id: string };
const toCase = ({ _id, ...rest }: Doc): Case => ({ id: _id, ...rest });

/** The regression cases. */
export async function caseStore(db: mongoose.Connection) {
  const cases = db.collection<Doc>('regression_cases');
  // One message makes one case, however often it is clicked.
  await cases.createIndex({ 'origin.conversationId': 1, 'origin.seq': 1 }, { unique: true, partialFilterExpression: { 'origin.seq': { $exists: true } } });
  await cases.createIndex({ 'origin.clusterId': 1 }, { unique: true, partialFilterExpression: { 'origin.clusterId': { $exists: true } } });

  /** A case that would not be run guards nothing: better to say so. */
  async function room(on?: number): Promise<void> {
    if ((on ?? await cases.countDocuments({ enabled: true })) >= mostCases) throw new Problem('conflict', { 'zh-CN': `最多启用 ${mostCases} 条用例：请先停用或删除一些。`, en: `At most ${mostCases} cases can be switched on: switch some off first.` });
  }
  return {
    async list(after: string | undefined, limit: number): Promise<Case[]> {
      return (await cases.find(after ? { _id: { $lt: after } } : {}).sort({ _id: -1 }).limit(limit).toArray()).map(toCase);
    },
    async *all(): AsyncGenerator<Case> { for await (const doc of cases.find().sort({ _id: 1 })) yield toCase(doc); },
    count: () => cases.countDocuments({}),
    enabled: async (): Promise<Case[]> => (await cases.find({ enabled: true }).sort({ _id: 1 }).limit(mostCases).toArray()).map(toCase),
    /** What a run's cases are named by: every enabled one with its version. */
    async versions(): Promise<string[]> {
      const found = await cases.find({ enabled: true }).sort({ _id: 1 }).limit(mostCases).project<{ _id: string; version: number }>({ version: 1 }).toArray();
      return found.map(({ _id, version }) => `${_id}/${version}`);
    },
    /** Rejects with Duplicate when there is a case of this message or cluster. */
    async create(input: CaseInput, by: Case['by'], now: Date): Promise<Case> {
      if (input.enabled) await room();
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
    async byCluster(clusterId: string): Promise<Case | null> {
      const doc = await cases.findOne({ 'origin.clusterId': clusterId });
      return doc ? toCase(doc) : null;
    },
    /** Cases as they were elsewhere, over those with the same ids. */
    async put(all: { id: string; case: CaseInput }[], by: Case['by'], now: Date): Promise<void> {
      const ids = all.map(({ id }) => id);
      const others = await cases.countDocuments({ enabled: true, _id: { $nin: ids } });
      await room(others + all.filter(({ case: { enabled } }) => enabled).length - 1);
      const inputs = all.map(({ id, case: input }) => ({ updateOne: { filter: { _id: id }, update: { $set: { ...input, updatedAt: now }, $setOnInsert: { by, createdAt: now }, $inc: { version: 1 } }, upsert: true } }));
      if (inputs.length > 0) await cases.bulkWrite(inputs, { ordered: false });
    },
    async change(id: string, patch: CasePatch, now: Date): Promise<Case | null> {
      if (patch.enabled && await cases.countDocuments({ _id: id, enabled: false })) await room();
      const { identity, ...rest } = patch;
      const doc = await cases.findOneAndUpdate({ _id: id }, { $set: { ...rest, ...(identity ? { identity } : {}), updatedAt: now }, ...(identity === null ? { $unset: { identity: 1 } } : {}), $inc: { version: 1 } }, { returnDocument: 'after' });
      return doc ? toCase(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await cases.deleteOne({ _id: id })).deletedCount === 1,
  };
}
