/** An Inbox that stores in memory and writes down all it was told: what a connector is tested against. */
import type { Happening, Health, Inbound, Inbox, Receipt } from '../connector.ts';

/** What a hub remembers of a channel; hand the same one to a second inbox and it is a restart. */
export type Memory = Map<string, string>;

/** The Inbox, its notes, and the switches of a test. */
export type RecordingInbox = Inbox & {
  /** Every call of receive that was let through, redeliveries too. */
  readonly received: Inbound[];
  /** Each message once, by external id, as a hub would keep them. */
  readonly stored: Map<string, Inbound>;
  readonly quarantined: { externalId: string; bytes: Uint8Array; reason: string }[];
  readonly receipts: Receipt[];
  /** Each happening once, by external id. */
  readonly happenings: Happening[];
  readonly typings: { thread: string; typing: boolean }[];
  readonly healths: Health[];
  readonly memory: Memory;
  /** Calls of receive so far, held and failed ones included. */
  readonly attempts: { count: number };
  /** Everything a person could come to read: logs and health details. */
  words(): string;
  /** From now on receive waits until the returned function is called. */
  hold(): () => void;
  /** From now on receive rejects with this error (a store that is away); null ends it. */
  failWith(error: Error | null): void;
  /** Waits for a condition; the error says what was there instead. */
  until(condition: (inbox: RecordingInbox) => boolean, milliseconds?: number): Promise<void>;
  /** The hub shuts down. */
  shutDown(): void;
};

/** Polls until the condition holds. */
export async function eventually(condition: () => boolean | Promise<boolean>, milliseconds = 5_000, what = 'the condition'): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let began = performance.now(); !(await condition()); began = performance.now()) {
    if (began > end) throw new Error(`${what} did not come true within ${milliseconds} ms`);
    const took = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, Math.max(5, 3 * took)));
  }
}

/** A fresh inbox; `memory` and `stored` of an older one make it the same hub after a restart. */
export function recordingInbox(memory: Memory = new Map(), stored: Map<string, Inbound> = new Map()): RecordingInbox {
  const stopping = new AbortController();
  const lines: string[] = [];
  const sequence = [...stored.keys()];
  const note = (fact: object, text: string): void => void lines.push(`${text} ${spell(fact)}`);
  let gate: Promise<void> = Promise.resolve();
  let failure: Error | null = null;

  const inbox: RecordingInbox = {
    received: [], stored, quarantined: [], receipts: [], happenings: [], typings: [], healths: [], memory, attempts: { count: 0 },
    async receive(message) {
      inbox.attempts.count += 1;
      await gate;
      if (failure) throw failure;
      inbox.received.push(message);
      if (!stored.has(message.externalId)) {
        stored.set(message.externalId, message);
        sequence.push(message.externalId);
      }
      return { seq: sequence.indexOf(message.externalId) + 1 };
    },
    async quarantine(raw) {
      if (failure) throw failure;
      if (!inbox.quarantined.some((known) => known.externalId === raw.externalId)) inbox.quarantined.push(raw);
    },
    async receipt(receipt) { inbox.receipts.push(receipt); },
    async happened(happening) {
      if (failure) throw failure;
      if (!inbox.happenings.some((known) => known.externalId === happening.externalId)) inbox.happenings.push(happening);
    },
    typing(thread, typing) { inbox.typings.push({ thread, typing }); },
    // Through JSON, as the database would do it: what does not survive that must not be remembered.
    async recall(name) {
      const text = memory.get(name);
      return text === undefined ? null : JSON.parse(text);
    },
    async remember(name, value) { memory.set(name, JSON.stringify(value)); },
    health(health) { inbox.healths.push(health); },
    log: { info: note, warn: note },
    stopping: stopping.signal,
    words: () => [...lines, ...inbox.healths.map(spell)].join('\n'),
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => resolve();
    },
    failWith(error) { failure = error; },
    until: (condition, milliseconds) =>
      eventually(() => condition(inbox), milliseconds, 'what the inbox waits for').catch((error: Error) => {
        throw new Error(`${error.message}; ${stored.size} stored, ${inbox.quarantined.length} quarantined, ${inbox.attempts.count} attempts\n${inbox.words().split("\n").slice(-8).join("\n")}`);
      }),
    shutDown: () => stopping.abort(),
  };
  return inbox;
}

/** JSON that keeps what an error says; its stack and cause are where secrets hide. */
function spell(fact: unknown): string {
  return JSON.stringify(fact, (_key, value: unknown) =>
    value instanceof Error ? { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause } : value) ?? '';
}
