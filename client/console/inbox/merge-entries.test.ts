import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../wire.ts';
import { hasGap, lastWithoutGap, mergeEntries } from './merge-entries.ts';

const entry = (seq: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: `e${seq}`, conversationId: 'c', seq, at: '2026-11-21T10:00:00.000Z', actor: { kind: 'contact', id: 'x' }, kind: 'message', changes: {}, content: { text: String(seq) }, ...more,
});
const seqs = (list: TimelineEntry[]) => list.map((each) => each.seq);

describe('mergeEntries', () => {
  it('puts entries in order, each once, however they arrive', () => {
    let known: TimelineEntry[] = [];
    for (const seq of [3, 1, 2, 2, 5, 3, 4, 1]) known = mergeEntries(known, [entry(seq)]);
    expect(seqs(known)).toEqual([1, 2, 3, 4, 5]);
  });
  it('joins older and newer pages that overlap', () => {
    expect(seqs(mergeEntries([entry(4), entry(5)], [entry(2), entry(3), entry(4), entry(6)]))).toEqual([2, 3, 4, 5, 6]);
  });
  it('never moves a delivery mark backwards', () => {
    const read = entry(1, { delivery: { state: 'read', at: '2026-11-21T10:00:09.000Z' } });
    const sent = entry(1, { delivery: { state: 'sent', at: '2026-11-21T10:00:01.000Z' } });
    expect(mergeEntries([read], [sent])[0]?.delivery?.state).toBe('read');
    expect(mergeEntries([sent], [read])[0]?.delivery?.state).toBe('read');
    expect(mergeEntries([read], [entry(1)])[0]?.delivery?.state).toBe('read');
  });
});

describe('gaps', () => {
  it('names the last entry before the first hole', () => {
    expect(lastWithoutGap([])).toBe(0);
    expect(lastWithoutGap([entry(7), entry(8)])).toBe(8);
    expect(lastWithoutGap([entry(7), entry(8), entry(10), entry(11)])).toBe(8);
  });
  it('sees a missing entry in the middle and one at the end', () => {
    expect(hasGap([entry(1), entry(2)], 2)).toBe(false);
    expect(hasGap([entry(1), entry(3)], 3)).toBe(true);
    expect(hasGap([entry(1), entry(2)], 3)).toBe(true);
  });
});
