import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import type { CannedReply, CannedReplyInput } from './schema.ts';

type Doc = CannedReplyInput & { _id: string };
const toReply = ({ _id, ...rest }: Doc): CannedReply => ({ id: _id, ...rest });

export type CannedReplyStore = Awaited<ReturnType<typeof cannedReplyStore>>;

/** Canned replies, shared by everybody. */
export async function cannedReplyStore(db: mongoose.Connection) {
  const replies = db.collection<Doc>('canned_replies');
  return {
    list: async (): Promise<CannedReply[]> => (await replies.find().sort({ shortcut: 1 }).limit(2000).toArray()).map(toReply),
    async create(input: CannedReplyInput): Promise<CannedReply> {
      const doc = { _id: newId(), ...input };
      await replies.insertOne(doc);
      return toReply(doc);
    },
    async change(id: string, change: Partial<CannedReplyInput>): Promise<CannedReply | null> {
      const doc = await replies.findOneAndUpdate({ _id: id }, { $set: change }, { returnDocument: 'after' });
      return doc ? toReply(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await replies.deleteOne({ _id: id })).deletedCount === 1,
  };
}
