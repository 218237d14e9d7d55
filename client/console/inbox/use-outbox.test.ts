// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimelineEntry } from '../wire.ts';
import { useOutbox, type OutboxItem } from './use-outbox.ts';

type Answer = { status: number; body: unknown } | 'offline';
type Call = { url: string; body: { text?: string; clientId?: string; seenSeq?: number }; key: string | null };

let calls: Call[];
let answer: (call: Call) => Answer;
let saved: OutboxItem[];
const storage = { load: async () => saved, save: async (items: OutboxItem[]) => { saved = structuredClone(JSON.parse(JSON.stringify(items))); } };
const stored = (text: string, actor = 'me', seq = 9): TimelineEntry => ({ id: 'e', conversationId: 'c1', seq, at: '', actor: { kind: 'agent', id: actor }, kind: 'message', changes: {}, content: { text } });
const words = (text: string, conversationId = 'c1') => ({ conversationId, mode: 'reply' as const, text, attachments: [], seenSeq: 4, resolve: false });
const settle = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  calls = [];
  saved = [];
  answer = (call) => ({ status: 201, body: stored(call.body.text ?? '') });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const call: Call = { url, body: typeof init.body === 'string' ? JSON.parse(init.body) : {}, key: new Headers(init.headers).get('idempotency-key') };
    calls.push(call);
    const given = answer(call);
    if (given === 'offline') throw new TypeError('offline');
    return new Response(JSON.stringify(given.body), { status: given.status, headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('outbox', () => {
  it('hands the stored entry on and forgets the item', async () => {
    const outbox = useOutbox();
    const sent: TimelineEntry[] = [];
    await outbox.open('me', (entry) => sent.push(entry), storage);
    outbox.send(words('hello'));
    expect(outbox.items[0]?.state).toBe('sending');
    await settle();
    expect(sent.map((entry) => entry.content?.text)).toEqual(['hello']);
    expect(outbox.items).toEqual([]);
    expect(saved).toEqual([]);
  });
  it('waits for the network and repeats with the same client id', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = () => 'offline';
    outbox.send(words('hello'));
    await settle();
    expect(outbox.items[0]?.state).toBe('sending');
    expect(saved).toHaveLength(1);
    answer = (call) => ({ status: 201, body: stored(call.body.text ?? '') });
    await vi.advanceTimersByTimeAsync(1000);
    expect(outbox.items).toEqual([]);
    expect(new Set(calls.map((call) => call.body.clientId)).size).toBe(1);
    expect(calls[0]?.key).toBe(calls[0]?.body.clientId);
  });
  it('keeps the order of one conversation and does not hold up another', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = (call) => (call.url.includes('/c1/') ? 'offline' : { status: 201, body: stored('x') });
    outbox.send(words('one'));
    outbox.send(words('two'));
    outbox.send(words('other', 'c2'));
    await settle();
    expect(calls.map((call) => call.body.text)).toEqual(['one', 'other']);
    answer = (call) => ({ status: 201, body: stored(call.body.text ?? '') });
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.slice(-2).map((call) => call.body.text)).toEqual(['one', 'two']);
  });
  it('sends after a reload what an earlier page could not', async () => {
    saved = [{ ...words('from before'), afterSeq: 4, clientId: 'old-client-id', at: '', state: 'sending' }];
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    await settle();
    expect(calls.map((call) => call.body.clientId)).toEqual(['old-client-id']);
  });
  it('shows a refusal with its reason and lets the agent try again', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = () => ({ status: 400, body: { code: 'invalid', detail: 'too long' } });
    outbox.send(words('hello'));
    await settle();
    expect(outbox.items[0]).toMatchObject({ state: 'failed', reason: 'too long' });
    answer = (call) => ({ status: 201, body: stored(call.body.text ?? '') });
    outbox.retry(outbox.items[0]?.clientId ?? '');
    await settle();
    expect(outbox.items).toEqual([]);
  });
  it('lets the next words go though these were refused', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = (call) => (call.body.text === 'refused' ? { status: 409, body: { code: 'conflict', detail: 'not now' } } : { status: 201, body: stored(call.body.text ?? '') });
    outbox.send({ ...words('refused'), seenSeq: 0 });
    outbox.send(words('said instead'));
    await settle();
    expect(outbox.items).toMatchObject([{ text: 'refused', state: 'failed' }]);
  });

  it('asks when a colleague was faster, and sends without the guard only when told to', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = (call) => {
      if (call.url.includes('/timeline')) return { status: 200, body: { items: [stored('done already', 'colleague', 5)] } };
      return call.body.seenSeq === undefined ? { status: 201, body: stored('x') } : { status: 409, body: { code: 'conflict', detail: 'answered' } };
    };
    outbox.send(words('hello'));
    await settle();
    expect(outbox.items[0]?.state).toBe('conflict');
    outbox.retry(outbox.items[0]?.clientId ?? '', true);
    await settle();
    expect(outbox.items).toEqual([]);
  });
  it('does not take its own words for a colleague', async () => {
    const outbox = useOutbox();
    await outbox.open('me', () => {}, storage);
    answer = (call) => {
      if (call.url.includes('/timeline')) return { status: 200, body: { items: [stored('mine', 'me', 5)] } };
      return call.body.seenSeq === undefined ? { status: 201, body: stored('x') } : { status: 409, body: { code: 'conflict', detail: 'answered' } };
    };
    outbox.send(words('hello'));
    await settle();
    expect(outbox.items).toEqual([]);
  });
});
