/** Heads in MongoDB: what lists and routers look at, and which conversation a thread leads to. */
import type mongoose from 'mongoose';
import { Duplicate, duplicateKey, early, groupCommit, indexOf, writeErrors } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { UNHAPPY, type Entry, type Head, type Thread } from './schema.ts';
import { blank, fold } from './rules/fold.ts';
import { threadName } from './rules/thread.ts';
import { headOrder, headQuery, type ListQuery } from './list-query.ts';

type HeadDoc = Omit<Head, 'id'> & { _id: string; openThreads?: string[]; threadKeys: string[] };

const toHead = ({ _id, openThreads: _open, threadKeys: _keys, ...rest }: HeadDoc): Head => ({ ...blank(_id), ...rest, id: _id });
const toHeadDoc = ({ id, ...rest }: Head): HeadDoc => {
  const threadKeys = rest.threads.map(threadName);
  return { _id: id, ...rest, threadKeys, ...(rest.status === 'resolved' ? {} : { openThreads: threadKeys }) };
};

const headIndexes: mongoose.mongo.IndexDescription[] = [
  { name: 'one-open-per-thread', key: { openThreads: 1 }, unique: true, partialFilterExpression: { openThreads: { $exists: true } } },
  { name: 'threads', key: { threadKeys: 1, openedAt: -1 } },
  { name: 'list', key: { status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'mine', key: { assigneeId: 1, status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'handler', key: { handler: 1, status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'offers', key: { 'offer.agentId': 1 }, partialFilterExpression: { 'offer.agentId': { $exists: true } } },
  { name: 'contact', key: { contactId: 1, openedAt: -1 } },
  { name: 'labelled', key: { labels: 1, lastMessageAt: -1 }, partialFilterExpression: { 'labels.0': { $exists: true } } },
  { name: 'unhappy', key: { lastMessageAt: -1, _id: -1 }, partialFilterExpression: { 'mood.score': { $lte: UNHAPPY } } },
  { name: 'deadlines', key: { 'sla.dueAt': 1, _id: 1 }, partialFilterExpression: { 'sla.dueAt': { $type: 'date' } } },
  { name: 'timer', key: { nextTimerAt: 1 }, partialFilterExpression: { nextTimerAt: { $type: 'date' } } },
  { name: 'silent', key: { closesAt: 1 }, partialFilterExpression: { closesAt: { $type: 'date' } } },
];

/** Opens the collection and makes sure of its indexes. @param readEntries what a head may have to be brought up to */
export async function headStore(db: mongoose.Connection, readEntries: (conversationId: string, range: { after: number }) => Promise<Entry[]>) {
  // Heads are written behind and folded again after a crash: what was just written may be read, durable or not.
  const heads = db.getClient().db(db.name).collection<HeadDoc>('heads', { readConcern: { level: 'local' } });
  await heads.createIndexes(headIndexes);
  const insertHead = groupCommit(db.collection<{ _id: string }>('heads'), { writeConcern: early });

  /** The stored head brought up to its last entry: a head is written behind and may be older than what it folds. */
  const readHead = async (id: string): Promise<Head | null> => {
    const doc = await heads.findOne({ _id: id });
    const head = doc ? toHead(doc) : blank(id);
    const later = await readEntries(id, { after: head.seq });
    if (!doc && !later.length) return null;
    return fold(head, later);
  };

  /** With or without the claim on their threads; returns those whose claim was refused. */
  const tryWriteHeads = async (list: Head[], claim: boolean): Promise<Head[]> => {
    try {
      await heads.bulkWrite(list.map(head => {
        const { _id, openThreads, ...doc } = toHeadDoc(head);
        const claimed = claim && openThreads;
        return { updateOne: { filter: { _id, seq: { $lte: head.seq } }, update: { $set: { ...doc, ...(claimed ? { openThreads } : {}) }, ...(claimed ? {} : { $unset: { openThreads: true as const } }) }, upsert: true } };
      }), { ordered: false, writeConcern: early });
      return [];
    } catch (error) {
      // Refused on _id: somebody wrote a later head. Anything else but the claim is a failure of the write.
      const errors = writeErrors(error);
      if (!errors || errors.some(each => each.code !== duplicateKey)) throw error;
      return errors.filter(each => indexOf(each.errmsg ?? '') === 'one-open-per-thread').flatMap(each => list[each.index] ?? []);
    }
  };

  return {
    /** The head exactly as it is stored; blank when there is none. */
    async storedHead(id: string): Promise<Head> {
      const doc = await heads.findOne({ _id: id });
      return doc ? toHead(doc) : blank(id);
    },

    readHead,

    /** Makes room for a new conversation; the unique index on open threads lets only one of two racers win. Null: lost. */
    async openHead(thread: Thread, contactId: string): Promise<Head | null> {
      const head: Head = { ...blank(newId()), contactId, thread, threads: [thread] };
      try {
        await insertHead(toHeadDoc(head));
        return head;
      } catch (error) {
        if (error instanceof Duplicate) return null;
        throw error;
      }
    },

    /** The conversation a thread leads to: the open one, else the one resolved last. */
    async findByThread(thread: Thread): Promise<string | null> {
      const options = { projection: { _id: 1 } } as const;
      const open = await heads.findOne({ openThreads: threadName(thread) }, options);
      return (open ?? await heads.findOne({ threadKeys: threadName(thread) }, { ...options, sort: { openedAt: -1 } }))?._id ?? null;
    },

    /** Another conversation that is open on one of these threads. */
    async openElsewhere(threads: Thread[], butId: string): Promise<string | null> {
      return (await heads.findOne({ openThreads: { $in: threads.map(threadName) }, _id: { $ne: butId } }, { projection: { _id: 1 } }))?._id ?? null;
    },

    /** An open conversation of this contact, the one spoken in last. */
    async findOpenOf(contactId: string): Promise<string | null> {
      return (await heads.findOne({ contactId, status: { $ne: 'resolved' }, seq: { $gt: 0 } }, { projection: { _id: 1 }, sort: { openedAt: -1 } }))?._id ?? null;
    },

    /**
     * Writes many heads at once; a head never replaces one that is further on. Does not wait for the journal: a head lost with a crash is
     * folded again. Returns those whose thread an other open conversation
     * holds: they are stored all the same, without the claim.
     */
    async writeHeads(list: Head[]): Promise<Head[]> {
      const refused = await tryWriteHeads(list, true);
      if (refused.length) await tryWriteHeads(refused, false);
      return refused;
    },

    async listHeads(query: ListQuery, limit: number): Promise<Head[]> {
      const found = await heads.find(headQuery(query)).sort(headOrder(query)).limit(limit).maxTimeMS(2000).toArray();
      return found.map(toHead);
    },

    countHeads: (query: ListQuery) => heads.countDocuments(headQuery(query), { maxTimeMS: 2000, limit: 10_000 }),

    async headsWithTimer(now: Date): Promise<string[]> {
      return (await heads.find({ nextTimerAt: { $type: 'date', $lte: now } }, { projection: { _id: 1 } }).sort({ nextTimerAt: 1 }).limit(1000).toArray()).map(doc => doc._id);
    },

    /** Those whose customer has been silent after the bot's answer for as long as was set; longest first. They may be many, and judging takes its time: nobody's offer waits behind them. */
    async headsFallenSilent(now: Date, limit: number): Promise<string[]> {
      return (await heads.find({ closesAt: { $type: 'date', $lte: now } }, { projection: { _id: 1 } }).sort({ closesAt: 1 }).limit(limit).toArray()).map(doc => doc._id);
    },

    /** Every head a router must know: waiting or with an agent, not resolved. */
    async activeHeads(): Promise<Head[]> {
      return (await heads.find({ handler: { $in: ['queue', 'agent'] }, status: { $ne: 'resolved' } }).toArray()).map(toHead);
    },

    /** Those that were not over by then, or are not now. */
    async *idsSince(from: Date): AsyncGenerator<string> {
      const some = { seq: { $gt: 0 }, $or: [{ status: { $ne: 'resolved' as const } }, { resolvedAt: { $gte: from } }, { lastMessageAt: { $gte: from } }] };
      for await (const { _id } of heads.find(some, { projection: { _id: 1 } })) yield _id;
    },

    /** Whether one of these contacts had a conversation with us that began before this one. */
    async metBefore(contactIds: string[], conversationId: string): Promise<boolean> {
      return await heads.findOne({ contactId: { $in: contactIds }, seq: { $gt: 0 }, _id: { $lt: conversationId } }, { projection: { _id: 1 } }) !== null;
    },

    /** The newest conversations that began since then, newest first. */
    async newestSince(from: Date, most: number): Promise<string[]> {
      const first = Math.floor(from.getTime() / 1000).toString(16).padStart(8, '0').padEnd(24, '0'); // ids begin with the second they were made in
      return (await heads.find({ _id: { $gte: first }, seq: { $gt: 0 } }, { projection: { _id: 1 } }).sort({ _id: -1 }).limit(most).toArray()).map(({ _id }) => _id);
    },

    /** Who answered last in the newest conversations of these contacts; as far behind as heads are. */
    async repliesOf(contactIds: string[], limit: number): Promise<Pick<Head, 'id' | 'lastReplyBy' | 'lastReplySeq' | 'episodeSeq' | 'lastMessageAt'>[]> {
      const projection = { lastReplyBy: 1, lastReplySeq: 1, episodeSeq: 1, lastMessageAt: 1 } as const;
      return (await heads.find({ contactId: { $in: contactIds } }, { projection }).sort({ openedAt: -1 }).limit(limit).toArray()).map(({ _id: id, lastReplyBy, lastReplySeq, episodeSeq, lastMessageAt }) => ({ id, lastReplyBy, lastReplySeq, episodeSeq, lastMessageAt }));
    },

    /** How far the conversations of these contacts have come; only those on a channel, when one is named. */
    spokenBy: (contactIds: string[], channelId?: string) => heads.find({ contactId: { $in: contactIds }, ...(channelId ? { 'threads.channelId': channelId } : {}) }, { projection: { lastMessageAt: 1, seq: 1 } }).toArray(),
  };
}
