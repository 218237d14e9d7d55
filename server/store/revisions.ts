/** Something that people edit, as the list of its savings: the last one holds, and each says who it was. Nothing is overwritten unseen. */
import type mongoose from 'mongoose';
import { durable, isDuplicate } from './group-commit.ts';

type By = { id: string; name: string };
/** One saving. */
export type Revision<Kept> = { rev: number; kept: Kept; at: Date; by: By };
type Doc = { _id: number; kept: unknown; at: Date; by: By };

/** @param read what is stored as it is understood today */
export function revisions<Kept>(collection: mongoose.Collection<Doc>, read: (stored: unknown) => Kept) {
  const toRevision = (doc: Doc): Revision<Kept> => ({ rev: doc._id, kept: read(doc.kept), at: doc.at, by: doc.by });
  const last = async (): Promise<Revision<Kept> | null> => {
    const doc = await collection.findOne({}, { sort: { _id: -1 } });
    return doc && toRevision(doc);
  };
  return {
    last,
    /** The newest first. */
    list: async (most: number): Promise<Revision<Kept>[]> => (await collection.find({}, { sort: { _id: -1 }, limit: most }).toArray()).map(toRevision),
    /** The saving after `rev`; null when somebody saved first: the unique number lets one of two through. */
    async save(rev: number, { kept, at, by }: Omit<Revision<Kept>, 'rev'>): Promise<Revision<Kept> | null> {
      if (((await last())?.rev ?? 0) !== rev) return null;
      try {
        await collection.insertOne({ _id: rev + 1, kept, at, by }, { writeConcern: durable, ignoreUndefined: true });
        return { rev: rev + 1, kept, at, by };
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    },
  };
}
