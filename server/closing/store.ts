import type mongoose from 'mongoose';
import type { ClosingChange } from './schema.ts';

type Doc = ClosingChange & { _id: string };

export type ClosingStore = ReturnType<typeof closingStore>;

/** What was chosen for each channel. */
export function closingStore(db: mongoose.Connection) {
  const settings = db.collection<Doc>('closing_settings');
  return {
    get: (channelId: string): Promise<ClosingChange | null> => settings.findOne({ _id: channelId }, { projection: { _id: 0, hours: 1, ask: 1 } }),
    async put(channelId: string, { hours, ask }: ClosingChange): Promise<void> {
      await settings.replaceOne({ _id: channelId }, { hours, ask }, { upsert: true });
    },
  };
}
