/**
 * Ordered set that can say how many come before an element: a treap with subtree sizes, O(log n) each.
 * The heap beside it cannot answer "you are number 4", and counting would be linear.
 */

/** An element carries its own node; it may be in one ranking at a time. `weight` is any well-mixed number. */
export type Ranked<T> = { left: T | null; right: T | null; size: number; weight: number };

export type Ranking<T extends Ranked<T>> = { root: T | null; readonly before: (a: T, b: T) => boolean };

/** `before` must be a strict total order that does not change while an element is in. */
export function ranking<T extends Ranked<T>>(before: (a: T, b: T) => boolean): Ranking<T> {
  return { root: null, before };
}

/** A deterministic stand-in for randomness: neighbours in, strangers out (the finaliser of MurmurHash3). */
export function weightOf(n: number): number {
  let hash = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function count<T extends Ranked<T>>(of: Ranking<T>): number {
  return size(of.root);
}

export function insert<T extends Ranked<T>>(into: Ranking<T>, element: T): void {
  element.left = null;
  element.right = null;
  element.size = 1;
  into.root = place(into.root, element, into.before);
}

/** The element must be in this ranking. */
export function withdraw<T extends Ranked<T>>(from: Ranking<T>, element: T): void {
  from.root = without(from.root, element, from.before);
  element.left = null;
  element.right = null;
}

/** How many come before the element, which must be in this ranking. */
export function ahead<T extends Ranked<T>>({ root, before }: Ranking<T>, element: T): number {
  let passed = 0;
  for (let node = root; node !== null; ) {
    if (node === element) return passed + size(node.left);
    if (before(element, node)) node = node.left;
    else {
      passed += size(node.left) + 1;
      node = node.right;
    }
  }
  return passed;
}

function size<T extends Ranked<T>>(node: T | null): number {
  return node === null ? 0 : node.size;
}

function resize<T extends Ranked<T>>(node: T): T {
  node.size = size(node.left) + size(node.right) + 1;
  return node;
}

function place<T extends Ranked<T>>(at: T | null, element: T, before: (a: T, b: T) => boolean): T {
  if (at === null) return element;
  if (element.weight > at.weight) {
    [element.left, element.right] = split(at, element, before);
    return resize(element);
  }
  if (before(element, at)) at.left = place(at.left, element, before);
  else at.right = place(at.right, element, before);
  at.size += 1;
  return at;
}

function split<T extends Ranked<T>>(at: T | null, by: T, before: (a: T, b: T) => boolean): [T | null, T | null] {
  if (at === null) return [null, null];
  if (before(at, by)) {
    const [left, right] = split(at.right, by, before);
    at.right = left;
    return [resize(at), right];
  }
  const [left, right] = split(at.left, by, before);
  at.left = right;
  return [left, resize(at)];
}

function without<T extends Ranked<T>>(at: T | null, element: T, before: (a: T, b: T) => boolean): T | null {
  if (at === null) return null;
  if (at === element) return merge(at.left, at.right);
  if (before(element, at)) at.left = without(at.left, element, before);
  else at.right = without(at.right, element, before);
  at.size -= 1;
  return at;
}

function merge<T extends Ranked<T>>(left: T | null, right: T | null): T | null {
  if (left === null) return right;
  if (right === null) return left;
  if (left.weight > right.weight) {
    left.right = merge(left.right, right);
    return resize(left);
  }
  right.left = merge(left, right.left);
  return resize(right);
}
