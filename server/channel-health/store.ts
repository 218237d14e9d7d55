import type mongoose from 'mongoose';
import { durable, isDuplicate } from '../store/group-commit.ts';
import type { Canary, Hour } from './schema.ts';

type HourDoc = Hour & { _id: string; lastIn?: Date; lastOut?: Date; foundAt?: Date };
type CanaryDoc = Omit<Canary, 'channelId'> & { _id: string };
type Name = Exclude<keyof Hour, 'channelId' | 'hour'>;
type Moment = 'lastIn' | 'lastOut' | 'foundAt';
/** What is added to an hour. */
export type Counts = Partial<Record<Name, number>> & Partial<Record<Moment, Date>>;
export type Sums = Record<Name, number>;
export type Moments = Record<Moment, Date | null>;

const hourMs = 3_600_000;
const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / hourMs) * hourMs);
const keptSeconds = 40 * 86_400;

export type ChannelHealthStore = Awaited<ReturnType<typeof channelHealthStore>>;

const toCanary = ({ _id, ...rest }: CanaryDoc): Canary => ({ channelId: _id, ...rest });

/** Counters by channel and hour, kept for 40 days; and one canary for each channel. */
export async function channelHealthStore(db: mongoose.Connection) {
  const hours = db.collection<HourDoc>('channel_hours');
  const canaries = db.collection<CanaryDoc>('channel_canaries');
  await hours.createIndexes([{ name: 'channel', key: { channelId: 1, hour: -1 } }, { name: 'old', key: { hour: 1 }, expireAfterSeconds: keptSeconds }]);
  return {
    /** Adds to the hour of `at`; several nodes add to the same hour. */
    async add(channelId: string, at: Date, { lastIn, lastOut, foundAt, ...counts }: Counts): Promise<void> {
      const hour = hourOf(at);
      const moments = Object.fromEntries(Object.entries({ lastIn, lastOut, foundAt }).filter(([, moment]) => moment));
      await hours.updateOne({ _id: `${channelId}/${hour.toISOString()}` }, {
        $setOnInsert: { channelId, hour }, $inc: counts, ...(Object.keys(moments).length ? { $max: moments } : {}),
      }, { upsert: true });
    },
    /** Sums since the hour of a moment. */
    async sums(channelId: string, since: Date): Promise<Sums> {
      const found = await hours.find({ channelId, hour: { $gte: hourOf(since) } }).toArray();
      const sum = (name: Name) => found.reduce((total, hour) => total + (hour[name] ?? 0), 0);
      return { received: sum('received'), sent: sum('sent'), failed: sum('failed'), unknown: sum('unknown'), found: sum('found'), probes: sum('probes'), probesFailed: sum('probesFailed') };
    },
    /** The last times ever seen: up to 40 days are looked through for what never was. */
    async moments(channelId: string): Promise<Moments> {
      const last = async (name: Moment) => (await hours.find({ channelId, [name]: { $exists: true } }).sort({ hour: -1 }).limit(1).toArray())[0]?.[name] ?? null;
      const [lastIn, lastOut, foundAt] = await Promise.all([last('lastIn'), last('lastOut'), last('foundAt')]);
      return { lastIn, lastOut, foundAt };
    },
    /** When only our asking brought a message, lately; the last time since the hour of a moment. */
    async foundSince(channelId: string, since: Date): Promise<Date | null> {
      return (await hours.find({ channelId, hour: { $gte: hourOf(since) }, foundAt: { $exists: true } }).sort({ hour: -1 }).limit(1).toArray())[0]?.foundAt ?? null;
    },

    listCanaries: async (): Promise<Canary[]> => (await canaries.find().toArray()).map(toCanary),
    async getCanary(channelId: string): Promise<Canary | null> {
      const doc = await canaries.findOne({ _id: channelId });
      return doc ? toCanary(doc) : null;
    },
    /** Writes a canary over the one before it. False: another node was faster. */
    async putCanary({ channelId, ...canary }: Canary): Promise<boolean> {
      try {
        const { matchedCount, upsertedCount } = await canaries.replaceOne({ _id: channelId, version: canary.version - 1 }, canary, { upsert: canary.version === 1, writeConcern: durable });
        return matchedCount + upsertedCount === 1;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    async dropCanary(channelId: string): Promise<void> {
      await canaries.deleteOne({ _id: channelId });
    },
  };
}
