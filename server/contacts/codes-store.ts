/** Codes that were sent to prove an address. The code itself is not kept. */
import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Code } from './schema.ts';

type CodeDoc = Omit<Code, 'id'> & { _id: string };
type Tried = Pick<Code, 'id' | 'contactId' | 'kind' | 'value' | 'channelId' | 'hash'>;
/** Long enough to count what was sent in a day. */
const keptSeconds = 2 * 86_400;

/** Codes by contact and by address; they go by themselves after two days. */
export async function codesStore(db: mongoose.Connection) {
  const codes = db.collection<CodeDoc>('contact_codes');
  await codes.createIndexes([
    { name: 'contact', key: { contactId: 1, createdAt: -1 } }, { name: 'address', key: { kind: 1, value: 1, createdAt: -1 } },
    { name: 'old', key: { createdAt: 1 }, expireAfterSeconds: keptSeconds },
  ]);
  return {
    newCodeId: newId,

    async addCode({ id: _id, ...code }: Code): Promise<void> {
      await codes.insertOne({ _id, ...code }, { writeConcern: durable });
    },

    countCodesOf: (contactId: string, since: Date, most: number) => codes.countDocuments({ contactId, createdAt: { $gt: since } }, { limit: most }),
    countCodesTo: (kind: string, value: string, since: Date, most: number) => codes.countDocuments({ kind, value, createdAt: { $gt: since } }, { limit: most }),

    /** Takes one try of the code that was sent to a contact last. Null: there is none, or no try is left. */
    async tryCode(contactId: string, now: Date): Promise<Tried | null> {
      const [last] = await codes.find({ contactId }, { projection: { _id: 1 } }).sort({ createdAt: -1 }).limit(1).toArray();
      const doc = last && await codes.findOneAndUpdate({ _id: last._id, until: { $gt: now }, tries: { $gt: 0 } }, { $inc: { tries: -1 } }, { writeConcern: durable });
      return doc ? { id: doc._id, contactId: doc.contactId, kind: doc.kind, value: doc.value, channelId: doc.channelId, hash: doc.hash } : null;
    },

    /** A code works once. False: it has worked before. */
    async spendCode(id: string, now: Date): Promise<boolean> {
      return (await codes.updateOne({ _id: id, spentAt: { $exists: false } }, { $set: { spentAt: now, tries: 0 } }, { writeConcern: durable })).modifiedCount === 1;
    },
  };
}
