/** Binary heap whose elements know their place, so one element is moved or taken out in O(log n). */

/** An element carries its own index; -1 while it is in no heap. An element may be in one heap at a time. */
export type Placed = { at: number };

export type Heap<T extends Placed> = { readonly list: T[]; readonly before: (a: T, b: T) => boolean };

/** `before(a, b)`: a comes out earlier. It must be a strict total order. */
export function heap<T extends Placed>(before: (a: T, b: T) => boolean): Heap<T> {
  return { list: [], before };
}

/** The first element, left in place. */
export function peek<T extends Placed>(heap: Heap<T>): T | undefined {
  return heap.list[0];
}

/** O(log n); constant when it belongs at the end. */
export function push<T extends Placed>(heap: Heap<T>, element: T): void {
  element.at = heap.list.length;
  heap.list.push(element);
  up(heap, element);
}

/** The element must be in this heap. */
export function take<T extends Placed>(heap: Heap<T>, element: T): void {
  const last = heap.list.pop();
  if (last !== undefined && last !== element) {
    last.at = element.at;
    heap.list[last.at] = last;
    settle(heap, last);
  }
  element.at = -1;
}

/** Call after the element's order changed: only one element may be out of order at a time. */
export function settle<T extends Placed>(heap: Heap<T>, element: T): void {
  up(heap, element);
  down(heap, element);
}

/** In order, lazily, without changing the heap: k elements cost O(k log k). Do not change the heap meanwhile. */
export function* inOrder<T extends Placed>(of: Heap<T>): Generator<T> {
  const frontier = heap<{ at: number; element: T }>((a, b) => of.before(a.element, b.element));
  const root = of.list[0];
  if (root !== undefined) push(frontier, { at: -1, element: root });
  for (let next = peek(frontier); next !== undefined; next = peek(frontier)) {
    take(frontier, next);
    const { element } = next;
    yield element;
    for (const index of [2 * element.at + 1, 2 * element.at + 2]) {
      const child = of.list[index];
      if (child !== undefined) push(frontier, { at: -1, element: child });
    }
  }
}

function up<T extends Placed>({ list, before }: Heap<T>, element: T): void {
  let at = element.at;
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = list[parentAt];
    if (parent === undefined || !before(element, parent)) break;
    list[at] = parent;
    parent.at = at;
    at = parentAt;
  }
  list[at] = element;
  element.at = at;
}

function down<T extends Placed>({ list, before }: Heap<T>, element: T): void {
  let at = element.at;
  for (;;) {
    const left = list[2 * at + 1];
    if (left === undefined) break;
    const right = list[2 * at + 2];
    const child = right !== undefined && before(right, left) ? right : left;
    if (!before(child, element)) break;
    const childAt = child.at;
    list[at] = child;
    child.at = at;
    at = childAt;
  }
  list[at] = element;
  element.at = at;
}
