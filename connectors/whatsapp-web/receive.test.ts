/** The way in without a browser: what the session tells, and what the hub hears of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import type { Notice, Told } from './protocol.ts';
import { receiver } from './receive.ts';
import { sendsOf } from './sends.ts';
import { threadsOf } from './threads.ts';

const customer = '8613911112222@c.us';
const me = { id: '8613800000000@c.us', lid: '990000000001@lid' };
let inbox: RecordingInbox;
let stop: AbortController;
let busy: { keys: Set<string>; until: Promise<void> };
let sends: ReturnType<typeof sendsOf>;

const open = (given: RecordingInbox, groups = true) => {
  inbox = given;
  stop = new AbortController();
  busy = { keys: new Set(), until: Promise.resolve() };
  sends = sendsOf(inbox);
  const made = receiver({ inbox, groups, sends, threads: threadsOf(inbox), busy: { keys: () => busy.keys, settled: () => busy.until }, stopping: stop.signal });
  made.hear({ event: 'ready', me });
  return made;
};
const told = (id: string, change: { fromMe?: boolean; chat?: string; body?: string; t?: number; phone?: string; [more: string]: unknown } = {}): Told => {
  const { fromMe = false, chat = customer, phone, ...rest } = change;
  return { raw: { type: 'chat', body: `words ${id}`, t: 1_764_000_000, ...rest, id: { fromMe, remote: chat, id, _serialized: `${fromMe}_${chat}_${id}` } }, person: { id: chat, ...(phone && { phone }) } };
};
const said = (id: string, change = {}): Notice => ({ event: 'message', told: told(id, change) });
const texts = (): (string | undefined)[] => inbox.received.map(({ content }) => content.text);

let receive: ReturnType<typeof receiver>;
beforeEach(() => { receive = open(recordingInbox()); });
afterEach(() => stop.abort());

describe('in', () => {
  it('each message once, in order, however often it is told', async () => {
    for (const id of ['A', 'B', 'A', 'C', 'B']) receive.hear(said(id));
    await receive.idle();
    expect(texts()).toEqual(['words A', 'words B', 'words C']);
  });
  it('waits for a store that is away, loses nothing and keeps the order', async () => {
    inbox.failWith(new Error('away'));
    for (const id of ['A', 'B']) receive.hear(said(id));
    await eventually(() => inbox.attempts.count >= 2);
    inbox.failWith(null);
    await receive.idle();
    expect(texts()).toEqual(['words A', 'words B']);
  });
  it('after a restart neither brings again what it knows nor forgets where it was', async () => {
    receive.hear(said('A', { t: 1_764_000_100 }));
    await receive.idle();
    receive = open(recordingInbox(inbox.memory));
    expect(await receive.since()).toEqual(new Date(1_764_000_100_000));
    await receive.found([told('A', { t: 1_764_000_100 }), told('B', { t: 1_764_000_050 })]);
    expect(texts()).toEqual(['words B']);
    // An older message does not move the mark back.
    expect(await receive.since()).toEqual(new Date(1_764_000_100_000));
  });
  it('new words while old ones are fetched do not move the mark past them', async () => {
    receive.hear(said('A', { t: 1_764_000_100 }));
    await receive.idle();
    await receive.catchUp(async () => {
      receive.hear(said('B', { t: 1_764_009_000 }));
      await receive.idle();
    });
    expect(await receive.since()).toEqual(new Date(1_764_000_100_000));
  });
  it('a message without an id is kept for supervisors; its neighbours arrive', async () => {
    await receive.found([told('A'), { raw: { type: 'chat', body: 'no id' } }, { raw: null }, told('B')]);
    expect(texts()).toEqual(['words A', 'words B']);
    expect(inbox.quarantined.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['{"type":"chat","body":"no id"}', 'null']);
  });
  it('groups only where they are wanted', async () => {
    receive = open(recordingInbox(), false);
    await receive.found([told('A', { chat: '1203@g.us', author: customer }), told('B')]);
    expect(texts()).toEqual(['words B']);
  });
  it('a hidden person keeps the thread of the first day', async () => {
    await receive.found([told('A', { chat: '77001@lid' }), told('B', { chat: '77001@lid', phone: '8613911112222' })]);
    expect(inbox.received.map(({ thread, related, from }) => [thread, related, from.value])).toEqual([['77001@lid', undefined, '77001@lid'], ['77001@lid', ['8613911112222'], '8613911112222']]);
    receive = open(recordingInbox());
    await receive.found([told('A', { chat: '77001@lid', phone: '8613911112222' }), told('B', { chat: '77001@lid' })]);
    expect(inbox.received.map(({ thread }) => thread)).toEqual(['8613911112222', '8613911112222']);
  });
});

describe('our own messages', () => {
  const id = `true_${customer}_X`;
  const part = { kind: 'text' as const, text: 'words X' };
  const echoes = (): string[] => inbox.happenings.filter(({ kind }) => kind === 'echo').map(({ externalId }) => externalId);

  it('a send under way is no echo, though it is seen before its answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.assign(busy, { keys: new Set(['key']), until: promise });
    await sends.begin('key', part, Date.now());
    receive.hear(said('X', { fromMe: true }));
    receive.hear(said('A'));
    await eventually(() => texts().length === 1);
    await sends.settle('key', id);
    busy.keys.clear();
    resolve();
    await receive.idle();
    expect(echoes()).toEqual([]);
  });
  it('a message said on the phone is an echo, also when it has the words of a send that arrived', async () => {
    await sends.begin('key', part, Date.now());
    await sends.settle('key', `true_${customer}_OTHER`);
    receive.hear(said('X', { fromMe: true }));
    await receive.idle();
    expect(echoes()).toEqual([id]);
  });
  it('a send in doubt that is seen is settled, also by receipts that came before', async () => {
    await sends.begin('key', part, 1_764_000_000_000);
    receive.hear({ event: 'ack', id, ack: 2 });
    await receive.idle();
    receive.hear(said('X', { fromMe: true }));
    await receive.idle();
    receive.hear({ event: 'ack', id, ack: 3 });
    await receive.idle();
    expect(echoes()).toEqual([]);
    expect(inbox.receipts).toEqual([{ externalId: id, state: 'delivered' }, { externalId: id, state: 'delivered', key: 'key' }, { externalId: id, state: 'read', key: 'key' }]);
  });
  it('an old message with the same words does not settle a doubt', async () => {
    await sends.begin('key', part, 1_764_000_000_000 + 600_000);
    receive.hear(said('X', { fromMe: true }));
    await receive.idle();
    expect(echoes()).toEqual([id]);
    expect((await sends.find('key'))?.doubt).toBeDefined();
  });
  it('receipts only go forward; a failure is told first', async () => {
    for (const ack of [0, 1, -1, 2, 3, 2, -1, 4, 1]) receive.hear({ event: 'ack', id, ack });
    await receive.idle();
    expect(inbox.receipts.map(({ state }) => state)).toEqual(['failed', 'delivered', 'read']);
  });
  it('what we took back or edited is no news; what the phone did is', async () => {
    const revoked: Notice = { event: 'revoked', id, told: told('X', { fromMe: true, type: 'revoked' }) };
    await receive.whileOwn(`recalled:${id}`, async () => receive.hear(revoked));
    await expect(receive.whileOwn(`recalled:${id}`, async () => { throw new Error('refused'); })).rejects.toThrow('refused');
    await receive.idle();
    expect(inbox.happenings).toEqual([]);
    receive.hear(revoked);
    await receive.idle();
    expect(inbox.happenings).toMatchObject([{ kind: 'recalled', about: id, thread: '8613911112222' }]);
  });
});
