import type mongoose from 'mongoose';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { BreakRequest, BreakState } from './schema.ts';

/** `open`: not over yet; each person has at most one such, by a unique index. */
type BreakDoc = Omit<BreakRequest, 'id'> & { _id: string; open?: true };

const toBreak = ({ _id, open: _open, ...rest }: BreakDoc): BreakRequest => ({ id: _id, ...rest });
const over = new Set<BreakState>(['declined', 'withdrawn', 'ended']);

export type BreakStore = Awaited<ReturnType<typeof breakStore>>;

/** Requests for breaks; none is ever removed. */
export async function breakStore(db: mongoose.Connection) {
  const breaks = db.collection<BreakDoc>('break_requests');
  await breaks.createIndexes([
    { name: 'open', key: { personId: 1 }, unique: true, partialFilterExpression: { open: true } },
    { name: 'asked', key: { open: 1, askedAt: 1 } },
  ]);
  /** From one of these states into another, or null. */
  const move = async (of: Partial<Pick<BreakDoc, '_id' | 'personId'>>, from: BreakState[], facts: Partial<BreakDoc> & { state: BreakState }): Promise<BreakRequest | null> => {
    const doc = await breaks.findOneAndUpdate({ ...of, open: true, state: { $in: from } }, { $set: facts, ...(over.has(facts.state) ? { $unset: { open: 1 } } : {}) }, { returnDocument: 'after', ignoreUndefined: true });
    return doc && toBreak(doc);
  };
  return {
    /** Null when the person has asked already. */
    async ask(facts: Omit<BreakRequest, 'id'>): Promise<BreakRequest | null> {
      const doc: BreakDoc = { _id: newId(), ...facts, open: true };
      try {
        await breaks.insertOne(doc, { ignoreUndefined: true });
        return toBreak(doc);
      } catch (error) {
        if (asDuplicate(error) === error) throw error;
        return null;
      }
    },
    /** Asked, approved or under way, in the order in which they were asked. */
    open: async (): Promise<BreakRequest[]> => (await breaks.find({ open: true }).sort({ askedAt: 1 }).toArray()).map(toBreak),
    async openOf(personId: string): Promise<BreakRequest | null> {
      const doc = await breaks.findOne({ personId, open: true });
      return doc && toBreak(doc);
    },
    /** Somebody's latest, over or not. */
    async lastOf(personId: string): Promise<BreakRequest | null> {
      const doc = await breaks.findOne({ personId }, { sort: { _id: -1 } });
      return doc && toBreak(doc);
    },
    decide: (id: string, facts: Pick<BreakRequest, 'decidedBy' | 'decidedAt' | 'note'> & { state: 'approved' | 'declined' }) => move({ _id: id }, ['asked'], facts),
    begin: (id: string, personId: string, beganAt: Date) => move({ _id: id, personId }, ['approved'], { state: 'begun', beganAt }),
    withdraw: (id: string, personId: string, endedAt: Date) => move({ _id: id, personId }, ['asked', 'approved'], { state: 'withdrawn', endedAt }),
    /** Somebody came back from a break, or left: then also what they only asked for is over. */
    async end(personId: string, endedAt: Date, left: boolean): Promise<BreakRequest | null> {
      return await move({ personId }, ['begun'], { state: 'ended', endedAt }) ?? (left ? move({ personId }, ['asked', 'approved'], { state: 'withdrawn', endedAt }) : null);
    },
  };
}
