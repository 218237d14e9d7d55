import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import type { Vault } from '../store/vault.ts';
import type { Channel } from './schema.ts';

type ChannelDoc = Omit<Channel, 'id'> & { _id: string; sealed: Record<string, string> };
type QuarantineDoc = { _id: string; channelId: string; externalId: string; reason: string; at: Date; size: number; attachmentId: string };
/** Bytes a connector could not read: kept, listed for supervisors. */
export type Quarantined = Omit<QuarantineDoc, '_id'> & { id: string };

export type ChannelStore = Awaited<ReturnType<typeof channelStore>>;

/** Channels with their secrets sealed, what connectors remember, and the quarantine. */
export async function channelStore(db: mongoose.Connection, vault: Vault, secretsOf: (kind: string) => string[]) {
  const channels = db.collection<ChannelDoc>('channels');
  const memory = db.collection<{ _id: string; value: unknown }>('connector_memory');
  const quarantine = db.collection<QuarantineDoc>('quarantine');
  const buckets = db.collection<{ _id: string; tokens?: number; granted: boolean; at: Date; began?: Date; taken?: number }>('send_rates');
  await buckets.createIndexes([{ name: 'idle', key: { at: 1 }, expireAfterSeconds: 86_400 }]);
  await quarantine.createIndexes([{ name: 'message', key: { channelId: 1, externalId: 1 }, unique: true }]);

  const place = (id: string, name: string) => `channel/${id}/${name}`;
  const toChannel = ({ _id, sealed, ...rest }: ChannelDoc): Channel => ({
    id: _id, ...rest, config: { ...rest.config, ...Object.fromEntries(Object.entries(sealed).map(([name, value]) => [name, vault.open(value, place(_id, name))])) },
  });
  const toDoc = ({ id, config, ...rest }: Channel): ChannelDoc => {
    const secret = new Set(secretsOf(rest.kind));
    const sealed: Record<string, string> = {};
    const clear: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(config)) {
      if (secret.has(name) && typeof value === 'string') sealed[name] = vault.seal(value, place(id, name));
      else clear[name] = value;
    }
    return { _id: id, ...rest, config: clear, sealed };
  };

  /** Fills at `perSecond` up to `burst`, in one update by the server's clock: every node draws from the same bucket. */
  const drip = (perSecond: number, burst: number) => [
    { $set: { tokens: { $min: [burst, { $add: [{ $ifNull: ['$tokens', burst] }, { $multiply: [{ $divide: [{ $max: [0, { $subtract: ['$$NOW', { $ifNull: ['$at', '$$NOW'] }] }] }, 1000] }, perSecond] }] }] }, at: '$$NOW' } },
    { $set: { granted: { $gte: ['$tokens', 1] }, tokens: { $cond: [{ $gte: ['$tokens', 1] }, { $subtract: ['$tokens', 1] }, '$tokens'] } } },
  ];

  /** A burst begins when all that was borrowed is paid back. */
  const borrow = (seconds: number, burst: number) => {
    const passed = { $subtract: ['$$NOW', { $ifNull: ['$began', '$$NOW'] }] };
    // A burst that began well in the future: the clock was set back. By some ms it is only another node that asked at the same time.
    const paid = { $or: [{ $lt: [passed, -5_000] }, { $gte: [passed, { $multiply: [{ $ifNull: ['$taken', 0] }, seconds * 1000] }] }] };
    const within = { $and: [{ $lt: [passed, seconds * 1000] }, { $lt: ['$taken', burst] }] };
    return [
      { $set: { at: '$$NOW', granted: { $or: [paid, within] }, began: { $cond: [paid, '$$NOW', '$began'] }, taken: { $cond: [paid, 1, { $cond: [within, { $add: ['$taken', 1] }, '$taken'] }] } } },
    ];
  };

  return {
    /** Takes one token; answers how many ms to wait when there is none. */
    async takeToken(bucket: string, perSecond: number, burst: number): Promise<number> {
      const doc = await buckets.findOneAndUpdate({ _id: bucket }, drip(perSecond, burst), { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } });
      return !doc || doc.granted ? 0 : Math.ceil((1 - (doc.tokens ?? 0)) / perSecond * 1000);
    },
    /**
     * Takes one turn of a thread: so many within `seconds`, each borrowed from the time that follows, as WhatsApp counts a pair. Answers how
     * many ms to wait when there is none.
     */
    async takeTurn(bucket: string, seconds: number, burst: number): Promise<number> {
      const doc = await buckets.findOneAndUpdate({ _id: bucket }, borrow(seconds, burst), { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } });
      return !doc || doc.granted ? 0 : Math.max(1, (doc.began?.getTime() ?? 0) + (doc.taken ?? 0) * seconds * 1000 - doc.at.getTime());
    },
    /** A turn that was taken and not used. */
    async giveTurnBack(bucket: string): Promise<void> {
      await buckets.updateOne({ _id: bucket, taken: { $gt: 0 } }, { $inc: { taken: -1 } }, { writeConcern: { w: 1 } });
    },
    list: async (): Promise<Channel[]> => (await channels.find().sort({ createdAt: 1 }).toArray()).map(toChannel),
    async get(id: string): Promise<Channel | null> {
      const doc = await channels.findOne({ _id: id });
      return doc ? toChannel(doc) : null;
    },
    async create(facts: Omit<Channel, 'id'>): Promise<Channel> {
      const channel = { id: newId(), ...facts };
      await channels.insertOne(toDoc(channel));
      return channel;
    },
    async save(channel: Channel): Promise<void> {
      const { _id, ...doc } = toDoc(channel);
      await channels.replaceOne({ _id }, doc);
    },
    async remove(id: string): Promise<boolean> {
      await memory.deleteMany({ _id: { $regex: `^${id}/` } });
      return (await channels.deleteOne({ _id: id })).deletedCount === 1;
    },
    recall: async (channelId: string, name: string): Promise<unknown> => (await memory.findOne({ _id: `${channelId}/${name}` }))?.value,
    remember: async (channelId: string, name: string, value: unknown): Promise<void> => {
      await memory.updateOne({ _id: `${channelId}/${name}` }, { $set: { value } }, { upsert: true, writeConcern: { w: 'majority', j: true } });
    },
    async addQuarantined(facts: Omit<Quarantined, 'id'>): Promise<void> {
      await quarantine.updateOne({ channelId: facts.channelId, externalId: facts.externalId }, { $setOnInsert: { _id: newId(), ...facts } }, { upsert: true, writeConcern: { w: 'majority', j: true } });
    },
    async isQuarantined(channelId: string, externalId: string): Promise<boolean> {
      return (await quarantine.countDocuments({ channelId, externalId }, { limit: 1 })) > 0;
    },
    countQuarantined: (channelId: string): Promise<number> => quarantine.countDocuments({ channelId }, { limit: 10_000 }),
    listQuarantined: async (limit: number): Promise<Quarantined[]> => (await quarantine.find().sort({ at: -1 }).limit(limit).toArray()).map(({ _id, ...rest }) => ({ id: _id, ...rest })),
    async getQuarantined(id: string): Promise<Quarantined | null> {
      const doc = await quarantine.findOne({ _id: id });
      if (!doc) return null;
      const { _id, ...rest } = doc;
      return { id: _id, ...rest };
    },
  };
}
