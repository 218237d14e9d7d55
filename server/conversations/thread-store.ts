/** What was said on one thread of a conversation, read for those who decide what may follow. */
import type mongoose from 'mongoose';
import type { Entry, Thread } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
/** What reply windows are worked out from. */
export type Lately = Pick<Entry, 'id' | 'seq' | 'at' | 'saidAt' | 'kind' | 'actor' | 'content' | 'delivery' | 'parts' | 'receipt'>;

const ofThread = (conversationId: string, thread: Thread) => ({ conversationId, 'thread.channelId': thread.channelId, 'thread.key': thread.key });
const projection = { seq: 1, at: 1, saidAt: 1, kind: 1, actor: 1, content: 1, delivery: 1, parts: 1, receipt: 1 } as const;

/** Reads of one thread. */
export function threadReads(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry) {
  return {
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

    /** External ids of a thread's messages, oldest first: mail wants all of them as References. */
    async threadHistory(conversationId: string, thread: Thread, beforeSeq: number): Promise<string[]> {
      const found = await entries.find({ conversationId, kind: 'message', 'thread.channelId': thread.channelId, 'thread.key': thread.key, seq: { $lt: beforeSeq }, externalId: { $exists: true } }, { projection: { externalId: 1 } })
        .sort({ seq: -1 }).limit(50).toArray();
      return found.reverse().flatMap(doc => doc.externalId ?? []);
    },

    /** The customer's last message on a thread, but for such as open less. */
    async lastHeard(conversationId: string, thread: Thread): Promise<Lately | null> {
      const [doc] = await entries.find({ ...ofThread(conversationId, thread), kind: 'message', 'actor.kind': 'contact', 'receipt.event': { $exists: false } }, { projection }).sort({ seq: -1 }).limit(1).toArray();
      return doc ? { ...doc, id: doc._id } : null;
    },
    /** The newest messages and events of a thread, newest first. */
    async lately(conversationId: string, thread: Thread, limit: number): Promise<Lately[]> {
      const found = await entries.find({ ...ofThread(conversationId, thread), kind: { $in: ['message', 'event'] } }, { projection }).sort({ seq: -1 }).limit(limit).toArray();
      return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
    },
  };
}
