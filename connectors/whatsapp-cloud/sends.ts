/** What became of our sends, by the callback data that comes back with every status. Lost answers are settled here. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Inbox } from '../connector.ts';

export type Sends = ReturnType<typeof sendBook>;

const mostRemembered = 20_000;
/** A platform that said "error" may have lied; if its calls reached us lately, silence is believed. */
const lately = 10 * 60_000;

/** A status may come to another node than the one that sent: it leaves word here, in one of so many places, so that the place does not grow. */
const slots = 65_536;
const slotOf = (data: string): string => `send/${createHash('sha256').update(data).digest().readUInt32BE() % slots}`;
const Slot = z.object({ data: z.string(), id: z.string() });

/** The book of one running connector. @param memory what all nodes share  @param waitMs how long a status may take */
export function sendBook(memory: () => Pick<Inbox, 'recall' | 'remember'> | undefined, waitMs = 10_000) {
  /** Callback data -> Meta's id, from answers and from statuses. */
  const ids = new Map<string, string>();
  const attempts = new Map<string, { at: number; answered: boolean; doubt: boolean }>();
  const absent = new Set<string>();
  const waiting = new Map<string, Set<() => void>>();
  let lastCall = Number.NEGATIVE_INFINITY;
  let lastStatus = Number.NEGATIVE_INFINITY;
  let lastRefusal = Number.NEGATIVE_INFINITY;

  const bounded = <T>(map: Map<string, T>, name: string, value: T): void => {
    map.delete(name);
    map.set(name, value);
    const [oldest] = map.keys();
    if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest);
  };

  const book = {
    id: (data: string): string | undefined => ids.get(data),
    /** Whether this process tried it at all. */
    tried: (data: string): boolean => attempts.has(data),
    /** Known never to have arrived: it may be sent again. */
    isAbsent: (data: string): boolean => absent.has(data),
    trying(data: string): void {
      absent.delete(data);
      bounded(attempts, data, { at: performance.now(), answered: false, doubt: false });
    },
    /** Meta took it. */
    arrived(data: string, id: string): void {
      bounded(ids, data, id);
      for (const wake of waiting.get(data) ?? []) wake();
    },
    /** The answer was lost; `answered`: there was one, and it said that something went wrong. */
    doubtful(data: string, answered: boolean): void {
      bounded(attempts, data, { at: performance.now(), answered, doubt: true });
    },
    /** A status came in: the way from Meta to us is open. */
    async status(data: string | undefined, id: string): Promise<void> {
      lastStatus = performance.now();
      if (data === undefined || data === '') return;
      // Whoever asks about it may be another node, or this one after a restart.
      const isAsked = !ids.has(data) && attempts.get(data)?.doubt !== false;
      book.arrived(data, id);
      if (isAsked) await memory()?.remember(slotOf(data), { data, id });
    },
    /** A call of Meta was understood, or had to be refused: then statuses may be missing for now. */
    called(taken: boolean): void {
      if (taken) lastCall = performance.now();
      else lastRefusal = performance.now();
    },
    /**
     * Waits for the status of a send in doubt. Meta's id; null: it never arrived, because statuses of others came through in the
     * meantime; undefined: nobody can tell.
     */
    async ask(data: string, stopping?: AbortSignal): Promise<string | null | undefined> {
      const attempt = attempts.get(data);
      const known = ids.get(data) ?? await statusOf(data, stopping) ?? await elsewhere(data);
      if (known !== undefined) return known;
      if (!attempt) return undefined;
      const isFlowing = attempt.answered ? lastCall > performance.now() - lately : lastStatus > attempt.at;
      if (!isFlowing || lastRefusal > attempt.at) return undefined;
      absent.add(data);
      return null;
    },
  };

  async function elsewhere(data: string): Promise<string | undefined> {
    const told = Slot.safeParse(await memory()?.recall(slotOf(data))).data;
    if (told?.data !== data) return undefined;
    bounded(ids, data, told.id);
    return told.id;
  }

  async function statusOf(data: string, stopping?: AbortSignal): Promise<string | undefined> {
    const done = new AbortController();
    const wakers = waiting.get(data) ?? new Set();
    const wake = (): void => done.abort();
    waiting.set(data, wakers.add(wake));
    const signal = stopping ? AbortSignal.any([done.signal, stopping]) : done.signal;
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    wakers.delete(wake);
    if (wakers.size === 0) waiting.delete(data);
    return ids.get(data);
  }
  return book;
}
