import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../wire.ts';
import { acknowledged, advanced, emptyThread, marked, queued, received, unread, type Pending, type Thread } from './transcript.ts';

const said = (id: string): Pending => ({ id, at: '2026-01-01T00:00:00Z', text: id, state: 'sending' });
const mine = (seq: number, id: string): Line => ({ seq, at: '', from: 'contact', content: { text: id }, externalId: `visitor:${id}` });
const theirs = (seq: number, change: Partial<Line> = {}): Line => ({ seq, at: '', from: 'agent', content: { text: `${seq}` }, ...change });
const seqs = (thread: Thread): number[] => thread.lines.map((line) => line.seq);

describe('the thread in a browser', () => {
  it('ends the same whatever arrives first, twice or late', () => {
    const hub = [mine(1, 'a'), theirs(2), mine(3, 'b'), theirs(4), theirs(7)];
    const events = [...hub.map((line) => (thread: Thread) => received(thread, [line])), (thread: Thread) => acknowledged(thread, 'a', 1), (thread: Thread) => acknowledged(thread, 'b', 3)];
    fc.assert(fc.property(fc.array(fc.nat({ max: events.length - 1 }), { maxLength: 30 }), (order) => {
      let thread = emptyThread([said('a'), said('b')]);
      for (const at of order) thread = events[at]?.(thread) ?? thread;
      thread = received(thread, hub);
      expect(thread).toEqual({ lines: hub, cursor: 7, outbox: [] });
    }));
  });

  it('does not let an acknowledgement hide a gap', () => {
    const thread = acknowledged(queued(received(emptyThread(), [theirs(1)]), said('a')), 'a', 5);
    expect(seqs(thread)).toEqual([1, 5]);
    expect(thread.cursor).toBe(1);
    expect(thread.outbox).toEqual([]);
  });

  it('takes the entry as the acknowledgement that was lost', () => {
    expect(received(emptyThread([said('a'), said('b')]), [mine(1, 'a')]).outbox.map((one) => one.id)).toEqual(['b']);
    expect(received(emptyThread([said('a')]), [mine(1, 'xa')]).outbox).toHaveLength(1);
  });

  it('keeps what was refused, with the reason, until it is tried again', () => {
    const refused = marked(emptyThread([said('a')]), 'a', 'failed', { code: 'invalid' });
    expect(refused.outbox[0]).toMatchObject({ state: 'failed', problem: { code: 'invalid' } });
    expect(marked(refused, 'a', 'sending').outbox[0]).toMatchObject({ state: 'sending', problem: undefined });
  });

  it('moves marks up only, and only on our own lines', () => {
    let thread = received(emptyThread(), [mine(1, 'a'), theirs(2), mine(3, 'b'), mine(4, 'c')]);
    thread = advanced(thread, { externalId: 'visitor:b', state: 'read' });
    thread = advanced(thread, { seq: 4, state: 'delivered' });
    thread = advanced(thread, { externalId: 'nobody', state: 'read' });
    expect(thread.lines.map((line) => line.delivery)).toEqual(['read', undefined, 'read', 'delivered']);
  });

  it('counts what was not seen, after a reload too', () => {
    const thread = received(emptyThread(), [mine(1, 'a'), theirs(2, { delivery: 'read' }), theirs(3), theirs(4, { from: 'bot' })]);
    expect(unread(thread, 0)).toBe(2);
    expect(unread(thread, 3)).toBe(1);
  });
});
