import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edge } from '../schema.ts';
import { alsoWritten, normalAddress } from './address.ts';
import { componentOf, contradictions, edgeTowards, refusal, rootOf } from './person.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const at = new Date(0);
const edge = (from: string, into: string, id = `${from}${into}`): Edge => ({ id, from, into, by: { kind: 'agent', id: 'x' }, reason: '', at, active: true });
const edges = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).filter(([from, into]) => from !== into), { maxLength: 9, selector: pair => pair.toSorted().join('') }).map(pairs => pairs.map(([from, into]) => edge(from, into)));

/** Reachable by brute force. */
const reaches = (one: string, other: string, list: Edge[]): boolean => {
  let found = new Set([one]);
  for (let round = 0; round < ids.length; round++) found = new Set([...found, ...list.flatMap(each => found.has(each.from) || found.has(each.into) ? [each.from, each.into] : [])]);
  return found.has(other);
};

test('a component is who can be reached, the same from each of its members, in any order of edges, rings included', () => {
  fc.assert(fc.property(edges, fc.constantFrom(...ids), fc.integer(), (list, id, turn) => {
    const component = componentOf(id, list);
    expect(component.members).toEqual(ids.filter(other => reaches(id, other, list)));
    expect(component.members).toContain(component.root);
    const rotated = list.map((_, index) => list[(index + Math.abs(turn)) % list.length] ?? edge('a', 'b'));
    for (const member of component.members) expect(componentOf(member, rotated)).toMatchObject({ root: component.root, members: component.members });
  }));
});

test('cutting towards another contact parts the two, and cuts nothing but edges of the one who leaves', () => {
  fc.assert(fc.property(edges, fc.constantFrom(...ids), fc.constantFrom(...ids), (list, leaving, other) => {
    fc.pre(leaving !== other && reaches(leaving, other, list));
    let left = list;
    while (reaches(leaving, other, left)) {
      const cut = edgeTowards(leaving, other, left);
      expect([cut?.from, cut?.into]).toContain(leaving);
      left = left.filter(each => each !== cut);
    }
    expect(edgeTowards(leaving, other, left)).toBeNull();
    // Who stays with the other is exactly who needs no way through the one who leaves.
    const without = list.filter(each => each.from !== leaving && each.into !== leaving);
    expect(componentOf(other, left).members).toEqual(componentOf(other, without).members);
  }));
});

test('the root is who the others were merged into, else the oldest', () => {
  expect(rootOf(['a', 'b'], [edge('a', 'b')])).toBe('b');
  expect(rootOf(['a', 'b', 'c'], [edge('a', 'b'), edge('a', 'c')])).toBe('b');
  expect(rootOf(['a', 'b', 'c'], [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toBe('a');
  expect(rootOf(['a'], [])).toBe('a');
});

test('a rule joins nobody whom somebody keeps apart, who contradict each other, or who are a switchboard', () => {
  let contacts = 0;
  const claim = (kind: string, value: string, evidence: 'attested' | 'claimed' = 'attested', contactId = `c${contacts++}`) => ({ contactId, kind, value, evidence });
  expect(refusal({ members: ['a', 'b'], claims: [claim('phone', '1'), claim('phone', '2'), claim('email', 'x'), claim('email', 'y')], apart: 0 })).toBeNull();
  expect(refusal({ members: ['a', 'b'], claims: [], apart: 1 })).toBe('apart');
  expect(refusal({ members: ['a', 'b'], claims: [claim('unionid', '1'), claim('unionid', '2')], apart: 0 })).toBe('contradiction');
  expect(refusal({ members: Array.from({ length: 51 }, (_, index) => String(index)), claims: [], apart: 0 })).toBe('too-many');
  expect(contradictions([claim('unionid', '1'), claim('unionid', '2', 'claimed'), claim('user', '1'), claim('user', '1')])).toEqual([]);
  const both = [claim('lid', '1', 'attested', 'a'), claim('lid', '2', 'attested', 'a')];
  expect(contradictions(both)).toEqual([]);
  expect(contradictions([...both, claim('lid', '2')])).toEqual([]);
  expect(contradictions([claim('lid', '1'), ...both, claim('lid', '2')])).toEqual([]);
  expect(contradictions([...both, claim('lid', '3')])).toEqual(['lid']);
});

test('spellings of one address are one; what is none is none', () => {
  for (const phone of ['+86 138-0013-8000', '0086 138 0013 8000', 'tel:+8613800138000', 'whatsapp:+8613800138000', '8613800138000', '+86 (138) 0013.8000']) expect(normalAddress('phone', phone)).toBe('8613800138000');
  for (const none of ['', '   ', 'call me', '12', '+1234567890123456', '138\u200b00138000', '+86 138 0013 800x']) expect(normalAddress('phone', none)).toBeNull();
  expect(normalAddress('email', ' MAILTO:Li@Example.COM ')).toBe('li@example.com');
  for (const none of ['li', 'a@b@c', 'a b@c.com', 'a\u0000@b.com', '@x', 'x@']) expect(normalAddress('email', none)).toBeNull();
  expect(normalAddress('email', 'раypal@example.com')).not.toBe(normalAddress('email', 'paypal@example.com')); // Cyrillic
  expect(alsoWritten('phone', '13800138000')).toEqual(['13800138000', '8613800138000']);
  expect(alsoWritten('phone', '12025550143')).toEqual(['12025550143']);
  fc.assert(fc.property(fc.constantFrom('phone', 'email', 'unionid'), fc.string({ unit: 'binary', maxLength: 400 }), (kind, value) => {
    const once = normalAddress(kind, value);
    if (once !== null) expect(normalAddress(kind, once)).toBe(once);
  }), { numRuns: 500 });
});
