import type mongoose from 'mongoose';
import { Problem } from '../problem.ts';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { armedStore } from './armed-store.ts';
import type { Run, RunInput } from './schema.ts';

/** `active` while it is worked on: one at a time. `aliveAt`: when the thread last gave a sign. */
type RunDoc = Omit<Run, 'id'> & { _id: string; active?: true; aliveAt: Date };

/** A thread that gave no sign for so long is gone, with its node. */
export const silentMs = 60_000;
const kept = 100;

const toRun = ({ _id, active: _active, aliveAt: _aliveAt, ...rest }: RunDoc): Run => ({ id: _id, ...rest });
const gone = { 'zh-CN': '服务器在计算过程中停止或重启，请重新运行。', en: 'The server stopped or restarted while it ran. Run it again.' };

export type TimeLabStore = Awaited<ReturnType<typeof timeLabStore>>;

/** Runs of the time-lab with their results; the newest hundred. */
export async function timeLabStore(db: mongoose.Connection) {
  const runs = db.collection<RunDoc>('time_lab_runs');
  await runs.createIndexes([
    { name: 'age', key: { createdAt: -1, _id: -1 } },
    { name: 'one', key: { active: 1 }, unique: true, partialFilterExpression: { active: true } },
  ]);
  const busy = (error: unknown): never => {
    if (asDuplicate(error) !== error) throw new Problem('conflict', { 'zh-CN': '正在运行另一次推演，请稍候。', en: 'Another run is under way. Wait for it to end.' });
    throw error;
  };
  const bury = (now: Date) => runs.updateMany({ active: true, aliveAt: { $lt: new Date(now.getTime() - silentMs) } }, { $set: { state: 'failed', error: gone, endedAt: now }, $unset: { active: true } });

  return {
    armed: await armedStore(db),
    /** Refused while another is under way. */
    async begin(input: RunInput, by: string, now: Date): Promise<Run> {
      await bury(now);
      const doc: RunDoc = { _id: newId(), input, state: 'waiting', done: 0, by, createdAt: now, endedAt: null, error: null, result: null, active: true, aliveAt: now };
      await runs.insertOne(doc).catch(busy);
      const old = await runs.find({}, { projection: { _id: 1 } }).sort({ createdAt: -1, _id: -1 }).skip(kept).toArray();
      if (old.length > 0) await runs.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
      return toRun(doc);
    },
    /** Newest first, without their results. */
    async list(now: Date, limit: number): Promise<Run[]> {
      await bury(now);
      return (await runs.find({}, { projection: { result: 0 } }).sort({ createdAt: -1, _id: -1 }).limit(limit).toArray()).map((doc) => toRun({ ...doc, result: null }));
    },
    async get(id: string, now: Date): Promise<Run | null> {
      await bury(now);
      const doc = await runs.findOne({ _id: id });
      return doc ? toRun(doc) : null;
    },
    /** A sign of life; false when it was given up meanwhile. */
    step: async (id: string, state: 'reading' | 'replaying', done: number, now: Date): Promise<boolean> => (await runs.updateOne({ _id: id, active: true }, { $set: { state, done, aliveAt: now } })).matchedCount === 1,
    async end(id: string, end: Pick<Run, 'result'> | Pick<Run, 'error'>, now: Date): Promise<void> {
      await runs.updateOne({ _id: id, active: true }, { $set: { ...end, state: 'result' in end ? 'done' : 'failed', done: 1, endedAt: now }, $unset: { active: true } });
    },
  };
}
