/** Episodes of the bot in MongoDB, and each day of them added up. Both can be made again from the entries. */
import type mongoose from 'mongoose';
import type { Mark } from '../conversations/follow.ts';
import { durable, early } from '../store/group-commit.ts';
import { By, none, type BehindQuery, type Cell, type Count, type Day, type Episode, type Filter, type Line } from './schema.ts';
import { dayOf, linesOf, reasonsOf } from './rules/numbers.ts';

type EpisodeDoc = Omit<Episode, 'id'> & { _id: string };
/** `rev` rises with each change of an episode of the day; what was added up at another `rev` no longer counts. `openUntil`: until then time alone changes it. */
type DayDoc = { _id: string; rev: number; added?: { rev: number; at: Date; openUntil: Date | null; lines: Line[] } };
type MarkDoc = Mark & { _id: 'read-to' };
type Added = { _id: Pick<Cell, 'flags'> & Partial<Record<By, Cell['key']>>; n: number; due: number; replies: number; good: number; bad: number; last: Date };

const toEpisode = ({ _id, ...rest }: EpisodeDoc): Episode => ({ id: _id, ...rest });
/** A day on which time alone changes something is added up again after so long. */
const staleMs = 10_000;
const mostOfOne = 5_000;
const dayMs = 86_400_000;
const spanOf = (from: string, to: string) => ({ $gte: new Date(from), $lt: new Date(Date.parse(to) + dayMs) });

const fieldOf: Record<By, string | object> = { release: '$release', topic: '$topics', channel: '$channelId', locale: '$locale', queue: '$queueId', day: { $dateToString: { date: '$startedAt', format: '%Y-%m-%d' } } };

/** What counts in which number, as a query. */
const counted = (number: Count, now: Date): Record<string, unknown> => {
  switch (number) {
    case 'episodes': return {};
    case 'due': return { dueAt: { $lte: now } };
    case 'deflected': return { flags: 'clean', dueAt: { $lte: now } };
    case 'judged': return { flags: { $in: ['good', 'bad'] } };
    case 'pending': return { flags: 'clean', dueAt: { $gt: now } };
    default: return { flags: number };
  }
};
const filtered = ({ release, topic, channelId, locale, queueId }: Filter): Record<string, unknown> => ({
  ...(release === undefined ? {} : { release: release === none ? null : release }), ...(topic === undefined ? {} : { topics: topic === none ? [] : topic }),
  ...(channelId === undefined ? {} : { channelId }), ...(locale === undefined ? {} : { locale }), ...(queueId === undefined ? {} : { queueId: queueId === none ? null : queueId }),
});

export type BotNumberStore = Awaited<ReturnType<typeof botNumberStore>>;

/** One document an episode, one a day, and up to where entries were read. */
export async function botNumberStore(db: mongoose.Connection) {
  const episodes = db.collection<EpisodeDoc>('bot_episodes');
  const days = db.collection<DayDoc>('bot_days');
  const marks = db.collection<MarkDoc>('bot_numbers_marks');
  await episodes.createIndexes([
    { name: 'age', key: { startedAt: -1, _id: -1 } }, { name: 'flags', key: { flags: 1, startedAt: -1, _id: -1 } },
    { name: 'channel', key: { channelId: 1, startedAt: -1 } },
    { name: 'person', key: { contactId: 1, dueAt: 1 } }, { name: 'conversation', key: { conversationId: 1, start: 1 } }, { name: 'wrong', key: { 'wrong.0': 1 }, partialFilterExpression: { 'wrong.0': { $exists: true } } },
  ]);

  /** None of it waits for the journal: the mark that follows does, and what comes after the mark is read again. Before and after the change: who adds up in between notices, and a crash in between leaves nothing that seems right. */
  const around = async (touched: Pick<Episode, 'startedAt'>[], change: () => Promise<unknown>): Promise<void> => {
    const named = [...new Set(touched.map(({ startedAt }) => dayOf(startedAt)))];
    const bump = () => days.bulkWrite(named.map(_id => ({ updateOne: { filter: { _id }, update: { $inc: { rev: 1 } }, upsert: true } })), { ordered: false, writeConcern: early });
    if (!named.length) return;
    await bump();
    await change();
    await bump();
  };

  const count = (match: Record<string, unknown>, ways: readonly By[], now: Date): Promise<Added[]> => episodes.aggregate<Added>([
    { $match: match },
    { $group: {
      _id: { flags: '$flags', ...Object.fromEntries(ways.map(by => [by, fieldOf[by]])) }, n: { $sum: 1 }, due: { $sum: { $cond: [{ $lte: ['$dueAt', now] }, 1, 0] } },
      replies: { $sum: '$replies' }, good: { $sum: '$good' }, bad: { $sum: '$bad' }, last: { $max: '$dueAt' },
    } },
  ], { maxTimeMS: 10_000, allowDiskUse: true }).toArray();
  const cellOf = ({ _id: { flags }, last: _last, ...counts }: Added, key: Cell['key']): Cell => ({ key, flags, ...counts });
  const linesFrom = (found: Added[], ways: readonly By[]): Line[] => {
    return [...ways.flatMap(by => linesOf(by, found.map(each => cellOf(each, each._id[by] ?? null)))), ...reasonsOf(found.map(each => cellOf(each, null)))];
  };

  /** Read once: what is alike in everything, then added up one way after another. */
  const addUp = async (day: string, rev: number, now: Date): Promise<Line[]> => {
    const ways = By.options.filter(by => by !== 'day');
    const found = await count({ startedAt: spanOf(day, day) }, ways, now);
    const lines = [...linesFrom(found, ways), ...linesOf('day', found.map(each => cellOf(each, day)))];
    const last = found.reduce<Date | null>((latest, each) => (latest && latest > each.last ? latest : each.last), null);
    await days.updateOne({ _id: day, rev }, { $set: { added: { rev, at: now, openUntil: last && last > now ? last : null, lines } } }, { writeConcern: early });
    return lines;
  };
  const stands = ({ rev, added }: DayDoc, now: Date): Line[] | null =>
    added?.rev === rev && (!added.openUntil || (now >= added.at && now.getTime() - added.at.getTime() < staleMs)) ? added.lines : null;

  return {
    /** Writes them as they are now. */
    put: (list: Episode[]) => around(list, () => episodes.bulkWrite(list.map(({ id: _id, ...rest }) => ({ replaceOne: { filter: { _id }, replacement: rest, upsert: true } })), { ordered: false, writeConcern: early })),

    async remove(list: Pick<Episode, 'id' | 'startedAt'>[]): Promise<void> {
      await around(list, () => episodes.deleteMany({ _id: { $in: list.map(({ id }) => id) } }, { writeConcern: early }));
    },

    /** Where the episodes of these conversations begin. */
    startsOf: async (conversationIds: string[]): Promise<Pick<Episode, 'id' | 'conversationId' | 'start' | 'startedAt'>[]> =>
      (await episodes.find({ conversationId: { $in: conversationIds } }, { projection: { conversationId: 1, start: 1, startedAt: 1 } }).sort({ conversationId: 1, start: 1 }).toArray()).map(({ _id, ...rest }) => ({ id: _id, ...rest })),
    /** Of these contacts, those that are due after a moment. */
    ofContacts: async (contactIds: string[], dueAfter: Date | null): Promise<Episode[]> => (await episodes.find({ contactId: { $in: contactIds }, ...(dueAfter ? { dueAt: { $gte: dueAfter } } : {}) }).limit(mostOfOne).toArray()).map(toEpisode),
    /** Those with replies that one of ours marked as wrong. */
    marked: async (): Promise<Pick<Episode, 'conversationId' | 'wrong'>[]> => episodes.find({ 'wrong.0': { $exists: true } }).project<Pick<Episode, 'conversationId' | 'wrong'>>({ _id: 0, conversationId: 1, wrong: 1 }).toArray(),

    /** The conversations that have any. */
    async *conversations(): AsyncGenerator<string> {
      for await (const { _id } of episodes.aggregate<{ _id: string }>([{ $group: { _id: '$conversationId' } }], { allowDiskUse: true })) yield _id;
    },

    /** Each day from the first to the last. What stands is read; the rest is added up, and kept. */
    async between(from: string, to: string, now: Date): Promise<Day[]> {
      const read: Day[] = [];
      for (const doc of await days.find({ _id: { $gte: from, $lte: to } }).sort({ _id: 1 }).toArray()) read.push({ day: doc._id, lines: stands(doc, now) ?? await addUp(doc._id, doc.rev, now) });
      return read;
    },

    /** Only some of them, counted one by one. */
    async some(filter: Filter, from: string, to: string, by: By, now: Date): Promise<Line[]> {
      const ways = [...new Set<By>([by, 'locale'])];
      return linesFrom(await count({ startedAt: spanOf(from, to), ...filtered(filter) }, ways, now), ways);
    },

    /** Newest first, after a place. */
    async behind(query: BehindQuery & { from: string; to: string }, now: Date, after: { at: Date; id: string } | null): Promise<Episode[]> {
      const { number, reason, from, to, limit } = query;
      const startedAt = { ...spanOf(from, to), ...(after ? { $lte: after.at } : {}) };
      const which = reason === undefined ? counted(number, now) : { $and: [counted(number, now), { flags: `reason:${reason}` }] };
      const found = await episodes.find({ ...which, ...filtered(query), startedAt, ...(after ? { $or: [{ startedAt: { $lt: after.at } }, { _id: { $lt: after.id } }] } : {}) })
        .sort({ startedAt: -1, _id: -1 }).limit(limit).maxTimeMS(5_000).toArray();
      return found.map(toEpisode);
    },

    /** Null: nothing was read yet. */
    readTo: async (): Promise<Mark | null> => marks.findOne({ _id: 'read-to' }, { projection: { _id: 0 } }),
    setReadTo: async (mark: Mark): Promise<void> => { await marks.updateOne({ _id: 'read-to' }, { $max: mark }, { upsert: true, writeConcern: durable }); },
  };
}
