/**
 * Ordered set in which each element knows something about all below it, such as how many there are: a treap, O(log n) for
 * each change. It answers "who is number 4" and "who is the first with this seat", which a heap cannot.
 */

/** An element carries its own node; it may be in one ranking at a time. `weight` is any well-mixed number. */
export type Ranked<T> = { left: T | null; right: T | null; size: number; weight: number };

/** `gather` sets what an element knows about itself and its children; `before` is a strict total order. */
export type Ranking<T extends Ranked<T>> = {
  root: T | null;
  readonly before: (a: T, b: T) => boolean;
  readonly gather: (element: T) => void;
};

/** The order of an element must not change while it is in. */
export function ranking<T extends Ranked<T>>(before: (a: T, b: T) => boolean, gather: (element: T) => void = gatherSize): Ranking<T> {
  return { root: null, before, gather };
}

/** A deterministic stand-in for randomness: neighbours in, strangers out (the finaliser of MurmurHash3). */
export function weightOf(n: number): number {
  let hash = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 2;
}

/** Counts an element and all below it. */
export function gatherSize<T extends Ranked<T>>(element: T): void {
  element.size = 1 + (element.left === null ? 0 : element.left.size) + (element.right === null ? 0 : element.right.size);
}

export function insert<T extends Ranked<T>>(into: Ranking<T>, element: T): void {
  element.left = null;
  element.right = null;
  into.gather(element);
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
  of.gather(at);
}

/** How many are in; needs a ranking that gathers sizes. */
export function count<T extends Ranked<T>>({ root }: Ranking<T>): number {
  return root === null ? 0 : root.size;
}

/** How many come before the element, which must be in this ranking; needs one that gathers sizes. */
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
    tree.gather(element);
    return element;
  }
  if (tree.before(element, at)) at.left = place(tree, at.left, element);
  else at.right = place(tree, at.right, element);
  tree.gather(at);
  return at;
}

function split<T extends Ranked<T>>(tree: Ranking<T>, at: T | null, by: T): [T | null, T | null] {
  if (at === null) return [null, null];
  if (tree.before(at, by)) {
    const [left, right] = split(tree, at.right, by);
    at.right = left;
    tree.gather(at);
    return [at, right];
  }
  const [left, right] = split(tree, at.left, by);
  at.left = right;
  tree.gather(at);
  return [left, at];
}

function without<T extends Ranked<T>>(tree: Ranking<T>, at: T | null, element: T): T | null {
  if (at === null) return null;
  if (at === element) return merge(tree, at.left, at.right);
  if (tree.before(element, at)) at.left = without(tree, at.left, element);
  else at.right = without(tree, at.right, element);
  tree.gather(at);
  return at;
}

function merge<T extends Ranked<T>>(tree: Ranking<T>, left: T | null, right: T | null): T | null {
  if (left === null) return right;
  if (right === null) return left;
  if (left.weight > right.weight) {
    left.right = merge(tree, left.right, right);
    tree.gather(left);
    return left;
  }
  right.left = merge(tree, left, right.left);
  tree.gather(right);
  return right;
}
