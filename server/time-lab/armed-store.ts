import type mongoose from 'mongoose';
import { Problem } from '../problem.ts';
import { asDuplicate, durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Armed } from './schema.ts';

/** `live` while it holds: one at a time. */
type ArmedDoc = Omit<Armed, 'id'> & { _id: string; live?: true };

const toArmed = ({ _id, live: _live, ...rest }: ArmedDoc): Armed => ({ id: _id, ...rest });

/** What was armed, and how that went. */
export async function armedStore(db: mongoose.Connection) {
  const armed = db.collection<ArmedDoc>('time_lab_armed');
  await armed.createIndexes([
    { name: 'age', key: { armedAt: -1 } },
    { name: 'one', key: { live: 1 }, unique: true, partialFilterExpression: { live: true } },
  ]);
  const busy = (error: unknown): never => {
    if (asDuplicate(error) !== error) throw new Problem('conflict', { 'zh-CN': '已有一套规则在试用中。', en: 'Another policy is armed already.' });
    throw error;
  };
  return {
    /** Written down before anything is changed, so that a crash in between still goes back. */
    async arm(facts: Omit<Armed, 'id'>): Promise<Armed> {
      const doc: ArmedDoc = { _id: newId(), ...facts, live: true };
      await armed.insertOne(doc, { writeConcern: durable }).catch(busy);
      return toArmed(doc);
    },
    async live(): Promise<Armed | null> {
      const doc = await armed.findOne({ live: true });
      return doc ? toArmed(doc) : null;
    },
    list: async (limit: number): Promise<Armed[]> => (await armed.find().sort({ armedAt: -1, _id: -1 }).limit(limit).toArray()).map(toArmed),
    judged: async (id: string, judged: Armed['judged']): Promise<void> => { await armed.updateOne({ _id: id, live: true }, { $set: { judged } }); },
    /** Everything is as before. */
    async end(id: string, end: Pick<Armed, 'state' | 'endedAt' | 'kept'>): Promise<void> {
      await armed.updateOne({ _id: id }, { $set: end, $unset: { live: true } }, { writeConcern: durable });
    },
  };
}
