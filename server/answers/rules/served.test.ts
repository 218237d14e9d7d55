import { expect, it } from 'vitest';
import type { Pointer } from '../schema.ts';
import { placeOf, servedRelease } from './served.ts';

const at = new Date(0);
const pointer = (share: number): Pointer => ({ rev: 2, published: 1, canary: { release: 2, share } });
const ids = Array.from({ length: 1_000 }, (_, i) => (0x655c0000 + i * 7).toString(16).padStart(24, '0'));
const tried = (share: number) => ids.filter(conversationId => servedRelease(pointer(share), { conversationId, at }) === 2);

it('serves what people edit until something is published, and to those who only try', () => {
  expect(servedRelease({ rev: 0, published: null, canary: null }, { conversationId: 'a', at })).toBeNull();
  expect(servedRelease(pointer(0.5), { at })).toBeNull();
  expect(servedRelease(pointer(0.5), { at, release: 7 })).toBe(7);
  expect(servedRelease({ rev: 1, published: 1, canary: null }, { conversationId: 'a', at })).toBe(1);
});
it.each([0.01, 0.1, 0.25, 0.5, 0.9])('a canary of %d has that share of 1,000 conversations', (share) => {
  expect(Math.abs(tried(share).length / 1_000 - share)).toBeLessThan(0.04);
});
it('a conversation keeps its release when the share grows, and the next canary tries others', () => {
  const [few, many] = [tried(0.1), new Set(tried(0.3))];
  expect(few.every(id => many.has(id))).toBe(true);
  expect(few.filter(id => placeOf(`3/${id}`) < 0.1).length).toBeLessThan(few.length / 2);
});
