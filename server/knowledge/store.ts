import type mongoose from 'mongoose';
import { isDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { escaped } from '../store/escaped.ts';
import type { Change, DocumentPatch, DocumentState, KnowledgeDocument, Passage } from './schema.ts';

/**
 * `due`: when a worker must take it up, or take it from one that died; `claim`: whose it is. `edition` is a new word whenever what the bot
 * may say of it has changed; `reserved` is the last version an attempt was given to write.
 */
type Doc = Omit<KnowledgeDocument, 'id'> & { _id: string; due: Date | null; claim: string; attempts: number; edition?: string; reserved?: number };
type PassageDoc = Passage & { _id: string; version: number };
type ChangesDoc = { _id: string; version: number; at: Date; items: Change[]; more: number };

/** Taken up by a worker: every word about it names the claim, so that one who was too late changes nothing. */
export type Claimed = { document: KnowledgeDocument; claim: string; attempts: number };
/** What a finished attempt leaves. */
export type Settled = Partial<Pick<KnowledgeDocument, 'title' | 'version' | 'fingerprint' | 'format' | 'bytes' | 'characters' | 'passages' | 'difference' | 'readAt' | 'changedAt' | 'error'>> & { state: DocumentState; due: Date | null };
export type Counts = { ready: number; failed: number; working: number; passages: number };

const toDocument = ({ _id, due: _due, claim: _claim, attempts: _attempts, edition: _edition, reserved: _reserved, ...rest }: Doc): KnowledgeDocument => ({ id: _id, ...rest });
const toPassage = ({ _id, version: _version, ...rest }: PassageDoc): Passage => rest;
const durable = { writeConcern: { w: 'majority' as const, j: true } };
const shownChanges = 200;

type Limit = 'topics' | 'validFrom' | 'validUntil' | 'audience';
/** Changes of a document that change what the bot may say of it, for the feed. */
export const mattersOfDocuments = { $or: [{ operationType: 'delete' }, { 'updateDescription.updatedFields.edition': { $exists: true } }] };

export type DocumentStore = Awaited<ReturnType<typeof documentStore>>;

/** Documents, which are also the queue of what is to be read; their passages by version; the last changes. */
export async function documentStore(db: mongoose.Connection) {
  const documents = db.collection<Doc>('documents');
  const passages = db.collection<PassageDoc>('passages');
  const changes = db.collection<ChangesDoc>('passage_changes');
  await Promise.all([
    documents.createIndex({ due: 1 }, { name: 'due', partialFilterExpression: { due: { $type: 'date' } } }),
    documents.createIndex({ url: 1 }, { name: 'url', unique: true, partialFilterExpression: { url: { $type: 'string' } } }),
    documents.createIndex({ parentId: 1, _id: -1 }, { name: 'parent' }),
    passages.createIndex({ documentId: 1, version: 1, ordinal: 1 }, { name: 'place' }),
    passages.createIndex({ id: 1 }, { name: 'piece' }),
  ]);

  const fresh = (input: Pick<Doc, 'kind' | 'title' | 'schedule'> & Partial<Pick<Doc, 'url' | 'fileId' | 'parentId' | Limit>>, now: Date): Doc => ({
    _id: newId(), parentId: null, state: 'queued', version: 0, bytes: 0, characters: 0, passages: 0, createdAt: now, due: now, claim: '', attempts: 0, ...input,
  });

  return {
    /** Null when this address is here already. */
    async create(input: Parameters<typeof fresh>[0], now: Date): Promise<KnowledgeDocument | null> {
      const doc = fresh(input, now);
      try {
        await documents.insertOne(doc, durable);
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
      return toDocument(doc);
    },
    async get(id: string): Promise<KnowledgeDocument | null> {
      const doc = await documents.findOne({ _id: id });
      return doc && toDocument(doc);
    },
    async list({ parentId, state, q, after, limit }: { parentId: string | null; state?: DocumentState | undefined; q: string; after?: string | undefined; limit: number }): Promise<KnowledgeDocument[]> {
      const match = { $regex: escaped(q), $options: 'i' };
      const filter = { parentId, ...(state ? { state } : {}), ...(q ? { $or: [{ title: match }, { url: match }] } : {}), ...(after ? { _id: { $lt: after } } : {}) };
      return (await documents.find(filter).sort({ _id: -1 }).limit(limit).maxTimeMS(2000).toArray()).map(toDocument);
    },
    /** Pages of site maps by what became of them. */
    async counts(parentIds: string[]): Promise<Map<string, Counts>> {
      const sum = (states: DocumentState[]) => ({ $sum: { $cond: [{ $in: ['$state', states] }, 1, 0] } });
      const rows = await documents.aggregate<Counts & { _id: string }>([
        { $match: { parentId: { $in: parentIds } } },
        { $group: { _id: '$parentId', ready: sum(['ready']), failed: sum(['failed']), working: sum(['queued', 'fetching', 'reading', 'splitting']), passages: { $sum: '$passages' } } },
      ]).toArray();
      return new Map(rows.map(({ _id, ...counts }) => [_id, counts]));
    },
    async reschedule(id: string, schedule: KnowledgeDocument['schedule'], nextRead: Date | null): Promise<KnowledgeDocument | null> {
      const doc = await documents.findOneAndUpdate({ _id: id }, [{ $set: { schedule, due: { $cond: [{ $in: ['$state', ['ready', 'failed']] }, nextRead, '$due'] } } }], { returnDocument: 'after' });
      return doc && toDocument(doc);
    },
    /** Reads it again, now; whoever is at it loses it. */
    async queue(id: string, now: Date, file?: { fileId: string; title: string }): Promise<KnowledgeDocument | null> {
      const doc = await documents.findOneAndUpdate({ _id: id }, { $set: { ...file, state: 'queued', due: now, claim: '', attempts: 0 }, $unset: { error: true } }, { returnDocument: 'after', ...durable });
      return doc && toDocument(doc);
    },
    /** The pages a site map names: new ones are queued, known ones read again; gives back those it names no more. */
    async adopt({ id: parentId, topics, validFrom, validUntil, audience }: Pick<KnowledgeDocument, 'id' | Limit>, urls: string[], now: Date): Promise<string[]> {
      const limits = Object.fromEntries(Object.entries({ topics, validFrom, validUntil, audience }).filter(([, value]) => value !== undefined));
      const known = await documents.find({ parentId }, { projection: { url: 1 } }).toArray();
      const here = new Set((await documents.find({ url: { $in: urls } }, { projection: { url: 1 } }).toArray()).map(({ url }) => url));
      const docs = urls.filter((url) => !here.has(url)).map((url) => fresh({ kind: 'page', title: url, url, parentId, schedule: 'never', ...limits }, now));
      if (docs.length > 0) await documents.insertMany(docs, { ordered: false, ...durable }).catch((error: unknown) => { if (!isDuplicate(error)) throw error; });
      const named = new Set(urls);
      await documents.updateMany({ parentId, url: { $in: known.flatMap(({ url }) => (url !== undefined && named.has(url) ? [url] : [])) } }, { $set: { state: 'queued', due: now, claim: '', attempts: 0 }, $unset: { error: true } }, durable);
      return known.filter(({ url }) => url === undefined || !named.has(url)).map(({ _id }) => _id);
    },
    /** What it is about, when and for whom; of a site map's pages too. Null takes a limit away. */
    async limit(id: string, { schedule: _schedule, ...patch }: DocumentPatch): Promise<KnowledgeDocument | null> {
      const pick = (wanted: boolean) => Object.entries(patch).filter(([, value]) => value !== undefined && (value === null) === wanted);
      await documents.updateMany({ $or: [{ _id: id }, { parentId: id }] }, { $set: { ...Object.fromEntries(pick(false)), edition: newId() }, ...(pick(true).length > 0 ? { $unset: Object.fromEntries(pick(true).map(([name]) => [name, true as const])) } : {}) }, durable);
      return await this.get(id);
    },
    /** Forgets it with the pages found in it; gives back which, and their files. */
    async remove(id: string): Promise<{ ids: string[]; fileIds: string[] } | null> {
      const gone = await documents.find({ $or: [{ _id: id }, { parentId: id }] }).toArray();
      if (!gone.some(({ _id }) => _id === id)) return null;
      const ids = gone.map(({ _id }) => _id);
      // The documents first: a worker that is at one of them finds its claim gone.
      await documents.deleteMany({ _id: { $in: ids } }, durable);
      await passages.deleteMany({ documentId: { $in: ids } });
      await changes.deleteMany({ _id: { $in: ids } });
      return { ids, fileIds: gone.flatMap(({ fileId }) => (fileId ? [fileId] : [])) };
    },

    async claim(now: Date, leaseMs: number): Promise<Claimed | null> {
      const claim = newId();
      const doc = await documents.findOneAndUpdate({ due: { $lte: now } }, { $set: { claim, due: new Date(now.getTime() + leaseMs), state: 'fetching' }, $inc: { attempts: 1 } }, { sort: { due: 1 }, returnDocument: 'after', ...durable });
      return doc && { document: toDocument(doc), claim, attempts: doc.attempts };
    },
    /** False when it is not ours any more. */
    async renew(id: string, claim: string, until: Date): Promise<boolean> {
      return (await documents.updateOne({ _id: id, claim }, { $set: { due: until } })).matchedCount === 1;
    },
    async step(id: string, claim: string, state: DocumentState): Promise<boolean> {
      return (await documents.updateOne({ _id: id, claim }, { $set: { state } })).matchedCount === 1;
    },
    /** A version number no other attempt was given: who was too late writes beside what counts, not over it. Null: it is not ours any more. */
    async reserve(id: string, claim: string): Promise<number | null> {
      const doc = await documents.findOneAndUpdate({ _id: id, claim }, [{ $set: { reserved: { $add: [{ $max: ['$version', '$reserved'] }, 1] } } }], { returnDocument: 'after', ...durable });
      return doc?.reserved ?? null;
    },
    /** Ends an attempt; the next one of the same document counts anew unless it is only put off. */
    async settle(id: string, claim: string, { error, ...settled }: Settled): Promise<boolean> {
      const done = settled.state === 'queued' ? {} : { attempts: 0 };
      return (await documents.updateOne({ _id: id, claim }, { $set: { ...settled, ...done, claim: '', ...(settled.version === undefined ? {} : { edition: newId() }), ...(error === undefined ? {} : { error }) }, ...(error === undefined ? { $unset: { error: true } } : {}) }, durable)).matchedCount === 1;
    },

    async passagesOf(documentId: string, version: number, after = -1, limit = 0): Promise<Passage[]> {
      return (await passages.find({ documentId, version, ordinal: { $gt: after } }).sort({ ordinal: 1 }).limit(limit).toArray()).map(toPassage);
    },
    /** Where passages stand, as far as their documents still say them. */
    async placesOf(ids: string[]): Promise<Map<string, Pick<Passage, 'documentId' | 'headings' | 'ordinal' | 'text' | 'locale'> & { document: string }>> {
      const found = await passages.find({ id: { $in: ids } }).toArray();
      const current = new Map((await documents.find({ _id: { $in: found.map(({ documentId }) => documentId) } }).toArray()).map(doc => [doc._id, doc]));
      return new Map(found.flatMap(({ id, documentId, headings, ordinal, version, text, locale }) => {
        const document = current.get(documentId);
        return document?.version === version ? [[id, { documentId, document: document.title, headings, ordinal, text, locale }]] : [];
      }));
    },
    /** A version is written whole before the document points to it. */
    async write(documentId: string, version: number, items: Passage[]): Promise<void> {
      if (items.length > 0) await passages.insertMany(items.map((item) => ({ _id: `${documentId}/${version}/${item.ordinal}`, version, ...item })), durable);
    },
    async drop(documentId: string, version: number): Promise<void> { await passages.deleteMany({ documentId, version }); },
    /** Older versions go, and what attempts that died left. */
    async keepOnly(documentId: string, version: number): Promise<void> { await passages.deleteMany({ documentId, version: { $lt: version } }); },
    async note(documentId: string, version: number, at: Date, items: Change[]): Promise<void> {
      await changes.replaceOne({ _id: documentId }, { version, at, items: items.slice(0, shownChanges), more: Math.max(0, items.length - shownChanges) }, { upsert: true });
    },
    async changesOf(documentId: string, version: number): Promise<{ at: Date; items: Change[]; more: number } | null> {
      const found = await changes.findOne({ _id: documentId, version });
      return found && { at: found.at, items: found.items, more: found.more };
    },
    /** What can be said of a document now, in steps; null: there is no such document. */
    async said(id: string): Promise<{ document: KnowledgeDocument; passages: Passage[] } | null> {
      for (;;) {
        const document = await this.get(id);
        if (!document) return null;
        const found = document.version > 0 ? await this.passagesOf(id, document.version) : [];
        // A newer version takes the one before away: read while that happened, it is read again.
        if (found.length === document.passages || (await this.get(id))?.version === document.version) return { document, passages: found };
      }
    },
    /** Every passage that is searchable, with its document. */
    async *all(): AsyncGenerator<{ document: KnowledgeDocument; passage: Passage }> {
      const current = new Map<string, KnowledgeDocument>();
      for await (const doc of documents.find({ version: { $gt: 0 } })) current.set(doc._id, toDocument(doc));
      for await (const doc of passages.find()) {
        const document = current.get(doc.documentId);
        if (document?.version === doc.version) yield { document, passage: toPassage(doc) };
      }
    },
  };
}
