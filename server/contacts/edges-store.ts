/** Who is one person with whom, in MongoDB: edges, refusals, and the claims that speak for either. */
import { LRUCache } from 'lru-cache';
import type mongoose from 'mongoose';
import { asDuplicate, Duplicate, durable, early } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { componentOf } from './rules/person.ts';
import type { Apart, Claim, Component, Edge, Evidence } from './schema.ts';

type Doc<T extends { id: string }> = Omit<T, 'id'> & { _id: string };
/** Edges that another node made are known after so long at the latest. */
const rememberedMs = 5_000;
const remembered = 20_000;
const mostClaims = 100;
/** Of what was read in messages less is kept: anybody can write a list of numbers. */
const mostSaid = 20;
/** What a later word may replace, and by what. */
const weaker: Record<Evidence, Evidence[]> = {
  claimed: [], 'wrote-from-it': ['claimed'], person: ['claimed', 'wrote-from-it'], attested: ['claimed', 'wrote-from-it', 'person'],
  hmac: ['claimed', 'wrote-from-it', 'person', 'attested'], otp: ['claimed', 'wrote-from-it', 'person', 'attested', 'hmac'],
};
const pairOf = (one: string, other: string) => (one < other ? { a: one, b: other } : { a: other, b: one });

/** Edges, refusals and claims. */
export async function edgesStore(db: mongoose.Connection) {
  const edges = db.collection<Doc<Edge> & { a: string; b: string }>('merges');
  const aparts = db.collection<Doc<Apart>>('aparts');
  const claims = db.collection<Doc<Claim>>('claims');
  await Promise.all([
    edges.createIndexes([
      { name: 'from', key: { from: 1 } }, { name: 'into', key: { into: 1 } },
      { name: 'pair', key: { a: 1, b: 1 }, unique: true, partialFilterExpression: { active: true } },
      { name: 'made', key: { at: 1 } }, { name: 'ended', key: { 'ended.at': 1 }, partialFilterExpression: { 'ended.at': { $exists: true } } },
    ]),
    aparts.createIndexes([{ name: 'pair', key: { a: 1, b: 1 }, unique: true, partialFilterExpression: { active: true } }, { name: 'other', key: { b: 1 } }]),
    claims.createIndexes([{ name: 'one', key: { contactId: 1, kind: 1, value: 1 }, unique: true }, { name: 'value', key: { kind: 1, value: 1 } }]),
  ]);
  const known = new LRUCache<string, Component>({ max: remembered, ttl: rememberedMs });
  const toEdge = ({ _id, a: _a, b: _b, ...rest }: Doc<Edge> & { a: string; b: string }): Edge => ({ id: _id, ...rest });
  const toApart = ({ _id, ...rest }: Doc<Apart>): Apart => ({ id: _id, ...rest });
  const toClaim = ({ _id, ...rest }: Doc<Claim>): Claim => ({ id: _id, ...rest });
  let changes = 0;
  const forget = (ids: string[]) => { changes++; for (const id of ids) for (const member of known.get(id)?.members ?? [id]) known.delete(member); };

  /** The components as the database has them now, all in as many queries as the longest chain has links. */
  const freshComponents = async (ids: string[]): Promise<Map<string, Component>> => {
    const asked = changes;
    const found = new Map<string, Edge>();
    const seen = new Set<string>();
    let front = ids;
    while (front.length) {
      for (const each of front) seen.add(each);
      const next = await edges.find({ active: true, $or: [{ from: { $in: front } }, { into: { $in: front } }] }).toArray();
      for (const doc of next) found.set(doc._id, toEdge(doc));
      front = [...new Set(next.flatMap(doc => [doc.from, doc.into]))].filter(each => !seen.has(each));
    }
    const all = [...found.values()];
    return new Map(ids.map((id): [string, Component] => {
      const component = componentOf(id, all);
      // An answer that a new edge has overtaken is not remembered.
      if (asked === changes) for (const member of component.members) known.set(member, component);
      return [id, component];
    }));
  };
  const freshComponent = async (id: string): Promise<Component> => (await freshComponents([id])).get(id) ?? componentOf(id, []);

  return {
    freshComponent,
    component: async (id: string): Promise<Component> => known.get(id) ?? freshComponent(id),

    /** The components of many contacts; those remembered cost nothing. */
    async components(ids: string[]): Promise<Map<string, Component>> {
      const remembering = [...new Set(ids)].map(id => ({ id, component: known.get(id) }));
      const unknown = remembering.flatMap(({ id, component }) => component ? [] : [id]);
      const fresh = unknown.length ? await freshComponents(unknown) : new Map<string, Component>();
      return new Map(remembering.flatMap(({ id, component }): [string, Component][] => { const one = component ?? fresh.get(id); return one ? [[id, one]] : []; }));
    },

    /** Null: the two are joined already. */
    async addEdge(edge: Omit<Edge, 'id' | 'active' | 'ended'>): Promise<Edge | null> {
      const made: Edge = { id: newId(), ...edge, active: true };
      const { id, ...rest } = made;
      try {
        await edges.insertOne({ _id: id, ...rest, ...pairOf(edge.from, edge.into) }, { writeConcern: durable });
      } catch (error) {
        if (asDuplicate(error) instanceof Duplicate) return null;
        throw error;
      } finally {
        forget([edge.from, edge.into]);
      }
      return made;
    },

    async endEdge(edge: Edge, ended: NonNullable<Edge['ended']>): Promise<void> {
      await edges.updateOne({ _id: edge.id, active: true }, { $set: { ended }, $unset: { active: true } }, { writeConcern: durable });
      forget([edge.from, edge.into]);
    },

    /** Every edge a contact ever had, newest first: who joined and parted it, and why. */
    async edgeHistory(ids: string[]): Promise<Edge[]> {
      return (await edges.find({ $or: [{ from: { $in: ids } }, { into: { $in: ids } }] }).sort({ at: -1 }).limit(500).toArray()).map(toEdge);
    },

    /** Contacts that were joined or parted since then. */
    async linkedSince(at: Date): Promise<string[]> {
      const found = await edges.find({ $or: [{ at: { $gte: at } }, { 'ended.at': { $gte: at } }] }, { projection: { from: 1, into: 1 } }).toArray();
      return [...new Set(found.flatMap(({ from, into }) => [from, into]))];
    },

    async setApart(one: string, other: string, why: Pick<Apart, 'by' | 'reason' | 'at' | 'reasons'>): Promise<void> {
      const pair = pairOf(one, other);
      await aparts.updateOne({ ...pair, active: true }, { $set: { ...pair, ...why, active: true as const }, $setOnInsert: { _id: newId() } }, { upsert: true, writeConcern: durable });
    },

    /** The pairs within these contacts that somebody keeps apart. */
    async apartWithin(ids: string[]): Promise<Apart[]> {
      return (await aparts.find({ a: { $in: ids }, b: { $in: ids }, active: true }).toArray()).map(toApart);
    },

    async apartFrom(ids: string[]): Promise<Apart[]> {
      return (await aparts.find({ active: true, $or: [{ a: { $in: ids } }, { b: { $in: ids } }] }).limit(500).toArray()).map(toApart);
    },

    async lift(list: Apart[], lifted: NonNullable<Apart['lifted']>): Promise<void> {
      if (list.length) await aparts.updateMany({ _id: { $in: list.map(each => each.id) }, active: true }, { $set: { lifted }, $unset: { active: true } }, { writeConcern: durable });
    },

    /** What is said of a contact. Stronger evidence replaces weaker; a contact keeps its first hundred. Does not wait for the journal: the entry that follows does. */
    async claim(claim: Omit<Claim, 'id'>): Promise<void> {
      const { contactId, kind, value, evidence, channelId, lastSeenAt, said } = claim;
      const seen = await claims.updateOne({ contactId, kind, value }, { $set: { lastSeenAt } }, { writeConcern: early });
      if (seen.matchedCount) {
        await claims.updateOne({ contactId, kind, value, evidence: { $in: weaker[evidence] } }, { $set: { evidence, channelId } }, { writeConcern: early });
        return;
      }
      if (await claims.countDocuments({ contactId }, { limit: mostClaims }) >= (said ? mostSaid : mostClaims)) return;
      await claims.insertOne({ _id: newId(), ...claim }, { writeConcern: early }).catch((error: unknown) => { if (!(asDuplicate(error) instanceof Duplicate)) throw error; });
    },

    async claimsOf(contactIds: string[]): Promise<Claim[]> {
      return (await claims.find({ contactId: { $in: contactIds } }, { readConcern: { level: 'local' } }).limit(2000).toArray()).map(toClaim);
    },

    /** Who is said to have one of these addresses. */
    async claimants(addresses: { kind: string; value: string }[], most: number): Promise<Claim[]> {
      if (!addresses.length) return [];
      return (await claims.find({ $or: addresses.map(({ kind, value }) => ({ kind, value })) }, { readConcern: { level: 'local' } }).limit(most).toArray()).map(toClaim);
    },
  };
}
