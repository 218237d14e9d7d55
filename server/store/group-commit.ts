/** Many inserts, few commands: what arrives while one insertMany is under way goes into the next (10 x the throughput of single inserts). */
import mongoose from 'mongoose';

type Doc = { _id: string };
type Waiting = { doc: Doc; done(): void; failed(error: unknown): void };

/** MongoDB's code for a broken unique index. */
export const duplicateKey = 11000;

/** A unique index said no. `index` is its name. */
export class Duplicate extends Error {
  readonly index: string;
  constructor(index: string, cause: unknown) {
    super(`duplicate key in ${index}`, { cause });
    this.index = index;
  }
}

/** The index a duplicate-key message names. */
export const indexOf = (message: string) => /index: (\S+)/.exec(message)?.[1] ?? 'unknown';

/** Whether a unique index said no, in MongoDB's own words. */
export const isDuplicate = (error: unknown): error is Error => error instanceof Error && 'code' in error && error.code === duplicateKey;

/** Rethrows MongoDB's duplicate-key error as a Duplicate, anything else as it is. */
export const asDuplicate = (error: unknown): unknown => isDuplicate(error) ? new Duplicate(indexOf(error.message), error) : error;

/** Inserts one document. Rejects with Duplicate when a unique index refuses it. */
export type Insert = (doc: Doc) => Promise<void>;

/** Waits for majority and journal. */
export const durable = { w: 'majority', j: true } as const;
/**
 * Does not wait for the journal: for what an entry that follows at once relies on. Oplog and journal keep the order, so when that
 * entry is durable this is too, and one wait for the disk is saved. Read it back with readConcern local.
 */
export const early = { w: 1, j: false } as const;

/**
 * What comes while a command is under way joins the next; only when the answer takes longer does another go out beside it. At 1,000/s that is a tenth fewer
 * commands than two at once, and still a slow flush of the disk holds nobody up for long.
 */
const patienceMs = 8;

/** @param inFlight commands under way at once  @param most documents a command */
export function groupCommit(collection: mongoose.mongo.Collection<Doc>, { writeConcern = durable, inFlight = 2, most = 1000 }: { writeConcern?: typeof durable | typeof early; inFlight?: number; most?: number } = {}): Insert {
  let waiting: Waiting[] = [];
  let running = 0;
  let began = 0;
  let scheduled = false;
  let impatient: NodeJS.Timeout | undefined;

  const commit = async (batch: Waiting[]) => {
    try {
      await collection.insertMany(batch.map(item => item.doc), { ordered: false, writeConcern });
      for (const item of batch) item.done();
    } catch (error) {
      settle(batch, error);
    }
  };
  const pump = () => {
    scheduled = false;
    while (waiting.length && running < inFlight && (running === 0 || performance.now() - began >= patienceMs)) {
      began = performance.now();
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      running++;
      void commit(batch).finally(() => { running--; pump(); });
    }
    if (waiting.length && running < inFlight) impatient ??= setTimeout(() => { impatient = undefined; pump(); }, patienceMs);
  };
  return doc => new Promise((done, failed) => {
    waiting.push({ doc, done, failed });
    if (!scheduled) { scheduled = true; setImmediate(pump); }
  });
}

/** In an unordered batch each document has its own fate; without per-document errors nobody's outcome is known. */
function settle(batch: Waiting[], error: unknown): void {
  const errors = writeErrors(error);
  if (!errors) { for (const item of batch) item.failed(error); return; }
  const byIndex = new Map(errors.map(each => [each.index, each]));
  batch.forEach((item, index) => {
    const refused = byIndex.get(index);
    if (!refused) item.done();
    else item.failed(refused.code === duplicateKey ? new Duplicate(indexOf(refused.errmsg ?? ''), error) : error);
  });
}

/**
 * The errors of single documents, if that is all that went wrong. The driver wraps a cut connection or a dying server in the
 * same MongoBulkWriteError, with an empty list: that is no success (found by the kill story).
 */
export function writeErrors(error: unknown): { index: number; code: number; errmsg?: string }[] | null {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) return null;
  const list = [error.writeErrors].flat();
  return list.length ? list.map(({ index, code, errmsg }) => ({ index, code, errmsg })) : null;
}
