/** Entries in MongoDB, and all that is read and written of conversations in one. The files named -store alone know the database; plain objects come out. */
import mongoose from 'mongoose';
import { durable, groupCommit } from '../store/group-commit.ts';
import type { Attachment, Content, Entry, EntryKind } from './schema.ts';
import { headStore } from './heads-store.ts';
import { historyIndexes, historyReads } from './history-store.ts';
import { outbox } from './outbox-store.ts';
import { partWrites } from './parts-store.ts';
import { replayReads } from './replay-store.ts';
import { servedReads } from './served-store.ts';
import { takeBackWrites } from './take-back-store.ts';
import { threadReads } from './thread-store.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };

const toEntry = ({ _id, ...rest }: EntryDoc): Entry => ({ id: _id, ...rest });

const entryIndexes: mongoose.mongo.IndexDescription[] = [
  { name: 'order', key: { conversationId: 1, seq: 1 }, unique: true },
  { name: 'platform', key: { 'thread.channelId': 1, externalId: 1 }, unique: true, partialFilterExpression: { externalId: { $exists: true } } },
  { name: 'parts', key: { 'thread.channelId': 1, 'parts.externalId': 1 }, partialFilterExpression: { 'parts.externalId': { $exists: true } } },
  { name: 'cause', key: { key: 1 }, unique: true, partialFilterExpression: { key: { $exists: true } } },
  { name: 'outbox', key: { due: 1 }, partialFilterExpression: { due: { $exists: true } } },
  { name: 'line', key: { conversationId: 1, seq: 1, due: 1 }, partialFilterExpression: { due: { $exists: true } } },
  ...historyIndexes,
];
export type ConversationStore = Awaited<ReturnType<typeof conversationStore>>;

/** Opens the two collections and makes sure of their indexes. */
export async function conversationStore(db: mongoose.Connection) {
  const entries = db.collection<EntryDoc>('entries');
  await entries.createIndexes(entryIndexes);
  // The driver's generic Collection type does not vary with the document; the insert only needs _id.
  const insert = groupCommit(db.collection<{ _id: string }>('entries'));

  const readEntries = async (conversationId: string, range: { after?: number; before?: number; limit?: number }): Promise<Entry[]> => {
    const seq = { ...(range.after === undefined ? {} : { $gt: range.after }), ...(range.before === undefined ? {} : { $lt: range.before }) };
    const backwards = range.before !== undefined || range.after === undefined;
    const found = await entries.find({ conversationId, ...(Object.keys(seq).length ? { seq } : {}) })
      .sort({ seq: backwards ? -1 : 1 }).limit(range.limit ?? 10_000).toArray();
    return (backwards ? found.reverse() : found).map(toEntry);
  };

  const { spokenBy, ...heads } = await headStore(db, readEntries);

  return {
    /** Appends one entry; majority-committed and journalled when it resolves. Rejects with Duplicate. */
    insertEntry: ({ id, ...rest }: Entry) => insert({ _id: id, ...rest }),

    readEntries,

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

    /** Conversations that got entries in the last so many ms before the newest entry: the ones whose heads a crash may have left behind. */
    async touchedLast(ms: number): Promise<string[]> {
      const newest = await entries.findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } });
      if (!newest) return [];
      const since = Math.max(0, new mongoose.Types.ObjectId(newest._id).getTimestamp().getTime() - ms);
      const from = mongoose.Types.ObjectId.createFromTime(Math.floor(since / 1000)).toHexString();
      return entries.distinct('conversationId', { _id: { $gte: from } });
    },

    /** Entries of these kinds that began to be written since then (null: all there are), in about the order in which they were. */
    async *readSince(since: Date | null, kinds: EntryKind[]): AsyncGenerator<Entry> {
      const from = since ? mongoose.Types.ObjectId.createFromTime(Math.max(0, Math.floor(since.getTime() / 1000))).toHexString() : '';
      for await (const doc of entries.find({ _id: { $gte: from }, kind: { $in: kinds } }).sort({ _id: 1 })) yield toEntry(doc);
    },

    /** A file that was awaited has arrived, or never will; answers the content as it is now, null when the entry is unknown. */
    async putFile(id: string, index: number, attachment: Attachment): Promise<Content | null> {
      const doc = await entries.findOneAndUpdate({ _id: id, [`content.attachments.${index}`]: { $exists: true } }, { $set: { [`content.attachments.${index}`]: attachment } }, { returnDocument: 'after', writeConcern: durable });
      return doc?.content ?? null;
    },

    ...heads,
    ...outbox(entries, toEntry),
    ...takeBackWrites(entries, toEntry),
    ...partWrites(entries, toEntry),
    ...threadReads(entries, toEntry),
    ...historyReads(entries, toEntry, spokenBy),
    ...servedReads(entries, spokenBy),
    ...replayReads(entries, heads.idsSince),
  };
}
