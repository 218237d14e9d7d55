import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heap, inOrder, peek, push, settle, take } from './heap.ts';
import { ahead, count, countedRanking, insert, weightOf, withdraw, type Ranked } from './ranking.ts';

interface Node extends Ranked<Node> {
  at: number;
  id: number;
  key: number;
}

const node = (id: number, key: number): Node => ({ at: -1, id, key, left: null, right: null, size: 1, weight: weightOf(id) });
const before = (a: Node, b: Node): boolean => (a.key === b.key ? a.id < b.id : a.key < b.key);
const sorted = (nodes: Node[]): Node[] => [...nodes].sort((a, b) => (before(a, b) ? -1 : 1));

/** Put in, or take out / re-key the n-th that is in. */
const steps = fc.array(fc.record({ what: fc.constantFrom('in', 'in', 'out', 'rekey'), key: fc.integer({ min: 0, max: 50 }), n: fc.nat() }), { maxLength: 200 });

describe('ordered structures', () => {
  it('the heap agrees with a sorted array, whatever goes in and out', () => {
    fc.assert(fc.property(steps, (all) => {
      const under = heap(before);
      const model: Node[] = [];
      all.forEach(({ what, key, n }, id) => {
        const picked = model[n % Math.max(model.length, 1)];
        if (what === 'in' || !picked) {
          const fresh = node(id, key);
          push(under, fresh);
          model.push(fresh);
        } else if (what === 'out') {
          take(under, picked);
          model.splice(model.indexOf(picked), 1);
          expect(picked.at).toBe(-1);
        } else {
          picked.key = key;
          settle(under, picked);
        }
        expect(peek(under)).toBe(sorted(model)[0]);
      });
      expect([...inOrder(under)]).toEqual(sorted(model));
    }), { numRuns: 200 });
  });

  it('the ranking counts who is ahead as a sorted array does', () => {
    fc.assert(fc.property(steps, (all) => {
      const under = countedRanking(before);
      const model: Node[] = [];
      all.forEach(({ what, key, n }, id) => {
        const picked = model[n % Math.max(model.length, 1)];
        if (what === 'out' && picked) {
          withdraw(under, picked);
          model.splice(model.indexOf(picked), 1);
        } else {
          const fresh = node(id, key);
          insert(under, fresh);
          model.push(fresh);
        }
        expect(count(under)).toBe(model.length);
      });
      sorted(model).forEach((one, index) => expect(ahead(under, one)).toBe(index));
    }), { numRuns: 200 });
  });

  it('the ranking stays flat when elements come in order', () => {
    const under = countedRanking(before);
    for (let id = 0; id < 20_000; id += 1) insert(under, node(id, id));
    const depth = (at: Node | null): number => (at === null ? 0 : 1 + Math.max(depth(at.left), depth(at.right)));
    expect(depth(under.root)).toBeLessThan(60);
  });
});
