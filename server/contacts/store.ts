import type mongoose from 'mongoose';
import { Duplicate, early, groupCommit } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { escaped } from '../store/escaped.ts';
import { choicesStore } from './choices-store.ts';
import { codesStore } from './codes-store.ts';
import { consentsStore } from './consents-store.ts';
import { edgesStore } from './edges-store.ts';
import { cityKeys } from './rules/suggest.ts';
import type { Contact, ContactChange, Identity, Source } from './schema.ts';

type ContactDoc = Omit<Contact, 'id'> & { _id: string };
type IdentityDoc = Omit<Identity, 'id'> & { _id: string; /** Whose it was before it was passed on. */ former?: { contactId: string; until: Date }[] };

const toContact = ({ _id, ...rest }: ContactDoc): Contact => ({ id: _id, ...rest });
const toIdentity = ({ _id, former: _former, ...rest }: IdentityDoc): Identity => ({ id: _id, ...rest });

export type ContactStore = Awaited<ReturnType<typeof contactStore>>;

/** Contacts, their identities, what holds them together, what they allow. */
export async function contactStore(db: mongoose.Connection) {
  const contacts = db.collection<ContactDoc>('contacts');
  const identities = db.collection<IdentityDoc>('identities');
  await identities.createIndexes([{ name: 'address', key: { kind: 1, value: 1 }, unique: true }, { name: 'contact', key: { contactId: 1 } }]);
  await contacts.createIndexes([
    { name: 'name', key: { name: 1 } },
    ...cityKeys.map(city => ({ name: `name-${city}`, key: { name: 1 as const, [`attributes.${city}`]: 1 as const }, partialFilterExpression: { [`attributes.${city}`]: { $exists: true } } })),
  ]);
  const insertIdentity = groupCommit(db.collection<{ _id: string }>('identities'), { writeConcern: early });
  const insertContact = groupCommit(db.collection<{ _id: string }>('contacts'), { writeConcern: early });

  return {
    ...await edgesStore(db),
    ...await consentsStore(db),
    ...await codesStore(db),
    ...await choicesStore(db),

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

    /** Seen again. */
    async seen(id: string, now: Date): Promise<void> {
      await identities.updateOne({ _id: id }, { $set: { lastSeenAt: now } }, { writeConcern: early });
    },

    /** Its owner has left the address, or (null) is back. */
    async setMoved(kind: string, value: string, movedAt: Date): Promise<void> {
      await identities.updateOne({ kind, value }, { $set: { movedAt } });
    },

    /** An address that was left behind is somebody else's now. Null: another node saw it first. */
    async passOn(identity: Identity, to: Contact, now: Date): Promise<Identity | null> {
      const former = { contactId: identity.contactId, until: identity.movedAt ?? now };
      const doc = await identities.findOneAndUpdate({ _id: identity.id, contactId: identity.contactId, movedAt: { $exists: true } }, { $set: { contactId: to.id, firstSeenAt: now, lastSeenAt: now }, $unset: { movedAt: true }, $push: { former } }, { returnDocument: 'after' });
      if (!doc) return null;
      const { id: _id, ...facts } = to;
      await insertContact({ _id, ...facts });
      return toIdentity(doc);
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

    async identitiesOf(...contactIds: string[]): Promise<Identity[]> {
      return (await identities.find({ contactId: { $in: contactIds } }).limit(500).toArray()).map(toIdentity);
    },

    /** Who writes from one of these addresses. */
    async holders(addresses: { kind: string; value: string }[], most: number): Promise<Identity[]> {
      if (!addresses.length) return [];
      return (await identities.find({ $or: addresses.map(({ kind, value }) => ({ kind, value })) }).limit(most).toArray()).map(toIdentity);
    },

    /** Contacts of exactly this name, at most so many. */
    async namesakes(name: string, most: number): Promise<Contact[]> {
      return (await contacts.find({ name }).limit(most).toArray()).map(toContact);
    },

    /** Contacts of exactly this name in this place, at most so many. */
    async neighbours(name: string, city: string, most: number): Promise<Contact[]> {
      const found = await Promise.all(cityKeys.map(key => contacts.find({ name, [`attributes.${key}`]: city }).limit(most).toArray()));
      return found.flat().map(toContact);
    },

    /** What is vouched for takes the place of what only a channel told; not of what a colleague typed. */
    async setVouched(id: string, name: string, source: Source): Promise<void> {
      await contacts.updateOne({ _id: id, 'sources.name.by': { $nin: ['agent', 'program'] } }, { $set: { name, 'sources.name': source } });
    },

    /** Contacts whose name or address contains the text; the first `limit` by name. */
    async search(text: string, limit: number): Promise<Contact[]> {
      const match = { $regex: escaped(text), $options: 'i' };
      const byAddress = await identities.find({ value: match }, { projection: { contactId: 1 } }).limit(limit).maxTimeMS(2000).toArray();
      const found = await contacts.find(text ? { $or: [{ name: match }, { _id: { $in: byAddress.map(doc => doc.contactId) } }] } : {}).sort({ name: 1 }).limit(limit).maxTimeMS(2000).toArray();
      return found.map(toContact);
    },

    /** Corrects it; what the channel had said is kept beside the correction. */
    async change(id: string, change: ContactChange, source: Source): Promise<Contact | null> {
      const set: Record<string, unknown> = {};
      const unset: string[] = [];
      // A name with a space or a dash is a fine field name, but no path of an expression may end in one of ours: values are literals.
      const noted = (field: string, path: string) => { set[`sources.${field}`] = { $mergeObjects: [{ $literal: source }, { was: { $ifNull: [`$sources.${field}.was`, path, '$$REMOVE'] } }] }; };
      if (change.name !== undefined) { set['name'] = { $literal: change.name }; noted('name', '$name'); }
      for (const [name, value] of Object.entries(change.attributes ?? {})) {
        if (value === null) unset.push(`attributes.${name}`);
        else set[`attributes.${name}`] = { $literal: value };
        noted(`attributes ${name}`, `$attributes.${name}`);
      }
      if (!Object.keys(set).length) return this.get(id);
      const doc = await contacts.findOneAndUpdate({ _id: id }, [{ $set: set }, ...(unset.length ? [{ $unset: unset }] : [])], { returnDocument: 'after' });
      return doc ? toContact(doc) : null;
    },
  };
}
