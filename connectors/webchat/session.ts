/** One open browser: what it has seen already, told in order and without gaps. */
import type { DeliveryState } from '../../server/conversations/schema.ts';
import type { Receipt, TranscriptEntry, VisitorSocket } from '../connector.ts';

/** What the connector does with a browser. */
export type Session = {
  readonly visitor: VisitorSocket;
  /** False until the browser said where it stands (`resume`). */
  live(): boolean;
  /** Emits every entry the browser lacks; rejects when the transcript cannot be read. */
  pump(): Promise<void>;
  /** Everything after `after`; `reset`: the browser's number is of another conversation, it starts over. */
  resume(after: number): Promise<{ entries: TranscriptEntry[]; reset: boolean }>;
  /** The browser has shown (or its person has read) everything up to `seq`. */
  reached(state: 'delivered' | 'read', seq: number): Promise<void>;
  /** True once the browser confirmed all it was sent, false after `ms` or when it left. */
  confirmed(ms: number): Promise<boolean>;
  close(): void;
};

/** The platform id of an entry is stored after send() answered; a receipt that is faster asks again. */
const idLagMs = 300;
const ladder: DeliveryState[] = ['queued', 'sent', 'delivered', 'read'];

/** Starts with nothing sent; `report` is the hub's receipt. */
export function openSession(visitor: VisitorSocket, report: (receipt: Receipt) => Promise<void>): Session {
  let lastSeq: number | null = null;
  let closed = false;
  let confirmedSeq = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | null = null;
  const settled = { delivered: 0, read: 0 };
  const waiting = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();

  /** One thing at a time, in the order asked for: this is what keeps entries in order. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  /** Seq counts within one conversation: a number whose entry is not in the transcript is of another one. */
  async function since(after: number): Promise<{ entries: TranscriptEntry[]; reset: boolean }> {
    if (after === 0) return { entries: await visitor.transcript(0), reset: false };
    const [anchor, ...entries] = await visitor.transcript(after - 1);
    if (anchor?.seq === after) return { entries, reset: false };
    return { entries: await visitor.transcript(0), reset: true };
  }

  function startOver(): void {
    lastSeq = settled.delivered = settled.read = confirmedSeq = 0;
  }

  async function emitNew(): Promise<void> {
    next = null;
    if (lastSeq === null || closed) return;
    const { entries, reset } = await since(lastSeq);
    if (reset) {
      startOver();
      visitor.emit('restart', {});
    }
    for (const entry of entries) {
      visitor.emit('entry', entry);
      lastSeq = entry.seq;
    }
  }

  async function settle(state: 'delivered' | 'read', seq: number, attempts: number): Promise<void> {
    if (closed || seq <= settled[state]) return;
    const entries = await visitor.transcript(settled[state]);
    for (const entry of entries) {
      if (entry.seq > seq) break;
      if (entry.from !== 'contact' && entry.externalId === undefined) {
        if (attempts > 0) later(() => inTurn(() => settle(state, seq, attempts - 1)));
        return;
      }
      const before = entry.delivery ?? 'queued';
      if (entry.from !== 'contact' && entry.externalId !== undefined && ladder.indexOf(before) < ladder.indexOf(state)) {
        await report({ externalId: entry.externalId, state });
      }
      settled[state] = entry.seq;
    }
    settled[state] = Math.max(settled[state], seq);
    // What was read was delivered: the ladder only goes up.
    settled.delivered = Math.max(settled.delivered, settled.read);
  }

  function later(work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work().catch(() => undefined);
    }, idLagMs);
    timers.add(timer);
  }

  return {
    visitor,
    live: () => lastSeq !== null && !closed,
    pump: () => (next ??= inTurn(emitNew)),
    resume: (after) => inTurn(async () => {
      const found = await since(after);
      if (found.reset) startOver();
      lastSeq = found.entries.at(-1)?.seq ?? (found.reset ? 0 : after);
      return found;
    }),
    async reached(state, seq) {
      // Nobody has read what was never sent to them.
      const upTo = Math.min(seq, lastSeq ?? 0);
      confirmedSeq = Math.max(confirmedSeq, upTo);
      for (const wake of waiting) wake();
      await inTurn(() => settle(state, upTo, 10));
    },
    confirmed: (ms) => new Promise((resolve) => {
      const finish = (answer: boolean): void => {
        clearTimeout(timer);
        timers.delete(timer);
        waiting.delete(look);
        resolve(answer);
      };
      const target = lastSeq ?? Number.POSITIVE_INFINITY;
      const look = (): void => { if (closed || confirmedSeq >= target) finish(!closed); };
      const timer = setTimeout(() => finish(false), ms);
      timers.add(timer);
      waiting.add(look);
      look();
    }),
    close() {
      closed = true;
      for (const wake of waiting) wake();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
