/** Who has a delivery: the worker that is about to send it, or the person who takes it back. One update decides. */
import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { roundIs } from './outbox-store.ts';
import type { Actor, Effect, Entry, Thread, Words } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };

/** What is wanted when a message is taken back. `into`: the conversation in which it goes on; `doubtful`: also when the platform may have it already. */
export type TakingBack = { to: Thread; into: string; by: Actor; at: Date; doubtful: boolean };

/** Nobody has taken the delivery up since its worker read it: of two that come for it, one sends. */
export const untouched = ({ attempts, round, trying, doubt }: Effect) => ({
  'effects.0.kind': 'deliver' as const, 'effects.0.attempts': attempts, 'effects.0.round': roundIs(round),
  'effects.0.trying': trying === true ? true : { $ne: true }, 'effects.0.doubt': doubt === true ? true : { $ne: true },
});

/** Writes that must not both happen to one entry. */
export function takeBackWrites(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry) {
  return {
    /** Leaves word that it is sent now, as one message. False: it was taken back, has gone out, or another worker has it. */
    async claimSend(id: string, before: Effect, effects: Effect[], now: Date): Promise<boolean> {
      const { matchedCount } = await entries.updateOne({ _id: id, 'delivery.state': 'queued', parts: { $exists: false }, ...untouched(before) }, { $set: { effects, due: now } }, { writeConcern: durable });
      return matchedCount === 1;
    },

    /** Takes a waiting message back: it never goes out here any more, and has to go on elsewhere. Null: too late. */
    async takeBack(conversationId: string, seq: number, { to, into, by, at, doubtful }: TakingBack): Promise<Entry | null> {
      const sure = doubtful ? {} : { 'effects.0.doubt': { $ne: true }, 'effects.0.trying': { $ne: true }, parts: { $not: { $elemMatch: { state: { $ne: 'queued' as const } } } } };
      const doc = await entries.findOneAndUpdate(
        { conversationId, seq, 'delivery.state': 'queued', 'effects.0.kind': 'deliver', ...sure },
        { $set: { delivery: { state: 'withdrawn', at, instead: { thread: to, conversationId: into } }, effects: [{ kind: 'pass-on', state: 'pending', attempts: 0, to, into, by }], due: at } },
        { returnDocument: 'after', writeConcern: durable });
      return doc ? toEntry(doc) : null;
    },

    /** The withdrawn message that must go on before this one; null: it is its turn. */
    async passOnAhead(entry: Entry): Promise<Entry | null> {
      const doc = await entries.findOne({ conversationId: entry.conversationId, seq: { $lt: entry.seq }, due: { $exists: true }, 'delivery.state': 'withdrawn', 'delivery.instead.seq': { $exists: false } }, { hint: 'line', sort: { seq: -1 } });
      return doc ? toEntry(doc) : null;
    },

    /** Notes which entry a withdrawn message became. */
    async notePassedOn(id: string, seq: number): Promise<Entry | null> {
      const doc = await entries.findOneAndUpdate({ _id: id, 'delivery.state': 'withdrawn' }, { $set: { 'delivery.instead.seq': seq } }, { returnDocument: 'after', writeConcern: durable });
      return doc ? toEntry(doc) : null;
    },

    /** What was taken back cannot go on: it has failed where it stands, and a person can send it again there. */
    async failTakenBack(id: string, reason: Words, at: Date): Promise<Entry | null> {
      const doc = await entries.findOneAndUpdate({ _id: id, 'delivery.state': 'withdrawn', 'delivery.instead.seq': { $exists: false } },
        { $set: { delivery: { state: 'failed', at, reason }, effects: [{ kind: 'deliver', state: 'failed', attempts: 0 }] }, $unset: { due: true } }, { returnDocument: 'after', writeConcern: durable });
      return doc ? toEntry(doc) : null;
    },

    /** Messages of ours in a conversation that wait to go out over a channel, in order. */
    async waitingIn(conversationId: string, channelId: string): Promise<Entry[]> {
      return (await entries.find({ conversationId, due: { $exists: true }, 'delivery.state': 'queued', 'thread.channelId': channelId }, { hint: 'line' }).sort({ seq: 1 }).limit(200).toArray()).map(toEntry);
    },

    /** What backs off from a channel that is there again need not wait longer. What is due soon is left to who has it in hand. */
    async hasten(channelId: string, now: Date, soonMs: number): Promise<void> {
      await entries.updateMany({ due: { $gt: new Date(now.getTime() + soonMs) }, 'delivery.state': 'queued', 'thread.channelId': channelId }, { $set: { due: now } }, { hint: 'outbox' });
    },
  };
}
