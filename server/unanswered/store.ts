/** Unanswered questions in MongoDB; nothing of them expires. */
import type mongoose from 'mongoose';
import type { Actor } from '../conversations/schema.ts';
import { durable, isDuplicate } from '../store/group-commit.ts';
import { suggestionStore } from './suggestions-store.ts';
import type { Cluster, ListQuery, Question, Reply, Sign } from './schema.ts';

type QuestionDoc = Omit<Question, 'id'> & { _id: string };
/** What a person decided about a cluster. */
type VerdictDoc = { _id: string; dismissed: { by: Actor; at: Date } };
type MarkDoc = { _id: string; at: Date };
type Counted = Omit<Cluster, 'id' | 'cost'> & { _id: string };

const toQuestion = ({ _id, ...rest }: QuestionDoc): Question => ({ id: _id, ...rest });
const toCluster = ({ _id, ...rest }: Counted): Cluster => ({ id: _id, ...rest, cost: rest.handOvers + 2 * rest.lowRatings });
const has = (...signs: Sign[]) => ({ $sum: { $cond: [{ $gt: [{ $size: { $setIntersection: ['$signs', signs] } }, 0] }, 1, 0] } });
const mostQuestions = 1_000;
/** Who claimed a cluster and died loses it after so long. */
const claimMs = 120_000;

export type UnansweredStore = Awaited<ReturnType<typeof unansweredStore>>;

/** Questions, what was decided about their clusters, and up to where entries were read. */
export async function unansweredStore(db: mongoose.Connection) {
  const questions = db.collection<QuestionDoc>('unanswered');
  const verdicts = db.collection<VerdictDoc>('unanswered_verdicts');
  const marks = db.collection<MarkDoc>('unanswered_marks');
  await questions.createIndexes([{ name: 'cluster', key: { cluster: 1, _id: 1 } }, { name: 'conversation', key: { conversationId: 1, seq: -1 } }]);

  const count = async (match: Record<string, unknown>, sort: ListQuery['sort'], limit: number): Promise<Cluster[]> => (await questions.aggregate<Counted>([
    { $match: match }, { $sort: { cluster: 1, _id: 1 } },
    { $group: {
      _id: '$cluster', question: { $first: '$text' }, locale: { $first: '$locale' }, volume: { $sum: 1 }, handOvers: has('handed-over', 'after-answer'), lowRatings: has('rated-low'),
      askedBack: has('asked-back'), replies: { $sum: { $cond: [{ $gt: ['$reply', null] }, 1, 0] } }, firstAt: { $min: '$at' }, lastAt: { $max: '$at' },
    } },
    { $addFields: { rank: sort === 'volume' ? '$volume' : { $add: ['$handOvers', { $multiply: [2, '$lowRatings'] }] } } },
    { $sort: { rank: -1, volume: -1, lastAt: -1, _id: 1 } }, { $limit: limit }, { $project: { rank: 0 } },
  ], { maxTimeMS: 5_000, allowDiskUse: true }).toArray()).map(toCluster);

  const dismissed = async () => (await verdicts.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);

  return {
    suggestions: await suggestionStore(db),
    /** All there are, in the order in which they were asked, with what places them. */
    async *placed(): AsyncGenerator<Pick<Question, 'id' | 'text' | 'locale' | 'cluster'>> {
      for await (const { _id, text, locale, cluster } of questions.find({}, { projection: { text: 1, locale: 1, cluster: 1 } }).sort({ _id: 1 })) yield { id: _id, text, locale, cluster };
    },

    /** One more sign that a question we have was not answered. False: we do not have it. */
    addSign: async (id: string, sign: Sign): Promise<boolean> => (await questions.updateOne({ _id: id }, { $addToSet: { signs: sign } }, { writeConcern: durable })).matchedCount === 1,

    /** Keeps a question; one that somebody else kept at the same moment gets the sign. */
    async keep({ id, signs, ...rest }: Question): Promise<void> {
      await questions.updateOne({ _id: id }, { $setOnInsert: rest, $addToSet: { signs: { $each: signs } } }, { upsert: true, writeConcern: durable });
    },

    /** The newest question of the conversation that was handed over before this reply and has none gets it. False: nothing was handed over. */
    async putReply(reply: Reply): Promise<boolean> {
      const { conversationId, seq } = reply;
      const last = await questions.findOne({ conversationId, seq: { $lt: seq }, signs: { $in: ['handed-over', 'after-answer'] } }, { sort: { seq: -1 } });
      if (last) await questions.updateOne({ _id: last._id, reply: { $exists: false } }, { $set: { reply } }, { writeConcern: durable });
      return last !== null;
    },

    async list({ view, sort, limit }: ListQuery): Promise<Cluster[]> {
      if (view === 'answered') return count({ settled: { $exists: true } }, sort, limit);
      const gone = await dismissed();
      return count({ settled: { $exists: false }, cluster: view === 'dismissed' ? { $in: gone } : { $nin: gone } }, sort, limit);
    },

    /** What a cluster costs now; of one that is answered, what it had cost. Null: there is none. */
    async cluster(id: string): Promise<(Cluster & { dismissed: boolean }) | null> {
      const [open] = await count({ cluster: id, settled: { $exists: false } }, 'cost', 1);
      const [found] = open ? [open] : await count({ cluster: id }, 'cost', 1);
      return found ? { ...found, dismissed: await verdicts.countDocuments({ _id: id }) > 0 } : null;
    },

    /** Those that are still open first, then the newest. */
    async questions(cluster: string): Promise<Question[]> {
      const found = (await questions.find({ cluster }).sort({ _id: -1 }).limit(mostQuestions).toArray()).map(toQuestion);
      return found.toSorted((a, b) => Number(a.settled !== undefined) - Number(b.settled !== undefined));
    },

    /** One at a time answers a cluster: false, somebody else is at it. */
    async claim(id: string, now: Date): Promise<boolean> {
      try {
        await marks.updateOne({ _id: `answering/${id}`, at: { $lt: new Date(now.getTime() - claimMs) } }, { $set: { at: now } }, { upsert: true, writeConcern: durable });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    release: async (id: string): Promise<void> => { await marks.deleteOne({ _id: `answering/${id}` }); },
    settle: async (ids: string[], answerId: string, at: Date): Promise<void> => { await questions.updateMany({ _id: { $in: ids } }, { $set: { settled: { at, answerId } } }, { writeConcern: durable }); },

    dismiss: async (id: string, by: Actor, at: Date): Promise<void> => { await verdicts.updateOne({ _id: id }, { $setOnInsert: { dismissed: { by, at } } }, { upsert: true }); },
    restore: async (id: string): Promise<void> => { await verdicts.deleteOne({ _id: id }); },

    /** Every entry before this moment was read; null: none yet. */
    readTo: async (): Promise<Date | null> => (await marks.findOne({ _id: 'read-to' }))?.at ?? null,
    setReadTo: async (at: Date): Promise<void> => { await marks.updateOne({ _id: 'read-to' }, { $max: { at } }, { upsert: true, writeConcern: durable }); },
  };
}
