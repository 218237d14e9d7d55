/**
 * Ordered set in which each element knows something about all below it, such as how many there are: a treap, O(log n) for
 * each change. It answers "who is number 4" and "who is the first with this seat", which a heap cannot.
 */

/** An element carries its own node; it may be in one ranking at a time. `weight` is any well-mixed number. */
export type Ranked<T> = { left: T | null; right: T | null; size: number; weight: number };

/** What an element knows about all below it. */
export type Knowledge<T> = {
  /** From itself and its children. */
  gather(at: T): void;
  /** As gather, after `element` came in below or went: without a look at the other child, which may be far away in memory. */
  came(at: T, element: T): void;
  went(at: T, element: T): void;
};

export type Ranking<T extends Ranked<T>> = { root: T | null; readonly before: (a: T, b: T) => boolean; readonly knows: Knowledge<T> };

/** `before` is a strict total order; the order of an element must not change while it is in. */
export function ranking<T extends Ranked<T>>(before: (a: T, b: T) => boolean, knows: Knowledge<T>): Ranking<T> {
  return { root: null, before, knows };
}

/** A ranking that can count who is ahead. */
export function countedRanking<T extends Ranked<T>>(before: (a: T, b: T) => boolean): Ranking<T> {
  return ranking(before, {
    gather(at) {
      at.size = 1 + (at.left === null ? 0 : at.left.size) + (at.right === null ? 0 : at.right.size);
    },
    came(at) {
      at.size += 1;
    },
    went(at) {
      at.size -= 1;
    },
  });
}

/** A deterministic stand-in for randomness: neighbours in, strangers out (the finaliser of MurmurHash3). */
export function weightOf(n: number): number {
  let hash = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 2;
}

export function insert<T extends Ranked<T>>(into: Ranking<T>, element: T): void {
  element.left = null;
  element.right = null;
  into.knows.gather(element);
  into.root = place(into, into.root, element);
}

/** The element must be in this ranking. */
export function withdraw<T extends Ranked<T>>(from: Ranking<T>, element: T): void {
  from.root = without(from, from.root, element);
  element.left = null;
  element.right = null;
}

/** Gathers everything anew, bottom up: after a change to many elements that left their order alone. */
export function gatherAll<T extends Ranked<T>>(of: Ranking<T>, at: T | null = of.root): void {
  if (at === null) return;
  gatherAll(of, at.left);
  gatherAll(of, at.right);
  of.knows.gather(at);
}

/** How many are in a counted ranking. */
export function count<T extends Ranked<T>>({ root }: Ranking<T>): number {
  return root === null ? 0 : root.size;
}

/** How many come before the element, which must be in this counted ranking. */
export function ahead<T extends Ranked<T>>({ root, before }: Ranking<T>, element: T): number {
  let passed = 0;
  for (let at = root; at !== null; ) {
    const left = at.left === null ? 0 : at.left.size;
    if (at === element) return passed + left;
    if (before(element, at)) at = at.left;
    else {
      passed += left + 1;
      at = at.right;
    }
  }
  return passed;
}

function place<T extends Ranked<T>>(tree: Ranking<T>, at: T | null, element: T): T {
  if (at === null) return element;
  if (element.weight > at.weight) {
    [element.left, element.right] = split(tree, at, element);
    tree.knows.gather(element);
    return element;
  }
  if (tree.before(element, at)) at.left = place(tree, at.left, element);
  else at.right = place(tree, at.right, element);
  tree.knows.came(at, element);
  return at;
}

function split<T extends Ranked<T>>(tree: Ranking<T>, at: T | null, by: T): [T | null, T | null] {
  if (at === null) return [null, null];
  if (tree.before(at, by)) {
    const [left, right] = split(tree, at.right, by);
    at.right = left;
    tree.knows.gather(at);
    return [at, right];
  }
  const [left, right] = split(tree, at.left, by);
  at.left = right;
  tree.knows.gather(at);
  return [left, at];
}

function without<T extends Ranked<T>>(tree: Ranking<T>, at: T | null, element: T): T | null {
  if (at === null) return null;
  if (at === element) return merge(tree, at.left, at.right);
  if (tree.before(element, at)) at.left = without(tree, at.left, element);
  else at.right = without(tree, at.right, element);
  tree.knows.went(at, element);
  return at;
}

function merge<T extends Ranked<T>>(tree: Ranking<T>, left: T | null, right: T | null): T | null {
  if (left === null) return right;
  if (right === null) return left;
  if (left.weight > right.weight) {
    left.right = merge(tree, left.right, right);
    tree.knows.gather(left);
    return left;
  }
  right.left = merge(tree, left, right.left);
  tree.knows.gather(right);
  return right;
}
