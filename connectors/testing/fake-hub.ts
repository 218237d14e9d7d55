/** A hub of one visitor thread in memory: entries with seq, and browsers that look on. For channels with sockets. */
import { recordingInbox, type RecordingInbox } from './recording-inbox.ts';
import type { Connector, Inbox, Outbound, TranscriptEntry, VisitorSocket } from '../connector.ts';
import type { Ratings } from '../../server/conversations/schema.ts';

/** A browser: what it was told, and its mouth. */
export type Browser = {
  heard: { event: string; payload: unknown }[];
  entries(): TranscriptEntry[];
  /** Resolves with the acknowledgement. */
  say(event: string, payload: unknown): Promise<Record<string, unknown>>;
  close(): void;
};
export type FakeHub = { inbox: RecordingInbox & Inbox; entries: TranscriptEntry[]; ratings: Ratings; browser(connector: Connector, thread?: string): Browser; reply(connector: Connector, key: string, text: string): ReturnType<Connector['send']>; slowBy: { ms: number }; fail: { transcript: boolean } };

/** Stores as the hub does: once per external id, before it answers. */
export function fakeHub(thread: string): FakeHub {
  const recording = recordingInbox();
  const entries: TranscriptEntry[] = [];
  const slowBy = { ms: 0 };
  const fail = { transcript: false };
  const ratings: Ratings = {};
  const append = (entry: Omit<TranscriptEntry, 'seq' | 'at'>): number => {
    const known = entries.find((one) => one.externalId !== undefined && one.externalId === entry.externalId);
    if (known) return known.seq;
    const seq = (entries.at(-1)?.seq ?? 0) + 1;
    entries.push({ ...entry, seq, at: new Date(seq) });
    return seq;
  };
  const inbox: RecordingInbox & Inbox = {
    ...recording,
    async receive(message) {
      await recording.receive(message);
      return { seq: append({ from: 'contact', content: message.content, externalId: message.externalId }) };
    },
  };

  function browser(connector: Connector, of = thread): Browser {
    const heard: Browser['heard'] = [];
    const listeners = new Map<string, (payload: unknown, ack?: (answer: unknown) => void) => void>();
    const closers: (() => void)[] = [];
    const visitor: VisitorSocket = {
      thread: of,
      emit: (event, payload) => void heard.push({ event, payload }),
      on: (event, listener) => void listeners.set(event, listener),
      onClose: (listener) => void closers.push(listener),
      async transcript(after) {
        if (slowBy.ms > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * slowBy.ms));
        if (fail.transcript) throw new Error('the store is away');
        return of === thread ? entries.filter((entry) => entry.seq > after) : [];
      },
      ratings: async () => ratings,
      status: async () => ({ status: 'open', handler: 'bot' }),
    };
    connector.socket?.(visitor);
    return {
      heard,
      entries: () => heard.flatMap((one) => (one.event === 'entry' && isEntry(one.payload) ? [one.payload] : [])),
      say: (event, payload) => new Promise((resolve) => listeners.get(event)?.(payload, (answer) => resolve({ ...Object(answer) }))),
      close: () => closers.forEach((closer) => closer()),
    };
  }

  /** As the deliver effect does: the entry is stored, then sent, then its external id is stored. */
  async function reply(connector: Connector, key: string, text: string): ReturnType<Connector['send']> {
    const seq = append({ from: 'agent', name: 'Mei', content: { text } });
    const message: Outbound = { key, again: false, thread, to: thread, content: { text }, speaker: { kind: 'agent', name: 'Mei' }, history: [], file: async () => new Uint8Array() };
    const sent = await connector.send(message);
    const entry = entries.find((one) => one.seq === seq);
    if (entry) Object.assign(entry, { externalId: sent.externalId, delivery: sent.state ?? 'sent' });
    return sent;
  }
  return { inbox, entries, ratings, browser, reply, slowBy, fail };
}

const isEntry = (payload: unknown): payload is TranscriptEntry => typeof payload === 'object' && payload !== null && 'seq' in payload;
