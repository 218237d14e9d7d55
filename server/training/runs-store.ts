import type mongoose from 'mongoose';
import { asDuplicate, Duplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { rankOf, tallyOf } from './rules/compare.ts';
import type { CaseResult, Run } from './schema.ts';

/** `slot` is held while it runs: one run of a release at a time, on all nodes. */
type Doc = Omit<Run, 'id'> & { _id: string; slot?: number };
/** One document a case: a run of thousands does not fit into one. */
type ResultDoc = CaseResult & { _id: string; run: string; rank: number };

const toRun = ({ _id, slot: _slot, ...rest }: Doc): Run => ({ id: _id, ...rest });
const toResult = ({ _id, run: _run, rank: _rank, ...rest }: ResultDoc): CaseResult => rest;

/** A run without a sign of life for so long has lost its node. */
const silentMs = 60_000;

/** Runs of the cases, and what came of each case. */
export async function runStore(db: mongoose.Connection) {
  const runs = db.collection<Doc>('regression_runs');
  const results = db.collection<ResultDoc>('regression_results');
  await Promise.all([
    runs.createIndex({ release: 1, startedAt: -1 }),
    runs.createIndex({ slot: 1 }, { unique: true, partialFilterExpression: { slot: { $exists: true } } }),
    results.createIndex({ run: 1, rank: 1, _id: 1 }),
  ]);
  const isSilent = ({ state, beatAt }: Pick<Run, 'state' | 'beatAt'>, now: Date) => state === 'running' && now.getTime() - beatAt.getTime() > silentMs;
  const alive = (run: Run, now: Date): Run => (isSilent(run, now) ? { ...run, state: 'stopped' } : run);
  const latest = async (release: number, now: Date): Promise<Run | null> => {
    const doc = await runs.findOne({ release }, { sort: { startedAt: -1 }, projection: { results: 0 } });
    return doc ? alive(toRun(doc), now) : null;
  };
  return {
    latest,
    /** Null: one is under way. */
    async begin(run: Omit<Run, 'id' | 'state' | 'tally' | 'beatAt'>): Promise<Run | null> {
      await runs.updateOne({ slot: run.release, beatAt: { $lt: new Date(run.startedAt.getTime() - silentMs) } }, { $set: { state: 'stopped' }, $unset: { slot: true } });
      const doc: Doc = { _id: newId(), ...run, slot: run.release, state: 'running', tally: tallyOf([]), beatAt: run.startedAt };
      try {
        await runs.insertOne(doc);
      } catch (error) {
        if (asDuplicate(error) instanceof Duplicate) return null;
        throw error;
      }
      return toRun(doc);
    },
    async advance(id: string, some: CaseResult[], now: Date): Promise<void> {
      if (some.length > 0) await results.insertMany(some.map(each => ({ _id: `${id}/${each.caseId}`, run: id, rank: rankOf(each), ...each })), { ordered: false });
      await runs.updateOne({ _id: id }, { $inc: Object.fromEntries(Object.entries(tallyOf(some)).map(([key, count]) => [`tally.${key}`, count])), $set: { beatAt: now } });
    },
    /** Says who was really asked. */
    rename: async (id: string, bot: string): Promise<void> => void await runs.updateOne({ _id: id }, { $set: { bot } }),
    async end(id: string, state: 'done' | 'stopped', now: Date): Promise<void> {
      await runs.updateOne({ _id: id }, { $set: { state, beatAt: now }, $unset: { slot: true } });
    },
    /** What is to be looked at first comes first. */
    results: async (run: string, limit: number, skip = 0): Promise<CaseResult[]> => (await results.find({ run }).sort({ rank: 1, _id: 1 }).skip(skip).limit(limit).toArray()).map(toResult),
    /** Critical cases that failed, or that nobody could judge. */
    critical: async (run: string, limit: number): Promise<CaseResult[]> => (await results.find({ run, rank: 0 }).sort({ _id: 1 }).limit(limit).toArray()).map(toResult),
    async verdicts(run: string): Promise<Map<string, boolean>> {
      const found = await results.find({ run }).project<Pick<CaseResult, 'caseId' | 'passed'>>({ _id: 0, caseId: 1, passed: 1 }).toArray();
      return new Map(found.map(({ caseId, passed }) => [caseId, passed]));
    },
    /** The latest of each release. */
    async latestOf(releases: number[], now: Date): Promise<Map<number, Run>> {
      const found = await Promise.all(releases.map(release => latest(release, now)));
      return new Map(found.flatMap(run => (run ? [[run.release, run] as const] : [])));
    },
  };
}
