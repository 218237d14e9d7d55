/** The consent ledger in MongoDB: lines are added, never changed. */
import { LRUCache } from 'lru-cache';
import type mongoose from 'mongoose';
import { asDuplicate, Duplicate, durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Consent } from './schema.ts';

type ConsentDoc = Omit<Consent, 'id' | 'address'> & { _id: string; address?: Consent['address'] | null };
type Address = NonNullable<Consent['address']>;
/** A 'no' that another node took is known after so long at the latest. */
const rememberedMs = 2_000;
const mostLines = 500;

/** Lines by address and by contact. */
export async function consentsStore(db: mongoose.Connection) {
  const consents = db.collection<ConsentDoc>('consents');
  await consents.createIndexes([
    { name: 'address', key: { 'address.kind': 1, 'address.value': 1 }, partialFilterExpression: { 'address.value': { $exists: true } } },
    { name: 'contact', key: { contactId: 1, at: -1 } },
    { name: 'platform', key: { channelId: 1, externalId: 1 }, unique: true, partialFilterExpression: { externalId: { $exists: true } } },
  ]);
  const known = new LRUCache<string, Consent[]>({ max: 50_000, ttl: rememberedMs });
  let added = 0;
  /** An answer that a new line has overtaken is not remembered. */
  const remembering = async (name: string, ask: () => Promise<ConsentDoc[]>): Promise<Consent[]> => {
    const before = known.get(name);
    if (before) return before;
    const asked = added;
    const found = (await ask()).map(toConsent);
    if (asked === added) known.set(name, found);
    return found;
  };
  const toConsent = ({ _id, address, ...rest }: ConsentDoc): Consent => ({ id: _id, ...rest, ...(address ? { address } : {}) });

  return {
    /** Adds a line. False: the platform had told us before. */
    async addConsent(consent: Omit<Consent, 'id'>): Promise<boolean> {
      try {
        await consents.insertOne({ _id: newId(), ...consent }, { writeConcern: durable });
        return true;
      } catch (error) {
        if (asDuplicate(error) instanceof Duplicate) return false;
        throw error;
      } finally {
        added++;
        known.clear();
      }
    },

    /** What was said about this very address. Remembered for a moment. */
    consentsFor: ({ kind, value }: Address): Promise<Consent[]> =>
      remembering(`${kind}:${value}`, () => consents.find({ 'address.kind': kind, 'address.value': value }).sort({ _id: -1 }).limit(mostLines).toArray()),

    /** What was said about all addresses of these contacts. Remembered for a moment. */
    consentsForAll: (contactIds: string[]): Promise<Consent[]> =>
      remembering(contactIds.join(), () => consents.find({ contactId: { $in: contactIds }, 'address.value': { $exists: false } }).sort({ at: -1 }).limit(mostLines).toArray()),

    /** The whole ledger of these contacts, newest first. */
    async consentsOf(contactIds: string[]): Promise<Consent[]> {
      return (await consents.find({ contactId: { $in: contactIds } }).sort({ at: -1 }).limit(mostLines).toArray()).map(toConsent);
    },
  };
}
