import type mongoose from 'mongoose';
import type { Hour } from './schema.ts';

type HourDoc = Hour & { _id: string; lastIn?: Date; lastOut?: Date };
/** What is added to an hour. */
export type Counts = Partial<Pick<Hour, 'received' | 'sent' | 'failed' | 'unknown'>> & { lastIn?: Date; lastOut?: Date };

const hourMs = 3_600_000;
const keptSeconds = 40 * 86_400;

export type ChannelHealthStore = Awaited<ReturnType<typeof channelHealthStore>>;

/** Counters by channel and hour; kept for 40 days. */
export async function channelHealthStore(db: mongoose.Connection) {
  const hours = db.collection<HourDoc>('channel_hours');
  await hours.createIndexes([{ name: 'channel', key: { channelId: 1, hour: -1 } }, { name: 'old', key: { hour: 1 }, expireAfterSeconds: keptSeconds }]);
  return {
    /** Adds to the hour of `at`; several nodes add to the same hour. */
    async add(channelId: string, at: Date, { lastIn, lastOut, ...counts }: Counts): Promise<void> {
      const hour = new Date(Math.floor(at.getTime() / hourMs) * hourMs);
      await hours.updateOne({ _id: `${channelId}/${hour.toISOString()}` }, {
        $setOnInsert: { channelId, hour }, $inc: counts, ...(lastIn || lastOut ? { $max: { ...(lastIn ? { lastIn } : {}), ...(lastOut ? { lastOut } : {}) } } : {}),
      }, { upsert: true });
    },
    /** Sums since a moment, and the last times ever seen. */
    async sums(channelId: string, since: Date): Promise<Required<Omit<Counts, 'lastIn' | 'lastOut'>> & { lastIn: Date | null; lastOut: Date | null }> {
      const found = await hours.find({ channelId, hour: { $gte: since } }).toArray();
      const sum = (name: 'received' | 'sent' | 'failed' | 'unknown') => found.reduce((total, hour) => total + (hour[name] ?? 0), 0);
      const last = async (name: 'lastIn' | 'lastOut') => (await hours.find({ channelId, [name]: { $exists: true } }).sort({ hour: -1 }).limit(1).toArray())[0]?.[name] ?? null;
      return { received: sum('received'), sent: sum('sent'), failed: sum('failed'), unknown: sum('unknown'), lastIn: await last('lastIn'), lastOut: await last('lastOut') };
    },
  };
}
