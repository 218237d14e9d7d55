/** Episodes and their facts in MongoDB, and each quarter of an hour of them added up. Both can be made again from the entries. */
import type mongoose from 'mongoose';
import type { Mark } from '../conversations/follow.ts';
import { durable, early } from '../store/group-commit.ts';
import { cellsOf, slotOf } from './rules/cells.ts';
import { instancesOf } from './rules/instances.ts';
import { bySlot, changedSlots } from './rules/slots.ts';
import type { Cell, Episode } from './schema.ts';

/** `slots`: those it counts in. */
type EpisodeDoc = Omit<Episode, 'id'> & { _id: string; slots: Date[] };
/** `rev` rises with each change; what was added up at another `rev` no longer counts. */
type SlotDoc = { _id: Date; rev: number; added?: { rev: number; cells: Cell[] } };

const toEpisode = ({ _id, slots: _slots, ...rest }: EpisodeDoc): Episode => ({ id: _id, ...rest });
const toDoc = (episode: Episode): EpisodeDoc => {
  const { id: _id, ...rest } = episode;
  return { _id, ...rest, slots: [...bySlot(episode).keys()].map((slot) => new Date(slot)) };
};
/** Slots that are added up side by side. */
const atOnce = 16;

export type ReportStore = Awaited<ReturnType<typeof reportStore>>;

/** One document an episode, one a slot, and up to where entries were read. */
export async function reportStore(db: mongoose.Connection) {
  const episodes = db.collection<EpisodeDoc>('report_episodes');
  const slots = db.collection<SlotDoc>('report_slots');
  const marks = db.collection<Mark & { _id: 'read-to' }>('report_marks');
  await episodes.createIndexes([{ name: 'slots', key: { slots: 1 } }, { name: 'conversation', key: { conversationId: 1, start: 1 } }]);

  const bump = (touched: Date[]) => slots.bulkWrite(touched.map(_id => ({ updateOne: { filter: { _id }, update: { $inc: { rev: 1 } }, upsert: true } })), { ordered: false, writeConcern: early });

  const addUp = async ({ _id: slot, rev }: SlotDoc): Promise<Cell[]> => {
    const found = await episodes.find({ slots: slot }).toArray();
    const cells = cellsOf(found.flatMap(doc => instancesOf(toEpisode(doc))).filter(({ at }) => slotOf(at) === slot.getTime()));
    await slots.updateOne({ _id: slot, rev }, { $set: { added: { rev, cells } } }, { writeConcern: early });
    return cells;
  };

  return {
    /** The last episodes of these conversations that begin at or before a seq, and all after them. */
    async from(stretches: { conversationId: string; seq: number }[]): Promise<Episode[]> {
      const asked = new Map(stretches.map(({ conversationId, seq }) => [conversationId, seq]));
      const all = Map.groupBy(await episodes.find({ conversationId: { $in: [...asked.keys()] } }).sort({ conversationId: 1, start: 1 }).toArray(), ({ conversationId }) => conversationId);
      return [...all].flatMap(([id, some]) => {
        const first = some.findLastIndex(({ start }) => start <= (asked.get(id) ?? 0));
        return some.slice(Math.max(0, first)).map(toEpisode);
      });
    },

    /**
     * Writes episodes as they are now, in place of what is kept; `gone` are no more. None of it waits for the journal: the mark that follows does, and
     * what comes after the mark is read again. Slots are named before and after the change: who adds up in between notices, and a crash leaves nothing that seems right.
     */
    async put(before: readonly Episode[], after: readonly Episode[], gone: readonly Episode[]): Promise<void> {
      const was = new Map(before.map(episode => [episode.id, episode]));
      const changed = after.filter(episode => JSON.stringify(was.get(episode.id)) !== JSON.stringify(episode));
      if (changed.length + gone.length === 0) return;
      const touched = [...new Set([...changed.flatMap(episode => changedSlots(was.get(episode.id) ?? null, episode)), ...gone.flatMap(episode => changedSlots(episode, null))])].map(slot => new Date(slot));
      if (touched.length) await bump(touched);
      await episodes.bulkWrite([
        ...changed.map(episode => { const { _id, ...rest } = toDoc(episode); return { replaceOne: { filter: { _id }, replacement: rest, upsert: true } }; }),
        ...gone.map(({ id: _id }) => ({ deleteOne: { filter: { _id } } })),
      ], { ordered: false, writeConcern: early });
      if (touched.length) await bump(touched);
    },

    /** Each slot from one to before another in which something counted. What stands is read; the rest is added up, and kept. */
    async between(from: Date, to: Date): Promise<{ slot: Date; cells: Cell[] }[]> {
      const docs = await slots.find({ _id: { $gte: from, $lt: to } }).sort({ _id: 1 }).toArray();
      const read: { slot: Date; cells: Cell[] }[] = [];
      for (let at = 0; at < docs.length; at += atOnce) {
        read.push(...await Promise.all(docs.slice(at, at + atOnce).map(async doc => ({ slot: doc._id, cells: doc.added?.rev === doc.rev ? doc.added.cells : await addUp(doc) }))));
      }
      return read;
    },

    /** Episodes that count in a slot. */
    inSlot: async (slot: Date): Promise<Episode[]> => (await episodes.find({ slots: slot }).toArray()).map(toEpisode),
    /** Slots in which something counted, newest first, before one. */
    slotsBefore: (from: Date, to: Date): AsyncIterable<{ _id: Date }> => slots.find({ _id: { $gte: from, $lt: to } }, { projection: { _id: 1 } }).sort({ _id: -1 }),
    async *conversations(): AsyncGenerator<string> {
      for await (const { _id } of episodes.aggregate<{ _id: string }>([{ $group: { _id: '$conversationId' } }], { allowDiskUse: true })) yield _id;
    },

    readTo: async (): Promise<Mark | null> => marks.findOne({ _id: 'read-to' }, { projection: { _id: 0 } }),
    setReadTo: async (mark: Mark): Promise<void> => { await marks.updateOne({ _id: 'read-to' }, { $max: mark }, { upsert: true, writeConcern: durable }); },
  };
}
