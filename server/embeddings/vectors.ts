/** The vectors this node holds in memory: found in the database or made in the background, and those of questions while they are asked. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Embedder } from '../../bots/embeddings/embedder.ts';
import { EmbeddingError } from '../../bots/embeddings/embedder.ts';
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
  const held: { hash: string; times: number }[] = [];
  /** Wanted, not there yet: the text by its number. */
  const wanted = new Map<number, string>();
  const questions = new LRUCache<string, Direction>({ max: QUESTIONS });
  const asking = new Map<string, Promise<Direction>>();
  const ending = new AbortController();
  let version = 0;
  let saidTooMany = false;
  let working: Promise<void> | undefined;
  let waitMs = pausesMs.first;

  const hashOf = (shown: string): string => createHash('sha256').update(shown).digest('base64url').slice(0, 27);

  function take(number: number, vector: Int8Array): void {
    wanted.delete(number);
    // Another dimension is another model under the same name: nothing it says can be compared.
    if (!space.put(number, vector)) return log.warn({ model }, 'a vector of another dimension was not taken');
    version++;
  }
  function takeAll(kept: readonly KeptVector[]): void {
    for (const { hash, vector } of kept) {
      const number = numbers.get(hash);
      if (number !== undefined && wanted.has(number)) take(number, vector);
    }
  }

  /** What the database has is taken, what nobody makes is made, what another node makes is waited for. */
  async function round(): Promise<boolean> {
    const some = [...wanted].slice(0, READ).map(([number, text]) => ({ number, text, hash: held[number]?.hash ?? '' }));
    takeAll(await store.find(model, some.map(({ hash }) => hash)));
    const missing = some.filter(({ number }) => wanted.has(number)).slice(0, BATCH);
    if (missing.length === 0) return true;
    const at = now();
    const mine = new Set(await store.claim(model, missing.map(({ hash }) => hash), { now: at, until: new Date(at.getTime() + claimMs) }));
    const batch = missing.filter(({ hash }) => mine.has(hash));
    if (batch.length === 0) return false;
    let done = false;
    try {
      await make(batch);
      done = true;
    } finally {
      if (!done) await store.unclaim(model, [...mine]).catch(() => undefined);
    }
    return true;
  }

  async function make(batch: readonly { number: number; text: string; hash: string }[]): Promise<void> {
    let made: KeptVector[];
    try {
      const vectors = await embedder.embed(batch.map(({ text }) => text), { stopping: ending.signal, waitMs: batchMs, urgent: false, spend });
      made = batch.map(({ hash }, at) => ({ hash, vector: quantised(vectors[at] ?? []) }));
    } catch (error) {
      if (!(error instanceof EmbeddingError) || !error.refused) throw error;
      const half = Math.ceil(batch.length / 2);
      if (half < batch.length) {
        await make(batch.slice(0, half));
        return make(batch.slice(half));
      }
      // One text nobody will ever take: the others are searched without it.
      for (const { number } of batch) wanted.delete(number);
      return store.unclaim(model, batch.map(({ hash }) => hash));
    }
    await store.keep(model, made, now());
    takeAll(made);
  }

  async function work(): Promise<void> {
    // One tick, so that what is put together is made together.
    await pause(0);
    while (wanted.size > 0 && !ending.signal.aborted) {
      try {
        if (!await round()) await rest(pausesMs.elsewhere);
        waitMs = pausesMs.first;
      } catch (error) {
        if (ending.signal.aborted) return;
        log.warn({ err: error, model, waiting: wanted.size }, 'vectors of the knowledge could not be made; it is tried again');
        await rest(waitMs);
        waitMs = Math.min(2 * waitMs, pausesMs.most);
      }
    }
  }
  const rest = (ms: number) => pause(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
  const start = (): Promise<void> => working ??= work().finally(() => {
    working = undefined;
    if (wanted.size > 0 && !ending.signal.aborted) void start();
  });

  async function tidy(): Promise<void> {
    const hashes = [...numbers.keys()];
    for (let from = 0; from < hashes.length; from += TOUCHED) await store.touch?.(model, hashes.slice(from, from + TOUCHED), now());
    await store.sweep?.(new Date(now().getTime() - keptDays * dayMs));
  }
  const tidying = setInterval(() => { void tidy().catch((error: unknown) => log.warn({ err: error }, 'vectors of texts that are gone were not taken away')); }, dayMs);
  tidying.unref();

  async function asked(shown: string, waiting: number, account: Spend | undefined): Promise<Direction> {
    const [vector] = await embedder.embed([shown], { stopping: ending.signal, waitMs: waiting, urgent: true, spend: account ?? spend });
    const small = quantised(vector ?? []);
    if (small.length !== space.dimensions()) throw new EmbeddingError('the model has another dimension than the one the knowledge was read with');
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
      held[number] = { hash, times: 1 };
      wanted.set(number, shown);
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
    cosine: (number, to) => space.cosine(number, to.vector, to.scale), direction: number => space.direction(number),
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
      return call.catch((error: unknown) => {
        if (!ending.signal.aborted) log.info({ err: error, model }, 'a question had no vector in time; it is answered by its words');
        return undefined;
      });
    },
    settled: async () => { while (wanted.size > 0 && !ending.signal.aborted) await start(); },
    async stop() {
      clearInterval(tidying);
      ending.abort();
      await working;
    },
  };
}
