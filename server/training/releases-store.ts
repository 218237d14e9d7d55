import type mongoose from 'mongoose';
import type { Indexed, Pointer } from '../answers/schema.ts';
import { Conduct } from '../bot-conduct/schema.ts';
import { PinnedTool } from '../bot-tools/schema.ts';
import { Problem } from '../problem.ts';
import { durable, isDuplicate } from '../store/group-commit.ts';
import type { Move, Release } from './schema.ts';
import { digestOfRelease, pieceOf, versionOf } from './version.ts';

type VersionDoc = { _id: string; piece: Indexed };
type ReleaseDoc = Omit<Release, 'number'> & { _id: number; hashes: Uint8Array; conduct?: Conduct; tools?: PinnedTool[] };
type MoveDoc = Omit<Move, 'rev'> & { _id: number };

const BYTES = 16;
const READ = 500;

const toRelease = ({ _id, at, by, note, size, digest }: Omit<ReleaseDoc, 'hashes' | 'conduct' | 'tools'>): Release => ({ number: _id, at, by, note, size, digest });
const toMove = ({ _id, ...rest }: MoveDoc): Move => ({ ...rest, rev: _id });

/** Releases, the versions of pieces they are made of, and the moves of the pointer. Nothing here is ever changed. */
export async function releaseStore(db: mongoose.Connection) {
  const versions = db.collection<VersionDoc>('knowledge_versions');
  const releases = db.collection<ReleaseDoc>('releases');
  const moves = db.collection<MoveDoc>('release_moves');
  const brief = { hashes: 0, conduct: 0, tools: 0 };

  /** The names of a release's versions. */
  async function hashes(number: number): Promise<string[]> {
    const doc = await releases.findOne({ _id: number }, { promoteBuffers: true });
    if (!doc) throw new Problem('not-found', 'There is no such release.');
    const all = Buffer.from(doc.hashes);
    return Array.from({ length: all.length / BYTES }, (_, i) => all.subarray(i * BYTES, (i + 1) * BYTES).toString('hex'));
  }

  async function *byHash(names: string[]): AsyncGenerator<Indexed> {
    for (let from = 0; from < names.length; from += READ) {
      for await (const { piece } of versions.find({ _id: { $in: names.slice(from, from + READ) } })) yield piece;
    }
  }

  async function lastMove(): Promise<Move | null> {
    const doc = await moves.findOne({}, { sort: { _id: -1 } });
    return doc ? toMove(doc) : null;
  }

  return {
    hashes, byHash, lastMove,
    async *pieces(number: number): AsyncGenerator<Indexed> { yield * byHash(await hashes(number)); },
    async get(number: number): Promise<Release | null> {
      const doc = await releases.findOne({ _id: number }, { projection: brief });
      return doc ? toRelease(doc) : null;
    },
    /** Which of these pieces a release does not hold as they are now. */
    async lacks(number: number, items: Indexed[]): Promise<Set<string>> {
      const held = items.length > 0 ? new Set(await hashes(number)) : new Set();
      return new Set(items.filter(item => !held.has(versionOf(item))).map(({ id }) => id));
    },
    newest: async (): Promise<number | null> => (await releases.findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } }))?._id ?? null,
    list: async (before: number | undefined, limit: number): Promise<Release[]> =>
      (await releases.find(before === undefined ? {} : { _id: { $lt: before } }, { projection: brief }).sort({ _id: -1 }).limit(limit).toArray()).map(toRelease),

    /** How the bot behaves in it; releases from before there was a conduct say nothing of it. */
    async conduct(number: number): Promise<Conduct> {
      const doc = await releases.findOne({ _id: number }, { projection: { conduct: 1 } });
      if (!doc) throw new Problem('not-found', 'There is no such release.');
      return Conduct.parse(doc.conduct ?? {});
    },

    /** The tools it keeps; null: it is from before tools were a part of releases. */
    async tools(number: number): Promise<PinnedTool[] | null> {
      const doc = await releases.findOne({ _id: number }, { projection: { tools: 1 } });
      if (!doc) throw new Problem('not-found', 'There is no such release.');
      return doc.tools?.map(tool => PinnedTool.parse(tool)) ?? null;
    },

    /** Keeps pieces, conduct and tools as the next release. Versions that are there already are not written again; they are there before the release that names them. */
    async create(items: Indexed[], { conduct, tools }: { conduct: Conduct; tools: PinnedTool[] }, about: Pick<Release, 'at' | 'by' | 'note'>): Promise<Release> {
      const named = new Map(items.map(item => [versionOf(item), item]));
      const names = [...named.keys()].toSorted();
      for (let from = 0; from < names.length; from += READ) {
        const some = names.slice(from, from + READ);
        const known = new Set((await versions.find({ _id: { $in: some } }).project<{ _id: string }>({ _id: 1 }).toArray()).map(each => each._id));
        const docs = some.flatMap((name) => { const item = named.get(name); return item && !known.has(name) ? [{ _id: name, piece: pieceOf(item) }] : []; });
        if (docs.length) await versions.bulkWrite(docs.map(doc => ({ updateOne: { filter: { _id: doc._id }, update: { $setOnInsert: { piece: doc.piece } }, upsert: true } })), { ordered: false, writeConcern: durable, ignoreUndefined: true });
      }
      const rest = { ...about, size: names.length, digest: digestOfRelease(names, conduct, tools), conduct, tools, hashes: Buffer.from(names.join(''), 'hex') };
      for (;;) {
        const last = await releases.findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } });
        const number = (last?._id ?? 0) + 1;
        try {
          await releases.insertOne({ _id: number, ...rest }, { writeConcern: durable, ignoreUndefined: true });
          return toRelease({ _id: number, ...rest });
        } catch (error) {
          // Somebody else's took the number.
          if (!isDuplicate(error)) throw error;
        }
      }
    },

    async pointer(): Promise<Pointer> {
      const move = await lastMove();
      return move ? { rev: move.rev, published: move.published, canary: move.canary } : { rev: 0, published: null, canary: null };
    },
    /** The move after `rev`; null when somebody moved first. The move is the pointer and its own record: neither is there without the other. */
    async move(rev: number, next: Omit<Move, 'rev'>): Promise<Move | null> {
      if (((await lastMove())?.rev ?? 0) !== rev) return null;
      try {
        await moves.insertOne({ _id: rev + 1, ...next }, { writeConcern: durable });
        return { ...next, rev: rev + 1 };
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    },
    moves: async (limit: number): Promise<Move[]> => (await moves.find().sort({ _id: -1 }).limit(limit).toArray()).map(toMove),
    wasPublished: async (number: number): Promise<boolean> => (await moves.findOne({ published: number })) !== null,
  };
}
