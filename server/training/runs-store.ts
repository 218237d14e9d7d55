import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import { tallyOf } from './rules/compare.ts';
import type { CaseResult, Run } from './schema.ts';

type Doc = Omit<Run, 'id'> & { _id: string };
const toRun = ({ _id, ...rest }: Doc): Run => ({ id: _id, ...rest });

/** A run without a sign of life for so long has lost its node. */
const silentMs = 60_000;

/** Runs of the cases. */
export async function runStore(db: mongoose.Connection) {
  const runs = db.collection<Doc>('regression_runs');
  await runs.createIndex({ release: 1, startedAt: -1 });
  const alive = (run: Run, now: Date): Run => (run.state === 'running' && now.getTime() - run.beatAt.getTime() > silentMs ? { ...run, state: 'stopped' } : run);
  return {
    async begin(run: Omit<Run, 'id' | 'state' | 'tally' | 'results' | 'beatAt'>): Promise<Run> {
      const doc: Doc = { _id: newId(), ...run, state: 'running', tally: { done: 0, failed: 0, critical: 0, fixed: 0, broken: 0 }, results: [], beatAt: run.startedAt };
      await runs.insertOne(doc);
      return toRun(doc);
    },
    async advance(id: string, results: CaseResult[], now: Date): Promise<void> {
      await runs.updateOne({ _id: id }, { $push: { results: { $each: results } }, $inc: Object.fromEntries(Object.entries(tallyOf(results)).map(([key, count]) => [`tally.${key}`, count])), $set: { beatAt: now } });
    },
    async end(id: string, state: 'done' | 'stopped', now: Date): Promise<void> {
      await runs.updateOne({ _id: id }, { $set: { state, beatAt: now } });
    },
    async latest(release: number, now: Date): Promise<Run | null> {
      const doc = await runs.findOne({ release }, { sort: { startedAt: -1 } });
      return doc ? alive(toRun(doc), now) : null;
    },
    /** The latest of each release, without what came of each case. */
    async latestOf(releases: number[], now: Date): Promise<Map<number, Run>> {
      const found = await Promise.all(releases.map(release => runs.findOne({ release }, { sort: { startedAt: -1 }, projection: { results: 0 } })));
      return new Map(found.flatMap(doc => (doc ? [[doc.release, alive(toRun({ ...doc, results: [] }), now)] as const] : [])));
    },
  };
}
