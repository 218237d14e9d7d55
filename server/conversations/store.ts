/** Entries and heads in MongoDB. The only file of this noun that knows the database; plain objects come out. */
import mongoose from 'mongoose';
import { Duplicate, duplicateKey, durable, early, groupCommit, indexOf, writeErrors } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Attachment, Content, Delivery, Effect, Entry, Head, Thread } from './schema.ts';
import { blank, fold } from './rules/fold.ts';
import { movesFrom } from './rules/delivery.ts';
import { threadName } from './rules/thread.ts';
import { partWrites } from './parts-store.ts';
import { threadReads } from './thread-store.ts';
import { historyIndexes, historyReads } from './history-store.ts';
import { headQuery, type ListQuery } from './list-query.ts';
import { takeBackWrites } from './take-back-store.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
type HeadDoc = Omit<Head, 'id'> & { _id: string; openThreads?: string[]; threadKeys: string[] };


const toEntry = ({ _id, ...rest }: EntryDoc): Entry => ({ id: _id, ...rest });
const toHead = ({ _id, openThreads: _open, threadKeys: _keys, ...rest }: HeadDoc): Head => ({ ...blank(_id), ...rest, id: _id });
const toHeadDoc = ({ id, ...rest }: Head): HeadDoc => {
  const threadKeys = rest.threads.map(threadName);
  return { _id: id, ...rest, threadKeys, ...(rest.status === 'resolved' ? {} : { openThreads: threadKeys }) };
};

const entryIndexes: mongoose.mongo.IndexDescription[] = [
  { name: 'order', key: { conversationId: 1, seq: 1 }, unique: true },
  { name: 'platform', key: { 'thread.channelId': 1, externalId: 1 }, unique: true, partialFilterExpression: { externalId: { $exists: true } } },
  { name: 'parts', key: { 'thread.channelId': 1, 'parts.externalId': 1 }, partialFilterExpression: { 'parts.externalId': { $exists: true } } },
  { name: 'cause', key: { key: 1 }, unique: true, partialFilterExpression: { key: { $exists: true } } },
  { name: 'outbox', key: { due: 1 }, partialFilterExpression: { due: { $exists: true } } },
  { name: 'line', key: { conversationId: 1, seq: 1, due: 1 }, partialFilterExpression: { due: { $exists: true } } },
  ...historyIndexes,
];
const headIndexes: mongoose.mongo.IndexDescription[] = [
  { name: 'one-open-per-thread', key: { openThreads: 1 }, unique: true, partialFilterExpression: { openThreads: { $exists: true } } },
  { name: 'threads', key: { threadKeys: 1, openedAt: -1 } },
  { name: 'list', key: { status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'mine', key: { assigneeId: 1, status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'handler', key: { handler: 1, status: 1, lastMessageAt: -1, _id: -1 } },
  { name: 'offers', key: { 'offer.agentId': 1 }, partialFilterExpression: { 'offer.agentId': { $exists: true } } },
  { name: 'contact', key: { contactId: 1, openedAt: -1 } },
  { name: 'labelled', key: { labels: 1, lastMessageAt: -1 }, partialFilterExpression: { 'labels.0': { $exists: true } } },
  { name: 'timer', key: { nextTimerAt: 1 }, partialFilterExpression: { nextTimerAt: { $type: 'date' } } },
];

export type ConversationStore = Awaited<ReturnType<typeof conversationStore>>;

/** Opens the two collections and makes sure of their indexes. */
export async function conversationStore(db: mongoose.Connection) {
  const entries = db.collection<EntryDoc>('entries');
  // Heads are written behind and folded again after a crash: what was just written may be read, durable or not.
  const heads = db.getClient().db(db.name).collection<HeadDoc>('heads', { readConcern: { level: 'local' } });
  await entries.createIndexes(entryIndexes);
  await heads.createIndexes(headIndexes);
  // The driver's generic Collection type does not vary with the document; the insert only needs _id.
  const insert = groupCommit(db.collection<{ _id: string }>('entries'));
  const insertHead = groupCommit(db.collection<{ _id: string }>('heads'), { writeConcern: early });

  const readEntries = async (conversationId: string, range: { after?: number; before?: number; limit?: number }): Promise<Entry[]> => {
    const seq = { ...(range.after === undefined ? {} : { $gt: range.after }), ...(range.before === undefined ? {} : { $lt: range.before }) };
    const backwards = range.before !== undefined || range.after === undefined;
    const found = await entries.find({ conversationId, ...(Object.keys(seq).length ? { seq } : {}) })
      .sort({ seq: backwards ? -1 : 1 }).limit(range.limit ?? 10_000).toArray();
    return (backwards ? found.reverse() : found).map(toEntry);
  };

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

    /** Appends one entry; majority-committed and journalled when it resolves. Rejects with Duplicate. */
    insertEntry: ({ id, ...rest }: Entry) => insert({ _id: id, ...rest }),
    readEntries,
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

    /** The entry by the platform's id of it, or of one of its parts. */
    async findByExternalId(channelId: string, externalId: string): Promise<Entry | null> {
      const doc = await entries.findOne({ $or: [{ 'thread.channelId': channelId, externalId }, { 'thread.channelId': channelId, 'parts.externalId': externalId }] });
      return doc ? toEntry(doc) : null;
    },

    async findByKey(key: string): Promise<Entry | null> {
      const doc = await entries.findOne({ key });
      return doc ? toEntry(doc) : null;
    },

    async getById(id: string): Promise<Entry | null> {
      const doc = await entries.findOne({ _id: id });
      return doc ? toEntry(doc) : null;
    },

    async getEntry(conversationId: string, seq: number): Promise<Entry | null> {
      const doc = await entries.findOne({ conversationId, seq });
      return doc ? toEntry(doc) : null;
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
      const found = await heads.find(headQuery(query)).sort({ lastMessageAt: -1, _id: -1 }).limit(limit).maxTimeMS(2000).toArray();
      return found.map(toHead);
    },

    countHeads: (query: ListQuery) => heads.countDocuments(headQuery(query), { maxTimeMS: 2000, limit: 10_000 }),

    async headsWithTimer(now: Date): Promise<string[]> {
      return (await heads.find({ nextTimerAt: { $type: 'date', $lte: now } }, { projection: { _id: 1 } }).sort({ nextTimerAt: 1 }).limit(1000).toArray()).map(doc => doc._id);
    },

    /** Every head a router must know: waiting or with an agent, not resolved. */
    async activeHeads(): Promise<Head[]> {
      return (await heads.find({ handler: { $in: ['queue', 'agent'] }, status: { $ne: 'resolved' } }).toArray()).map(toHead);
    },

    /** Conversations that got entries in the last so many ms before the newest entry: the ones whose heads a crash may have left behind. */
    async touchedLast(ms: number): Promise<string[]> {
      const newest = await entries.findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } });
      if (!newest) return [];
      const since = Math.max(0, new mongoose.Types.ObjectId(newest._id).getTimestamp().getTime() - ms);
      const from = mongoose.Types.ObjectId.createFromTime(Math.floor(since / 1000)).toHexString();
      return entries.distinct('conversationId', { _id: { $gte: from } });
    },

    /** Leases entries whose effects are overdue by more than graceMs, oldest first. */
    async claimDue(now: Date, graceMs: number, most: number): Promise<Entry[]> {
      const claimed: Entry[] = [];
      while (claimed.length < most) {
        const doc = await entries.findOneAndUpdate({ due: { $lt: new Date(now.getTime() - graceMs) } }, { $set: { due: now } }, { sort: { due: 1 }, returnDocument: 'after', writeConcern: durable });
        if (!doc) break;
        claimed.push(toEntry(doc));
      }
      return claimed;
    },

    /** A worker is still at it: the entry is not overdue. */
    async renewLease(id: string, now: Date): Promise<void> {
      await entries.updateOne({ _id: id, due: { $exists: true } }, { $set: { due: now } });
    },

    /** The message of this thread that must go out before this one; null: it is its turn. */
    async aheadInLine(entry: Entry): Promise<Entry | null> {
      const doc = await entries.findOne({
        conversationId: entry.conversationId, seq: { $lt: entry.seq }, due: { $exists: true }, 'delivery.state': 'queued',
        'thread.channelId': entry.thread?.channelId, 'thread.key': entry.thread?.key,
      }, { hint: 'line', sort: { seq: -1 } });
      return doc ? toEntry(doc) : null;
    },

    /** Records how an entry's effects stand, and when to look again (null: settled). Effects that have meanwhile become others stay. */
    async settleEffects(id: string, effects: Effect[], due: Date | null): Promise<void> {
      await entries.updateOne({ _id: id, ...(effects[0] ? { 'effects.0.kind': effects[0].kind, 'effects.0.round': effects[0].round === undefined ? { $exists: false } : effects[0].round } : {}) }, due ? { $set: { effects, due } } : { $set: { effects }, $unset: { due: true } }, { writeConcern: durable });
    },

    /** Moves a delivery up the ladder; null when it stands higher already or the entry is unknown. By the platform's id only what has no parts: those are summed. */
    async moveDelivery(where: { id: string } | { channelId: string; externalId: string }, delivery: Delivery, externalId?: string): Promise<Entry | null> {
      const filter = 'id' in where ? { _id: where.id } : { 'thread.channelId': where.channelId, externalId: where.externalId, parts: { $exists: false } };
      const doc = await entries.findOneAndUpdate(
        { ...filter, 'delivery.state': { $in: movesFrom(delivery.state) } },
        { $set: { delivery, ...(externalId ? { externalId } : {}) } }, { returnDocument: 'after', writeConcern: durable });
      return doc ? toEntry(doc) : null;
    },

    /** Messages of ours that wait to go out over a channel. */
    countWaiting: (channelId: string) => entries.countDocuments({ due: { $exists: true }, 'delivery.state': 'queued', 'thread.channelId': channelId }, { hint: 'outbox', maxTimeMS: 2000 }),

    /** A file that was awaited has arrived, or never will; answers the content as it is now, null when the entry is unknown. */
    async putFile(id: string, index: number, attachment: Attachment): Promise<Content | null> {
      const doc = await entries.findOneAndUpdate({ _id: id, [`content.attachments.${index}`]: { $exists: true } }, { $set: { [`content.attachments.${index}`]: attachment } }, { returnDocument: 'after', writeConcern: durable });
      return doc?.content ?? null;
    },

    /** The last messages of a thread after a seq, oldest first. */
    async readThread(conversationId: string, thread: Thread, after: number, limit: number): Promise<Entry[]> {
      const found = await entries.find({ conversationId, seq: { $gt: after }, kind: 'message', 'thread.channelId': thread.channelId, 'thread.key': thread.key })
        .sort({ seq: -1 }).limit(limit).toArray();
      return found.reverse().map(toEntry);
    },

    /** Was this file in a message of the thread? */
    async saidWith(conversationId: string, thread: Thread, attachmentId: string): Promise<boolean> {
      return (await entries.countDocuments({ conversationId, kind: 'message', 'thread.channelId': thread.channelId, 'thread.key': thread.key, 'content.attachments.id': attachmentId }, { limit: 1 })) > 0;
    },

    /** An open conversation of this contact, the one spoken in last. */
    async findOpenOf(contactId: string): Promise<string | null> {
      return (await heads.findOne({ contactId, status: { $ne: 'resolved' }, seq: { $gt: 0 } }, { projection: { _id: 1 }, sort: { openedAt: -1 } }))?._id ?? null;
    },

    /** External ids of a thread's messages, oldest first: mail wants all of them as References. */
    async threadHistory(conversationId: string, thread: Thread, beforeSeq: number): Promise<string[]> {
      const found = await entries.find({ conversationId, kind: 'message', 'thread.channelId': thread.channelId, 'thread.key': thread.key, seq: { $lt: beforeSeq }, externalId: { $exists: true } }, { projection: { externalId: 1 } })
        .sort({ seq: -1 }).limit(50).toArray();
      return found.reverse().flatMap(doc => doc.externalId ?? []);
    },

    ...takeBackWrites(entries, toEntry),
    ...partWrites(entries, toEntry),
    ...threadReads(entries),
    ...historyReads(entries, toEntry, (contactIds, channelId) => heads.find({ contactId: { $in: contactIds }, ...(channelId ? { 'threads.channelId': channelId } : {}) }, { projection: { lastMessageAt: 1, seq: 1 } }).toArray()),
  };
}
