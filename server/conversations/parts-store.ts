/** Writes for entries that are several messages of the platform: each is remembered before the next goes out. */
import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import type { Delivery, DeliveryState, Effect, Entry, Part, Words } from './schema.ts';
import { movesFrom } from './rules/delivery.ts';
import { roundIs } from './outbox-store.ts';
import { untouched } from './take-back-store.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
const after = { returnDocument: 'after', writeConcern: durable } as const;

const mostRaces = 5;
/** Sent anew: another worker's word on the effects of before no longer counts. */
const anew = (effects: Effect[]): Effect[] => [{ kind: 'deliver', state: 'pending', attempts: 0, round: (effects[0]?.round ?? 0) + 1 }];

/** Writes and look-ups by part. */
export function partWrites(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry) {
  const give = (doc: EntryDoc | null): Entry | null => doc ? toEntry(doc) : null;

  return {
    /** Leaves word that the parts go out now, and which there are, unless that is known. Null: it was taken back, has gone out, or another worker has it. */
    async planParts(id: string, before: Effect, parts: Part[], effects: Effect[], now: Date): Promise<Entry | null> {
      return give(await entries.findOneAndUpdate({ _id: id, 'delivery.state': 'queued', ...untouched(before) }, [{ $set: { parts: { $ifNull: ['$parts', { $literal: parts }] }, effects: { $literal: effects }, due: now } }], after));
    },

    /** What became of one part, whatever was said of the whole meanwhile; a receipt that was faster stands. Null: it was sent anew, this word no longer counts. */
    async putPart(id: string, index: number, part: Part, externalId?: string): Promise<Entry | null> {
      const place = `parts.${index}`;
      const same = { _id: id, [place]: { $exists: true }, [`${place}.round`]: roundIs(part.round) };
      return give(await entries.findOneAndUpdate({ ...same, [`${place}.state`]: { $in: movesFrom(part.state) } }, { $set: { [place]: part, ...(externalId ? { externalId } : {}) } }, after) ?? await entries.findOne(same));
    },

    /** A receipt of one part moves it up the ladder; null when it stands higher already or is unknown. */
    async movePart(channelId: string, externalId: string, { state, reason }: Delivery): Promise<Entry | null> {
      return give(await entries.findOneAndUpdate(
        // The index is found by the dotted name alone.
        { 'thread.channelId': channelId, 'parts.externalId': externalId, parts: { $elemMatch: { externalId, state: { $in: movesFrom(state) } } } },
        { $set: { 'parts.$[part].state': state, ...(reason === undefined ? {} : { 'parts.$[part].reason': reason }) } }, { ...after, arrayFilters: [{ 'part.externalId': externalId }] }));
    },

    /** The same for a part whose answer was lost: the platform handed its key back. */
    async settlePart(id: string, { index, round }: { index: number; round: number }, externalId: string, { state, reason, at }: Delivery): Promise<Entry | null> {
      const from: DeliveryState[] = ['queued', 'unknown'];
      return give(await entries.findOneAndUpdate(
        { _id: id, [`parts.${index}.state`]: { $in: from }, [`parts.${index}.externalId`]: { $exists: false }, [`parts.${index}.round`]: roundIs(round) },
        { $set: { [`parts.${index}.state`]: state, [`parts.${index}.at`]: at, [`parts.${index}.externalId`]: externalId, ...(reason === undefined ? {} : { [`parts.${index}.reason`]: reason }), ...(index === 0 ? { externalId } : {}) } }, after));
    },

    /** The platform did not take a file: this part goes out once more, as a link. Null: it did so before, or the customer has it. @param parts what the entry is made of, should nobody have written it down */
    async linkPart(id: string, index: number, linked: Words, parts: Part[], now: Date): Promise<Entry | null> {
      const doc = await entries.findOne({ _id: id });
      const before = doc?.parts ?? parts;
      const part = before[index];
      if (!doc || !part || part.linked !== undefined || part.state === 'delivered' || part.state === 'read') return null;
      const next = before.map((each, place): Part => place === index ? { state: 'queued', at: now, round: (each.round ?? 0) + 1, linked } : each);
      const unchanged = doc.parts ? { [`parts.${index}.linked`]: { $exists: false }, [`parts.${index}.state`]: part.state } : { parts: { $exists: false } };
      const moves: DeliveryState[] = ['queued', 'sent', 'failed', 'unknown'];
      return give(await entries.findOneAndUpdate(
        { _id: id, 'delivery.state': { $in: moves }, ...unchanged },
        { $set: { ...(doc.parts ? { [`parts.${index}`]: next[index] } : { parts: next }), delivery: { state: 'queued', at: now, note: linked }, effects: anew(doc.effects), due: now } }, after));
    },

    /** Our failed or doubtful message goes out again: a person asked for it. Of several parts those that are missing; what the platform had taken goes under a new key. */
    async requeueDelivery(conversationId: string, seq: number, now: Date, several: boolean): Promise<Entry | null> {
      const states: DeliveryState[] = ['failed', 'unknown'];
      for (let race = 0; race < mostRaces; race += 1) {
        const doc = await entries.findOne({ conversationId, seq, 'delivery.state': { $in: states } });
        if (!doc?.delivery) return null;
        const taken = several && doc.delivery.state === 'failed' && doc.externalId !== undefined;
        const known: Part[] | undefined = doc.parts ?? (taken ? [{ state: 'failed', at: doc.delivery.at, externalId: doc.externalId }] : undefined);
        const parts = known?.map(({ externalId, reason: _reason, ...part }): Part => part.state === 'failed' && externalId !== undefined ? { ...part, state: 'queued', at: now, round: (part.round ?? 0) + 1 }
          : part.state === 'failed' || part.state === 'unknown' ? { ...part, state: 'queued', at: now } : { ...part, ...(externalId === undefined ? {} : { externalId }) });
        const queued = give(await entries.findOneAndUpdate(
          { _id: doc._id, 'delivery.state': doc.delivery.state, 'delivery.at': doc.delivery.at, parts: doc.parts ?? { $exists: false } },
          { $set: { delivery: { state: 'queued', at: now }, effects: anew(doc.effects), due: now, ...(parts ? { parts } : {}) } }, after));
        // A receipt of one of them came in between: it must not be written over.
        if (queued) return queued;
      }
      return null;
    },
  };
}
