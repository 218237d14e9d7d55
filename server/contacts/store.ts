import type mongoose from 'mongoose';
import { Duplicate, early, groupCommit } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Contact, ContactChange, Identity } from './schema.ts';

type ContactDoc = Omit<Contact, 'id'> & { _id: string };
type IdentityDoc = Omit<Identity, 'id'> & { _id: string };

const toContact = ({ _id, ...rest }: ContactDoc): Contact => ({ id: _id, ...rest });
const toIdentity = ({ _id, ...rest }: IdentityDoc): Identity => ({ id: _id, ...rest });

export type ContactStore = Awaited<ReturnType<typeof contactStore>>;

/** Contacts and their identities. */
export async function contactStore(db: mongoose.Connection) {
  const contacts = db.collection<ContactDoc>('contacts');
  const identities = db.collection<IdentityDoc>('identities');
  await identities.createIndexes([{ name: 'address', key: { kind: 1, value: 1 }, unique: true }, { name: 'contact', key: { contactId: 1 } }]);
  await contacts.createIndexes([{ name: 'name', key: { name: 1 } }]);
  const insertIdentity = groupCommit(db.collection<{ _id: string }>('identities'), { writeConcern: early });
  const insertContact = groupCommit(db.collection<{ _id: string }>('contacts'), { writeConcern: early });

  return {
    async findIdentity(kind: string, value: string): Promise<Identity | null> {
      const doc = await identities.findOne({ kind, value }, { readConcern: { level: 'local' } });
      return doc ? toIdentity(doc) : null;
    },

    /** Adds an identity and its contact. Null: somebody added the address at the same moment. The identity decides; a contact lost to a crash is made good by get(). */
    async meet(identity: Omit<Identity, 'id'>, contact: Contact): Promise<Identity | null> {
      const made: Identity = { id: newId(), ...identity };
      const { id, ...rest } = made;
      try {
        await insertIdentity({ _id: id, ...rest });
      } catch (error) {
        if (error instanceof Duplicate) return null;
        throw error;
      }
      const { id: _id, ...facts } = contact;
      await insertContact({ _id, ...facts });
      return made;
    },

    /** One more address of a contact. False: somebody has it already. */
    async addIdentity(identity: Omit<Identity, 'id'>): Promise<boolean> {
      try {
        await insertIdentity({ _id: newId(), ...identity });
        return true;
      } catch (error) {
        if (error instanceof Duplicate) return false;
        throw error;
      }
    },

    async get(id: string): Promise<Contact | null> {
      const doc = await contacts.findOne({ _id: id });
      if (doc) return toContact(doc);
      const identity = await identities.findOne({ contactId: id });
      return identity ? { id, name: identity.value, attributes: {}, createdAt: identity.firstSeenAt } : null;
    },

    async getMany(ids: string[]): Promise<Map<string, Contact>> {
      const found = await contacts.find({ _id: { $in: ids } }).toArray();
      return new Map(found.map(doc => [doc._id, toContact(doc)]));
    },

    async identitiesOf(contactId: string): Promise<Identity[]> {
      return (await identities.find({ contactId }).limit(100).toArray()).map(toIdentity);
    },

    /** Contacts whose name or address contains the text; the first `limit` by name. */
    async search(text: string, limit: number): Promise<Contact[]> {
      const match = { $regex: text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
      const byAddress = await identities.find({ value: match }, { projection: { contactId: 1 } }).limit(limit).maxTimeMS(2000).toArray();
      const found = await contacts.find(text ? { $or: [{ name: match }, { _id: { $in: byAddress.map(doc => doc.contactId) } }] } : {}).sort({ name: 1 }).limit(limit).maxTimeMS(2000).toArray();
      return found.map(toContact);
    },

    async change(id: string, change: ContactChange): Promise<Contact | null> {
      const set: Record<string, unknown> = {};
      const unset: Record<string, true> = {};
      if (change.name !== undefined) set['name'] = change.name;
      for (const [name, value] of Object.entries(change.attributes ?? {})) {
        if (value === null) unset[`attributes.${name}`] = true;
        else set[`attributes.${name}`] = value;
      }
      const update = { ...(Object.keys(set).length ? { $set: set } : {}), ...(Object.keys(unset).length ? { $unset: unset } : {}) };
      if (!Object.keys(update).length) return this.get(id);
      const doc = await contacts.findOneAndUpdate({ _id: id }, update, { returnDocument: 'after' });
      return doc ? toContact(doc) : null;
    },
  };
}
