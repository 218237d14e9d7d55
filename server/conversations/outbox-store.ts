/** What must follow entries: leases of their effects, turns in line, and the ladder of a delivery. */
import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import type { Delivery, Effect, Entry } from './schema.ts';
import { movesFrom } from './rules/delivery.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };

/** Filter of a round: the first one is not written down. */
export const roundIs = (round = 0) => round === 0 ? { $exists: false } : round;

/** Reads and writes of the outbox. */
export function outbox(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry) {
  return {
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
      await entries.updateOne({ _id: id, ...(effects[0] ? { 'effects.0.kind': effects[0].kind, 'effects.0.round': roundIs(effects[0].round) } : {}) }, due ? { $set: { effects, due } } : { $set: { effects }, $unset: { due: true } }, { writeConcern: durable });
    },

    /**
     * Moves a delivery up the ladder; null when it stands higher already or the entry is unknown. By the platform's id only what has no parts: those
     * are summed. `begun`: the word of a worker, which no longer counts once the delivery was begun anew. Where a withdrawn one went stays.
     */
    async moveDelivery(where: { id: string; begun?: Pick<Effect, 'round'> } | { channelId: string; externalId: string }, delivery: Delivery, externalId?: string, from = movesFrom(delivery.state)): Promise<Entry | null> {
      const anew = 'begun' in where && where.begun ? { $nor: [{ 'effects.0.kind': 'deliver' as const, 'effects.0.round': where.begun.round === undefined ? { $exists: true } : { $ne: where.begun.round } }] } : {};
      const filter = 'id' in where ? { _id: where.id, ...anew } : { 'thread.channelId': where.channelId, externalId: where.externalId, parts: { $exists: false } };
      const doc = await entries.findOneAndUpdate(
        { ...filter, 'delivery.state': { $in: from } },
        [{ $set: { delivery: { $mergeObjects: [{ $cond: [{ $gt: ['$delivery.instead', null] }, { instead: '$delivery.instead' }, {}] }, { $literal: delivery }] }, ...(externalId ? { externalId: { $literal: externalId } } : {}) } }], { returnDocument: 'after', writeConcern: durable });
      return doc ? toEntry(doc) : null;
    },

    /** Messages of ours that wait to go out over a channel. */
    countWaiting: (channelId: string) => entries.countDocuments({ due: { $exists: true }, 'delivery.state': 'queued', 'thread.channelId': channelId }, { hint: 'outbox', maxTimeMS: 2000, limit: 10_000 }),
  };
}
