/**
 * What was written to some collections, by whichever node, in the order of the writes: a change stream that is taken up again where it was cut.
 * It says which documents to look at anew, not what is in them: hints that come late, twice or together do no harm.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { durable } from './group-commit.ts';

/** A document that was written or removed. */
export type Hint = { collection: string; id: string };

/** A collection, and which of its changes matter (a $match on change events; absent: all). */
export type Watched = { collection: string; matters?: Record<string, unknown> };

export type FeedEvents = {
  /** One call after the other; hints that came meanwhile are joined. */
  changed(hints: Hint[]): Promise<void>;
  /** Changes were missed and will never be told: everything is to be read again. */
  lost(): Promise<void>;
  onError(error: unknown, what: string): void;
};

export type Feed = {
  /** Resolves when every write that was durable at the call has been passed on. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
};

type Mark = { _id: string; at: Date };
type Item = Hint | { mark: string } | 'lost';
type Position = mongoose.mongo.Timestamp;

const againMs = 500;
const markMs = 5_000;
const dayMs = 86_400_000;
/** The oplog has moved on, or does not know the place: 260 InvalidResumeToken, 280 ChangeStreamFatalError, 286 ChangeStreamHistoryLost. */
const gone = new Set([260, 280, 286]);
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Where the database is now: a feed that is opened from here tells of all that is written after. */
export async function positionOf(db: mongoose.mongo.Db): Promise<Position | undefined> {
  const answer = await db.command({ ping: 1 });
  return answer['operationTime'];
}

/** Follows the collections from a position on. */
export function openFeed(db: mongoose.mongo.Db, watched: Watched[], from: Position | undefined, { changed, lost, onError }: FeedEvents): Feed {
  const marks = db.collection<Mark>('feed_marks');
  const self = randomUUID();
  let count = 0;
  let stopped = false;
  let stream: mongoose.mongo.ChangeStream<mongoose.mongo.Document, mongoose.mongo.Document> | undefined;
  const items: Item[] = [];
  const waiting = new Map<string, () => void>();
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (items.length > 0 && !stopped) {
      const some = items.splice(0);
      const hints = [...new Map(some.flatMap((item) => (item === 'lost' || 'mark' in item ? [] : [[`${item.collection}/${item.id}`, item] as const]))).values()];
      try {
        if (some.includes('lost')) await lost();
        else if (hints.length > 0) await changed(hints);
        for (const item of some) if (item !== 'lost' && 'mark' in item) waiting.get(item.mark)?.();
      } catch (error) {
        onError(error, 'what was changed elsewhere could not be read; it will be tried again');
        items.unshift(...some);
        await pause(againMs);
      }
    }
  }
  function kick(): void {
    draining ??= drain().finally(() => {
      draining = undefined;
      if (items.length > 0 && !stopped) kick();
    });
  }
  function add(...more: Item[]): void {
    items.push(...more);
    kick();
  }

  const pipeline = [
    { $match: { $or: [
      ...watched.map(({ collection, matters }) => ({ 'ns.coll': collection, operationType: { $in: ['insert', 'update', 'replace', 'delete'] }, ...matters })),
      { 'ns.coll': 'feed_marks', operationType: 'insert' },
      // A collection that was dropped or renamed took everything with it.
      { 'ns.coll': { $in: watched.map(({ collection }) => collection) }, operationType: { $in: ['drop', 'rename'] } }, { operationType: 'dropDatabase' },
    ] } },
    { $project: { ns: 1, operationType: 1, documentKey: 1 } },
  ];

  async function listen(): Promise<void> {
    let token: unknown;
    let at = from;
    while (!stopped) {
      try {
        stream = db.watch(pipeline, { ...(token ? { startAfter: token } : at ? { startAtOperationTime: at } : {}), maxAwaitTimeMS: 1_000 });
        for await (const change of stream) {
          token = change._id;
          const id = 'documentKey' in change ? String(change.documentKey?._id) : '';
          const collection = 'ns' in change && change.ns && 'coll' in change.ns ? change.ns.coll : '';
          if (id === '') add('lost');
          else if (collection === 'feed_marks') { if (waiting.has(id)) add({ mark: id }); }
          else add({ collection, id });
        }
      } catch (error) {
        if (stopped) return;
        onError(error, 'the feed of changes was cut; it is taken up again');
        token = stream?.resumeToken ?? token;
        if (gone.has(Number(codeOf(error)))) {
          token = undefined;
          // Opened from here and then read whole: nothing falls between the two.
          at = await positionOf(db).catch(() => undefined);
          if (at) add('lost');
        }
      } finally {
        await stream?.close().catch(() => undefined);
      }
      if (!stopped) await pause(againMs);
    }
  }
  const listening = listen();
  void marks.deleteMany({ at: { $lt: new Date(Date.now() - dayMs) } }).catch(() => undefined);

  return {
    async caughtUp() {
      const mark = `${self}/${++count}`;
      const seen = Promise.withResolvers<void>();
      waiting.set(mark, seen.resolve);
      // A stream that is cut may be a while: then all is read instead.
      const late = setTimeout(() => add('lost', { mark }), markMs);
      try {
        await marks.insertOne({ _id: mark, at: new Date() }, { writeConcern: durable });
        await seen.promise;
        await marks.deleteOne({ _id: mark });
      } finally {
        clearTimeout(late);
        waiting.delete(mark);
      }
    },
    async stop() {
      stopped = true;
      for (const seen of waiting.values()) seen();
      await stream?.close().catch(() => undefined);
      await listening;
      await draining;
    },
  };
}
