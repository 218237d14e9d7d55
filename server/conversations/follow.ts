/** Keeps beside the work what is made of entries. Events only hurry it along: every entry is read by its id, so that a crash, or another node's work, loses nothing. */
import { LRUCache } from 'lru-cache';
import type { Hub } from '../hub.ts';
import { newId } from '../store/id.ts';
import type { Entry } from './schema.ts';

const usualGatherMs = 300;
const sweepMs = 60_000;
/** Entries get their id before they are durable: so much before the mark is read again. */
const marginMs = 60_000;
const atOnce = 500;
/** While a long reading holds the line no more is remembered: it, or the reading after it, finds the rest. */
const mostWaiting = 10_000;

/** Up to which id entries, and until when anything else, were read. */
export type Mark = { entry: string; at: Date };
type Place = Pick<Entry, 'conversationId' | 'seq'>;

export type Follower<T extends Place> = {
  /** For the log. */
  what: string;
  /** How long what happens is gathered before it is taken. */
  gatherMs?: number;
  /** What is kept of an entry until it is taken; null: it says nothing here. */
  of(entry: Entry): T | null;
  /** All that say something with an id from this one on. */
  since(id: string): AsyncIterable<T & { _id: string }>;
  /** May be called twice with the same. */
  take(some: T[]): Promise<void>;
  /** With each take of what just happened. */
  also?(): Promise<void>;
  /** After each reading of what may have been missed; the mark moves when it is done. `from`: null the first time. */
  swept?(from: Mark | null, to: Mark): Promise<void>;
  mark: { read(): Promise<Mark | null>; write(mark: Mark): Promise<void> };
};

const nameOf = ({ conversationId, seq }: Place): string => `${conversationId}/${seq}`;
const before = (id: string): string => (Math.max(0, Number.parseInt(id.slice(0, 8), 16) - marginMs / 1000)).toString(16).padStart(8, '0').padEnd(24, '0');
/** As `Mark.at`, with the same margin. */
export const marginBefore = (at: Date): Date => new Date(at.getTime() - marginMs);

/** Starts. `ready` resolves when everything that happened before has been read; `soon` takes what waits after a moment; `add` runs a work in turn with the others. */
export function follow<T extends Place>(hub: Pick<Hub, 'events' | 'log' | 'now'>, follower: Follower<T>) {
  const done = new LRUCache<string, true>({ max: 100_000 });
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let sweeping = true;

  const take = async (some: T[]): Promise<void> => {
    await follower.take(some);
    for (const each of some) done.set(nameOf(each), true);
  };

  /** Everything since the mark that was not taken yet; the first time, all there is. */
  const sweep = async (): Promise<void> => {
    const from = await follower.mark.read();
    const to = { entry: newId(), at: hub.now() };
    let chunk: T[] = [];
    for await (const each of follower.since(from ? before(from.entry) : '')) {
      if (stopped) return;
      if (done.has(nameOf(each))) continue;
      chunk.push(each);
      if (chunk.length < atOnce) continue;
      await take(chunk);
      chunk = [];
      // A first reading may take hours: a restart goes on from here.
      await follower.mark.write({ entry: each._id, at: from?.at ?? to.at });
    }
    await take(chunk);
    await follower.swept?.(from, to);
    await follower.mark.write(to);
  };

  const takeWaiting = async (): Promise<void> => {
    const some = waiting;
    waiting = [];
    for (let from = 0; from < some.length; from += atOnce) await take(some.slice(from, from + atOnce));
    await follower.also?.();
  };

  // One after the other: two that make the same thing anew would race.
  const attempt = async (work: () => Promise<void>) => {
    try {
      if (!stopped) await work();
    } catch (error) {
      hub.log.warn({ err: error, what: follower.what }, 'what is made of entries could not be kept; what is missing will be read again');
    }
  };
  const ready = attempt(sweep).finally(() => { sweeping = false; });
  let queue = ready;
  const add = (work: () => Promise<void>): Promise<void> => queue = queue.then(() => attempt(work));
  const soon = (): void => { timer ??= setTimeout(() => { timer = undefined; void add(takeWaiting); }, follower.gatherMs ?? usualGatherMs); };

  const unsubscribe = hub.events.on('appended', ({ entry }) => {
    const light = follower.of(entry);
    if (!light) return;
    if (waiting.length < mostWaiting) waiting.push(light);
    soon();
  });
  const ticker = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    void add(sweep).finally(() => { sweeping = false; });
  }, sweepMs);

  return {
    ready, soon, add,
    async stop(): Promise<void> {
      unsubscribe();
      clearInterval(ticker);
      clearTimeout(timer);
      await Promise.race([add(takeWaiting), new Promise(over => { setTimeout(over, 5_000).unref(); })]);
      stopped = true;
      await Promise.race([queue, new Promise(over => { setTimeout(over, 1_000).unref(); })]);
    },
  };
}
