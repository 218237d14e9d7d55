import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standing } from './consent.ts';

type Line = Parameters<typeof standing>[0][number];
let id = 0;
const line = (granted: boolean, minute: number, purpose?: 'service' | 'marketing'): Line => ({ id: String(id++).padStart(6, '0'), granted, words: granted ? 'START' : 'STOP', at: new Date(minute * 60_000), ...(purpose ? { purpose } : {}) });
const allowed = (lines: Line[]) => [standing(lines, 'service').allowed, standing(lines, 'marketing').allowed];

test('an answer needs no consent, marketing does', () => {
  expect(allowed([])).toEqual([true, false]);
  expect(allowed([line(true, 1, 'marketing')])).toEqual([true, true]);
  expect(allowed([line(true, 1, 'marketing'), line(false, 2, 'marketing')])).toEqual([true, false]);
});

test('STOP forbids everything; START gives back what there was before, no more', () => {
  expect(allowed([line(true, 1, 'marketing'), line(false, 2)])).toEqual([false, false]);
  expect(allowed([line(true, 1, 'marketing'), line(false, 2), line(true, 3)])).toEqual([true, true]);
  expect(allowed([line(false, 2), line(true, 3)])).toEqual([true, false]);
  expect(allowed([line(false, 2), line(true, 3, 'marketing')])).toEqual([false, false]);
});

test('the last word counts by when it was said, in whatever order it came', () => {
  expect(allowed([line(true, 3), line(false, 2)])).toEqual([true, false]);
  expect(allowed([line(false, 4), line(true, 3)])).toEqual([false, false]);
});

test('in no history is somebody written to whose last word about everything was no', () => {
  const lines = fc.array(fc.record({ granted: fc.boolean(), minute: fc.nat(20), purpose: fc.constantFrom(undefined, 'service' as const, 'marketing' as const) }), { maxLength: 12 }).map(list => list.map(each => line(each.granted, each.minute, each.purpose)));
  fc.assert(fc.property(lines, list => {
    const general = list.filter(each => !each.purpose).toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)).at(-1);
    if (general && !general.granted) expect(allowed(list)).toEqual([false, false]);
    else expect(standing(list, 'marketing').allowed).toBe(list.filter(each => each.purpose === 'marketing').toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)).at(-1)?.granted ?? false);
    expect(standing(list, 'service')).toEqual(standing(list.toReversed(), 'service'));
  }));
});
