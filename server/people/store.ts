import type mongoose from 'mongoose';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { Problem } from '../problem.ts';
import { revisions } from '../store/revisions.ts';
import { defaultStates } from './rules/states.ts';
import { StateSettings, type AgentState, type LoggedState, type Person, type Role } from './schema.ts';

/** `activeAt`: when their console last said that they do something. */
type PersonDoc = Omit<Person, 'id'> & { _id: string; passwordHash: string; activeAt?: Date };
type SessionDoc = { _id: string; personId: string; expiresAt: Date };
type TokenDoc = { _id: string; hash: string; name: string; role: Role; createdAt: Date; lastUsedAt: Date | null };
/** An API token without its secret. */
export type ApiToken = Omit<TokenDoc, '_id' | 'hash'> & { id: string };

const toPerson = ({ _id, passwordHash: _hash, activeAt: _active, ...rest }: PersonDoc): Person => ({ id: _id, ...rest });
const toToken = ({ _id, hash: _hash, ...rest }: TokenDoc): ApiToken => ({ id: _id, ...rest });

export type PeopleStore = Awaited<ReturnType<typeof peopleStore>>;

/** People, their sessions and API tokens; secrets only as hashes. */
export async function peopleStore(db: mongoose.Connection) {
  const people = db.collection<PersonDoc>('people');
  const sessions = db.collection<SessionDoc>('sessions');
  const tokens = db.collection<TokenDoc>('api_tokens');
  const states = db.collection<LoggedState & { _id: string; personId: string }>('agent_states');
  await people.createIndexes([{ name: 'email', key: { email: 1 }, unique: true }]);
  await sessions.createIndexes([{ name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 }, { name: 'person', key: { personId: 1 } }]);
  await tokens.createIndexes([{ name: 'hash', key: { hash: 1 }, unique: true }]);
  await states.createIndexes([{ name: 'person', key: { personId: 1, at: 1 } }]);

  const emailTaken = (error: unknown): never => {
    if (asDuplicate(error) !== error) throw new Problem('conflict', 'Somebody has this e-mail address already.', { email: 'is taken' });
    throw error;
  };

  return {
    list: async (): Promise<Person[]> => (await people.find().sort({ name: 1 }).toArray()).map(toPerson),
    count: () => people.countDocuments(),
    async get(id: string): Promise<Person | null> {
      const doc = await people.findOne({ _id: id });
      return doc ? toPerson(doc) : null;
    },
    async findByEmail(email: string): Promise<{ person: Person; passwordHash: string } | null> {
      const doc = await people.findOne({ email: email.toLowerCase() });
      return doc ? { person: toPerson(doc), passwordHash: doc.passwordHash } : null;
    },
    async create(facts: Omit<Person, 'id'>, passwordHash: string): Promise<Person> {
      const doc = { _id: newId(), ...facts, passwordHash };
      await people.insertOne(doc).catch(emailTaken);
      return toPerson(doc);
    },
    async change(id: string, facts: Partial<Omit<Person, 'id'>>, passwordHash?: string): Promise<Person | null> {
      const doc = await people.findOneAndUpdate({ _id: id }, { $set: { ...facts, ...(passwordHash ? { passwordHash } : {}) } }, { returnDocument: 'after' }).catch(emailTaken);
      return doc ? toPerson(doc) : null;
    },
    /** The log of states is append-only: occupancy and adherence are counted from it. */
    async logState(personId: string, line: LoggedState): Promise<void> {
      await states.insertOne({ _id: newId(), personId, ...line }, { ignoreUndefined: true });
    },
    /** One person's lines in a time, the one it began with included, in order. */
    async statesOf(personId: string, from: Date, to: Date): Promise<LoggedState[]> {
      const first = await states.find({ personId, at: { $lte: from } }).sort({ at: -1, _id: -1 }).limit(1).toArray();
      const later = await states.find({ personId, at: { $gt: from, $lt: to } }).sort({ at: 1, _id: 1 }).toArray();
      return [...first, ...later].map(({ _id, personId: _person, ...line }) => line);
    },
    /** Somebody does something at their console. Answers with their state; null when there is no such person. */
    async active(id: string, at: Date): Promise<AgentState | null> {
      const doc = await people.findOneAndUpdate({ _id: id }, { $max: { activeAt: at } }, { projection: { state: 1 } });
      return doc?.state ?? null;
    },
    /** Who is available and did nothing since. */
    async idleSince(at: Date): Promise<string[]> {
      const idle = await people.find({ state: 'available', disabled: { $ne: true }, stateSince: { $lte: at }, $or: [{ activeAt: { $lte: at } }, { activeAt: { $exists: false } }] }, { projection: { _id: 1 } }).toArray();
      return idle.map(({ _id }) => _id);
    },
    /** How agents say what they do, saving by saving. */
    stateSettings: revisions(db.collection('agent_state_settings'), stored => StateSettings.parse(Object.assign({}, defaultStates, stored))),
    /** Each person's states in a time, the one it began with included, in order. Who said nothing by then is not there. */
    async statesBetween(from: Date, to: Date): Promise<Map<string, { state: AgentState; reason: string | null; at: Date }[]>> {
      const ids = (await people.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
      const all = await Promise.all(ids.map(async (personId) => {
        const first = await states.find({ personId, at: { $lte: from } }).sort({ at: -1 }).limit(1).toArray();
        const later = await states.find({ personId, at: { $gt: from, $lt: to } }).sort({ at: 1 }).toArray();
        return [personId, [...first, ...later].map(({ state, reason, at }) => ({ state, reason, at }))] as const;
      }));
      return new Map(all.filter(([, found]) => found.length > 0));
    },
    async openSession(hash: string, personId: string, expiresAt: Date): Promise<void> {
      await sessions.insertOne({ _id: hash, personId, expiresAt });
    },
    async sessionPerson(hash: string, now: Date): Promise<Person | null> {
      const session = await sessions.findOne({ _id: hash, expiresAt: { $gt: now } });
      return session ? this.get(session.personId) : null;
    },
    closeSession: async (hash: string): Promise<void> => { await sessions.deleteOne({ _id: hash }); },
    closeSessionsOf: async (personId: string, butHash?: string): Promise<void> => { await sessions.deleteMany({ personId, ...(butHash ? { _id: { $ne: butHash } } : {}) }); },
    async addToken(hash: string, name: string, role: Role, now: Date): Promise<ApiToken> {
      const doc: TokenDoc = { _id: newId(), hash, name, role, createdAt: now, lastUsedAt: null };
      await tokens.insertOne(doc);
      return toToken(doc);
    },
    listTokens: async (): Promise<ApiToken[]> => (await tokens.find().sort({ createdAt: -1 }).toArray()).map(toToken),
    async findToken(hash: string, now: Date): Promise<ApiToken | null> {
      const doc = await tokens.findOne({ hash });
      if (!doc) return null;
      if (!doc.lastUsedAt || now.getTime() - doc.lastUsedAt.getTime() > 60_000) await tokens.updateOne({ _id: doc._id }, { $set: { lastUsedAt: now } });
      return toToken(doc);
    },
    removeToken: async (id: string): Promise<boolean> => (await tokens.deleteOne({ _id: id })).deletedCount === 1,
  };
}
