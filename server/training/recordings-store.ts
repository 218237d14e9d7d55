import type mongoose from 'mongoose';
import type { Named, Said } from '../../bots/recordings.ts';
import { durable } from '../store/group-commit.ts';
import type { Recording } from './schema.ts';

type Doc = Omit<Recording, 'key'> & { _id: string };
const toRecording = ({ _id, ...rest }: Doc): Recording => ({ key: _id, ...rest });

/** What models said in trials, by what they were asked. Never changed: the first word counts. */
export async function recordingStore(db: mongoose.Connection) {
  const recordings = db.collection<Doc>('model_recordings');
  await recordings.createIndex({ prompt: 1, at: -1 });
  return {
    async find({ key, prompt }: Pick<Named, 'prompt'> & Partial<Named>): Promise<Said | null> {
      const doc = key === undefined ? await recordings.findOne({ prompt }, { sort: { at: -1 } }) : await recordings.findOne({ _id: key });
      return doc?.said ?? null;
    },
    async keep({ key, prompt, model }: Named, said: Said, cases: string[], at: Date): Promise<void> {
      await recordings.updateOne({ _id: key }, { $setOnInsert: { prompt, model, said, at }, $addToSet: { cases: { $each: cases } } }, { upsert: true, writeConcern: durable });
    },
    async put({ key, cases, ...rest }: Recording): Promise<void> {
      await recordings.updateOne({ _id: key }, { $setOnInsert: rest, $addToSet: { cases: { $each: cases } } }, { upsert: true, writeConcern: durable });
    },
    /** What was said in trials of these cases. */
    async *of(cases: string[]): AsyncGenerator<Recording> { for await (const doc of recordings.find({ cases: { $in: cases } }).sort({ _id: 1 })) yield toRecording(doc); },
  };
}
