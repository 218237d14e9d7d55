/** When bots and people of ours had a customer: read by those who count it. Light documents, by index. */
import type mongoose from 'mongoose';
import type { Entry } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
/** Of an entry what tells who had the customer. */
export type Turning = Pick<Entry, 'conversationId' | 'seq' | 'at' | 'kind' | 'actor' | 'about' | 'thread'> & { changes: Pick<Entry['changes'], 'handler' | 'episodeSeq'> };

/** Of an entry what tells whether it changes a fact of the conversation. */
export type Changing = Pick<Entry, 'conversationId' | 'seq' | 'at' | 'kind' | 'actor'> & { changes: Pick<Entry['changes'], 'handler' | 'episodeSeq' | 'status' | 'waitingSince'> };

const projection = { _id: 0, conversationId: 1, seq: 1, at: 1, kind: 1, actor: 1, about: 1, thread: 1, 'changes.handler': 1, 'changes.episodeSeq': 1 } as const;

/** Reads over the entries. @param spokenBy heads of contacts */
export function servedReads(entries: mongoose.mongo.Collection<EntryDoc>, spokenBy: (contactIds: string[]) => Promise<{ _id: string }[]>) {
  return {
    /** Entries of bots and people of ours, what was told of messages, and new beginnings, with an id after this one: ids begin with the time. */
    async *turningsSince(id: string): AsyncGenerator<Turning & { _id: string }> {
      const some = { $or: [{ 'actor.kind': { $in: ['bot', 'agent', 'program'] } }, { kind: { $in: ['queued', 'reaction', 'edited', 'recalled'] } }, { 'changes.handler': 'queue' }, { 'changes.episodeSeq': { $exists: true } }] } satisfies mongoose.mongo.Filter<EntryDoc>;
      yield* entries.find({ _id: { $gte: id }, ...some }).sort({ _id: 1 }).project<Turning & { _id: string }>({ ...projection, _id: 1 });
    },

    /** What changes who has a conversation, or whether somebody waits, in entries with an id from this one on. */
    async *changesSince(id: string): AsyncGenerator<Changing & { _id: string }> {
      const some = { kind: { $nin: ['note', 'read', 'reaction', 'edited', 'recalled', 'prioritised'] } } satisfies mongoose.mongo.Filter<EntryDoc>;
      yield* entries.find({ _id: { $gte: id }, ...some }).sort({ _id: 1 }).project<Changing & { _id: string }>({ conversationId: 1, seq: 1, at: 1, kind: 1, actor: 1, 'changes.handler': 1, 'changes.episodeSeq': 1, 'changes.status': 1, 'changes.waitingSince': 1 });
    },

    /** Of all conversations of these contacts in that time: words of ours but the bot's, customers who were put into a line, changes of who has them. In order of time. */
    async servedBetween(contactIds: string[], from: Date, to: Date): Promise<Turning[]> {
      const where = { conversationId: { $in: (await spokenBy(contactIds)).map(({ _id }) => _id) }, at: { $gte: from, $lte: to } };
      const [said, changed] = await Promise.all([
        entries.find({ ...where, kind: 'message', $or: [{ 'actor.kind': { $in: ['agent', 'program'] } }, { 'changes.handler': 'queue' }] }).project<Turning>(projection).toArray(),
        entries.find({ ...where, kind: { $in: ['queued', 'assigned', 'resolved', 'reopened', 'event'] }, 'changes.handler': { $in: ['queue', 'agent'] } }).project<Turning>(projection).toArray(),
      ]);
      return [...said, ...changed].toSorted((a, b) => a.at.getTime() - b.at.getTime());
    },
  };
}
