/** What became of the passages of a document between two versions. */
import type { Change, Passage, Piece } from '../schema.ts';

export type Old = Pick<Passage, 'id' | 'headings' | 'question' | 'text'>;

/** Each new passage with the id it keeps, and the changes in the order of the document. */
export type Compared = { ids: (string | null)[]; changes: Change[]; same: number };

/** From here on two texts are one that was changed. */
const LIKE = 0.4;
// Beyond this a gap is compared in order only: all against all would take minutes.
const MOST_PAIRS = 250_000;

const keyOf = ({ headings, question, text }: Piece): string => JSON.stringify([headings, question ?? '', text]);

function pairs(text: string): Set<string> {
  const letters = text.toLowerCase().replace(/\s+/g, ' ').slice(0, 4_000);
  return new Set(Array.from({ length: Math.max(1, letters.length - 1) }, (_, i) => letters.slice(i, i + 2)));
}

/** Share of letter pairs two texts have in common: 0..1. */
export function alike(one: Set<string>, other: Set<string>): number {
  let shared = 0;
  for (const pair of one) if (other.has(pair)) shared += 1;
  return shared / (one.size + other.size - shared || 1);
}

/** Passages that are the same stay; of the rest those that are alike have changed; what is left was added or removed. */
export function compare(before: Old[], after: Piece[]): Compared {
  const ids: (string | null)[] = after.map(() => null);
  const waiting = new Map<string, Old[]>();
  for (const old of before) waiting.set(keyOf(old), [...(waiting.get(keyOf(old)) ?? []), old]);
  const kept = new Set<string>();
  after.forEach((piece, at) => {
    const same = waiting.get(keyOf(piece))?.shift();
    if (!same) return;
    ids[at] = same.id;
    kept.add(same.id);
  });
  const gone = before.filter(({ id }) => !kept.has(id)).map((old) => ({ old, pairs: pairs(old.text) }));
  const fresh = after.flatMap((piece, at) => (ids[at] === null ? [{ piece, at, pairs: pairs(piece.text) }] : []));
  const candidates = gone.length * fresh.length > MOST_PAIRS ? [] : gone.flatMap((from) => fresh.map((to) => ({ from, to, share: alike(from.pairs, to.pairs) }))).filter(({ share }) => share >= LIKE);
  const became = new Map<number, Old>();
  const used = new Set<string>();
  for (const { from, to } of candidates.toSorted((a, b) => b.share - a.share)) {
    if (used.has(from.old.id) || became.has(to.at)) continue;
    used.add(from.old.id);
    became.set(to.at, from.old);
    ids[to.at] = from.old.id;
  }
  const removed: Change[] = gone.filter(({ old }) => !used.has(old.id)).map(({ old }) => ({ kind: 'removed', headings: old.headings, before: old.text }));
  const others: Change[] = fresh.map(({ piece, at }) => {
    const old = became.get(at);
    return old ? { kind: 'changed', headings: piece.headings, before: old.text, after: piece.text } : { kind: 'added', headings: piece.headings, after: piece.text };
  });
  return { ids, changes: [...others, ...removed], same: kept.size };
}
