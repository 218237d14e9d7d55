/** The vectors this node holds in memory: found in the database or made in the background, and those of questions while they are asked. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Embedder } from '../../bots/embeddings/embedder.ts';
import { EmbeddingError, OtherDimension } from '../../bots/embeddings/embedder.ts';
import type { Spend } from '../../bots/spend.ts';
import type { Hub } from '../hub.ts';
import { arena } from './arena.ts';
import { quantised, scaleOf } from './rules/quantise.ts';
import type { KeptVector } from './schema.ts';
import type { EmbeddingStore } from './store.ts';

/** A question's direction. */
export type Direction = { vector: Int8Array; scale: number };

export type Vectors = {
  readonly model: string;
  /** Rises whenever a vector comes. */
  readonly version: number;
  /** Wants the vector of a text from now on; the number stands for the text as long as it is held. */
  hold(text: string): number;
  drop(number: number): void;
  has(number: number): boolean;
  dimensions(): number;
  cosine(number: number, to: Direction): number;
  direction(number: number): Direction;
  /** Whether comparing so many with a question would keep others waiting; it is said in the log, once. */
  tooMany(count: number): boolean;
  /** Of what a customer asks; undefined where there is none in time, whatever the reason. */
  ask(text: string, asked: { waitMs: number; spend?: Spend | undefined }): Promise<Direction | undefined>;
  /** Resolves when every text that was wanted before has its vector, or was refused. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** Dimensions compared with one question: some 50 to 100 ms of work, in steps; of 1,024 dimensions 20,000 texts. */
const MOST_COMPARED = 20_000_000;
const READ = 500;
const BATCH = 64;
/** Whatever takes texts takes this one: it tells of how many dimensions a model is, and whether a text is refused or all are. */
const TRIED = 'hello';
const batchMs = 30_000;
/** A node that took it upon itself to make vectors and died is not waited for longer. */
const claimMs = 2 * batchMs;
const pausesMs = { elsewhere: 500, first: 1_000, most: 60_000 };
const QUESTIONS = 2_000;
const dayMs = 86_400_000;
/** A text that was taken back may come back: a release is tried again, an edit undone. */
const keptDays = 14;
const TOUCHED = 1_000;

type Kept = Omit<EmbeddingStore, 'sweep' | 'touch'> & Partial<Pick<EmbeddingStore, 'sweep' | 'touch'>>;

type Options = { embedder: Embedder; store: Kept; spend?: Spend | undefined; now(): Date; log: Pick<Hub['log'], 'warn' | 'info'>; mostCompared?: number | undefined };

/** Opens them. @param spend the account of what is made in the background, and of questions that nobody else pays for */
export function openVectors({ embedder, store, spend, now, log, mostCompared = MOST_COMPARED }: Options): Vectors {
  const { model } = embedder;
  const space = arena();
  const numbers = new Map<string, number>();
  const held: { hash: string; times: number; text: string }[] = [];
  /** Not there yet. */
  const wanted = new Set<number>();
  const questions = new LRUCache<string, Direction>({ max: QUESTIONS });
  const asking = new Map<string, Promise<Direction>>();
  const ending = new AbortController();
  let version = 0;
  /** 0 until the model has said it. */
  let dimension = 0;
  let doubted = false;
  /** So many texts the address takes at once, as far as is known, and so many it is given next. */
  let most = BATCH;
  let next = BATCH;
  let saidTooMany = false;
  let working: Promise<void> | undefined;
  let waitMs = pausesMs.first;

  const hashOf = (shown: string): string => createHash('sha256').update(shown).digest('base64url').slice(0, 27);

  function take(number: number, vector: Int8Array): void {
    wanted.delete(number);
    if (space.put(number, vector)) version++;
  }
  function takeAll(kept: readonly KeptVector[]): void {
    for (const { hash, vector } of kept) {
      const number = numbers.get(hash);
      if (number !== undefined && wanted.has(number)) take(number, vector);
    }
  }

  /** Vectors of one name and dimension can be compared. */
  const named = (): string => `${model}/${dimension}`;
  const busy = (): boolean => (wanted.size > 0 || doubted) && !ending.signal.aborted;
  const embedded = (texts: string[], expected?: number) => embedder.embed(texts, { stopping: ending.signal, waitMs: batchMs, urgent: false, spend, dimension: expected });

  /** Of how many dimensions the model is now. If they are others, nothing that was made before is of use: all is wanted anew. */
  async function measure(): Promise<void> {
    const [vector] = await embedded([TRIED]);
    doubted = false;
    if (!vector || vector.length === dimension) return;
    if (dimension > 0) log.warn({ model, before: dimension, now: vector.length }, 'the model has another dimension than before: all texts are read anew');
    dimension = vector.length;
    space.clear();
    questions.clear();
    version++;
    held.forEach((_, number) => wanted.add(number));
  }

  /** What the database has is taken, what nobody makes is made, what another node makes is waited for. */
  async function round(): Promise<boolean> {
    if (dimension === 0 || doubted) await measure();
    const some = [...wanted].slice(0, READ).flatMap((number) => { const one = held[number]; return one ? [{ number, hash: one.hash, text: one.text }] : []; });
    takeAll(await store.find(named(), some.map(({ hash }) => hash)));
    const missing = some.filter(({ number }) => wanted.has(number)).slice(0, next);
    if (missing.length === 0) return true;
    const at = now();
    const mine = new Set(await store.claim(named(), missing.map(({ hash }) => hash), { now: at, until: new Date(at.getTime() + claimMs) }));
    const batch = missing.filter(({ hash }) => mine.has(hash));
    if (batch.length === 0) return false;
    let done = false;
    try {
      await make(batch.map(each => ({ ...each, shown: embedder.shown(each.text) })), { taken: false, refused: 0 });
      next = Math.min(most, 2 * next);
      done = true;
    } finally {
      if (!done) {
        next = 1;
        await store.unclaim(named(), [...mine]).catch(() => undefined);
      }
    }
    return true;
  }

  /** @param so what has come of others of the same round: whether any was taken, and how many were refused */
  async function make(batch: readonly { number: number; shown: string; hash: string }[], so: { taken: boolean; refused: number }): Promise<void> {
    let made: KeptVector[];
    try {
      const vectors = await embedded(batch.map(({ shown }) => shown), dimension);
      made = batch.map(({ hash }, at) => ({ hash, vector: quantised(vectors[at] ?? []) }));
    } catch (error) {
      if (!(error instanceof EmbeddingError) || !error.refused) throw error;
      const half = Math.ceil(batch.length / 2);
      if (half < batch.length) {
        const { refused } = so;
        await make(batch.slice(0, half), so);
        await make(batch.slice(half), so);
        // They were too many, and none of them was wrong.
        if (so.refused === refused) most = Math.min(most, half);
        return;
      }
      // Where nothing is taken it is not the text, and it is tried again later.
      if (!so.taken) await embedded([TRIED], dimension);
      so.taken = true;
      so.refused++;
      // One text nobody will ever take: the others are searched without it.
      for (const { number } of batch) wanted.delete(number);
      return store.unclaim(named(), batch.map(({ hash }) => hash));
    }
    so.taken = true;
    await store.keep(named(), made, now());
    takeAll(made);
  }

  async function work(): Promise<void> {
    // One tick, so that what is put together is made together.
    await pause(0);
    while (busy()) {
      try {
        if (!await round()) await rest(pausesMs.elsewhere);
        waitMs = pausesMs.first;
      } catch (error) {
        if (ending.signal.aborted) return;
        if (error instanceof OtherDimension) doubted = true;
        log.warn({ err: error, model, waiting: wanted.size }, 'vectors of the knowledge could not be made; it is tried again');
        await rest(waitMs);
        waitMs = Math.min(2 * waitMs, pausesMs.most);
      }
    }
  }
  const rest = (ms: number) => pause(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
  const start = (): Promise<void> => working ??= work().finally(() => {
    working = undefined;
    if (busy()) void start();
  });

  async function tidy(): Promise<void> {
    const hashes = dimension > 0 ? [...numbers.keys()] : [];
    for (let from = 0; from < hashes.length; from += TOUCHED) await store.touch?.(named(), hashes.slice(from, from + TOUCHED), now());
    await store.sweep?.(new Date(now().getTime() - keptDays * dayMs));
  }
  const tidying = setInterval(() => { void tidy().catch((error: unknown) => log.warn({ err: error }, 'vectors of texts that are gone were not taken away')); }, dayMs);
  tidying.unref();

  async function asked(shown: string, waiting: number, account: Spend | undefined): Promise<Direction> {
    const [vector] = await embedder.embed([shown], { stopping: ending.signal, waitMs: waiting, urgent: true, spend: account ?? spend, dimension }).catch((error: unknown) => {
      if (error instanceof OtherDimension) {
        doubted = true;
        void start();
      }
      throw error;
    });
    const small = quantised(vector ?? []);
    if (small.length !== dimension) throw new OtherDimension('the dimension has changed meanwhile');
    const direction = { vector: small, scale: scaleOf(small) };
    questions.set(shown, direction);
    return direction;
  }

  return {
    model,
    get version() { return version; },
    hold(text) {
      const shown = embedder.shown(text);
      const hash = hashOf(shown);
      const known = numbers.get(hash);
      if (known !== undefined) {
        const one = held[known];
        if (one) one.times++;
        return known;
      }
      const number = space.take();
      numbers.set(hash, number);
      // As it was written, which is in memory anyway; what is shown of it is made again when it is needed.
      held[number] = { hash, times: 1, text };
      wanted.add(number);
      void start();
      return number;
    },
    drop(number) {
      const one = held[number];
      if (!one || --one.times > 0) return;
      numbers.delete(one.hash);
      wanted.delete(number);
      delete held[number];
      space.free(number);
    },
    has: number => space.has(number), dimensions: () => space.dimensions(),
    cosine: (number, to) => (to.vector.length === space.dimensions() ? space.cosine(number, to.vector, to.scale) : 0), direction: number => space.direction(number),
    tooMany(count) {
      const most = Math.floor(mostCompared / (space.dimensions() || 1));
      if (count > most && !saidTooMany) log.warn({ model, texts: count, most }, 'a base has too many texts to compare each question with: it is searched by words alone');
      if (count > most) saidTooMany = true;
      return count > most;
    },
    async ask(text, { waitMs: waiting, spend: account }) {
      const shown = embedder.shown(text);
      const known = questions.get(shown);
      if (known || shown === '' || space.dimensions() === 0) return known;
      const call = asking.get(shown) ?? asked(shown, waiting, account).finally(() => asking.delete(shown));
      asking.set(shown, call);
      const said = call.catch((error: unknown) => {
        if (!ending.signal.aborted) log.info({ err: error, model }, 'a question had no vector in time; it is answered by its words');
        return undefined;
      });
      // Somebody more patient may have asked the same.
      const over = new AbortController();
      return Promise.race([said, pause(waiting, undefined, { signal: over.signal }).catch(() => undefined)]).finally(() => over.abort());
    },
    settled: async () => { while (busy()) await start(); },
    async stop() {
      clearInterval(tidying);
      ending.abort();
      await working;
    },
  };
}
