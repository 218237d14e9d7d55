/** Finding answers by what they mean: every phrasing and text compared with the question, whatever words it has. */
import type { Vectors } from '../embeddings/vectors.ts';
import type { Locale } from '../conversations/schema.ts';
import { usualOf, type Alike, type Tried, type Usual } from './rules/similarity.ts';
import type { Indexed } from './schema.ts';
import type { Allowed } from './search.ts';

type Held = Pick<Vectors, 'hold' | 'drop' | 'has' | 'dimensions' | 'cosine' | 'direction' | 'version' | 'tooMany'>;
type Entry = { value: Indexed; phrasings: number[]; body: number };
/** All that can be compared, one line each: the vector and whose it is. */
type Flat = { owners: Entry[]; numbers: Int32Array; owner: Int32Array; phrasings: Int32Array; of: string };

/** What came near, best first, each answer once and in the customer's language where it has words in it. */
export type Near = { value: Indexed } & Alike;

export type SimilarIndex = {
  replace(answer: Indexed): void;
  remove(id: string): void;
  /** Lets all of it go. */
  clear(): void;
  /** What is near in this base, as a whole; undefined while vectors are missing, where they are too many, or where nothing can be said of it. */
  usual(): Usual | undefined;
  /** Finds that out in steps, when much has changed. */
  ready(breathe: () => Promise<unknown>): Promise<void>;
  near(to: Parameters<Held['cosine']>[1], locale: Locale, allowed: Allowed, breathe: () => Promise<unknown>): Promise<Near[]>;
};

const FOUND = 8;
/** Work between two breaths: so many dimensions compared take some 5 ms. */
const STEP = 2_000_000;
/** With fewer of its texts read a base is searched by words alone. */
const ENOUGH = 0.98;
/** Of a base so many phrasings are asked what comes near them; of a large one fewer. */
const SAMPLED = { most: 240, least: 40, comparisons: 1_000_000 };
const BODY_CHARACTERS = 500;
/** A label is no text. */
const isText = (text: string): boolean => /[\s\p{Script=Han}]/u.test(text.trim());
const sameThing = (one: Indexed | undefined, other: Indexed): boolean => one?.answer === other.answer || (one?.group !== undefined && one.group === other.group);

/** An empty index; out of use it is cleared, so that its vectors are forgotten. */
export function similarIndex(vectors: Held): SimilarIndex {
  const entries = new Map<string, Entry>();
  const groups = new Map<string, Set<string>>();
  let edits = 0;
  let flat: Flat | undefined;
  let known: { usual: Usual | undefined; size: number; dimensions: number } | undefined;
  let settling: Promise<void> | undefined;

  function remove(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    if (entry.value.group) groups.get(entry.value.group)?.delete(id);
    edits++;
    for (const number of [...entry.phrasings, entry.body]) if (number >= 0) vectors.drop(number);
  }

  function replace(value: Indexed): void {
    // Held before the old one is dropped: a text that stays keeps its vector.
    const phrasings = [...new Set([value.question, ...value.variants])].map(text => vectors.hold(text));
    const body = isText(value.answer) ? vectors.hold(value.answer.slice(0, BODY_CHARACTERS)) : -1;
    remove(value.id);
    entries.set(value.id, { value, phrasings, body });
    if (value.group) groups.set(value.group, (groups.get(value.group) ?? new Set()).add(value.id));
    edits++;
  }

  /** The same in the customer's language, where somebody wrote it. */
  function inLanguage(value: Indexed, locale: Locale, allowed: Allowed): Indexed {
    if (value.locale === locale || !value.group) return value;
    return [...groups.get(value.group) ?? []].flatMap(id => entries.get(id)?.value ?? []).find(other => other.locale === locale && allowed(other)) ?? value;
  }

  function lines(): Flat {
    const of = `${edits} ${vectors.version}`;
    if (flat?.of === of) return flat;
    const owners = [...entries.values()];
    const phrasings: number[] = [];
    const bodies: number[] = [];
    const [first, second]: [number[], number[]] = [[], []];
    for (const [at, entry] of owners.entries()) {
      for (const number of entry.phrasings) if (vectors.has(number)) { phrasings.push(number); first.push(at); }
      if (entry.body >= 0 && vectors.has(entry.body)) { bodies.push(entry.body); second.push(at); }
    }
    flat = { owners, numbers: Int32Array.from([...phrasings, ...bodies]), owner: Int32Array.from([...first, ...second]), phrasings: Int32Array.from(phrasings), of };
    return flat;
  }

  /** How near each answer comes at its best. */
  async function compared(to: Parameters<Held['cosine']>[1], { owners, numbers, owner }: Flat, breathe: () => Promise<unknown>, except = -1, most = numbers.length) {
    const best = new Float32Array(owners.length).fill(-1);
    const step = Math.ceil(STEP / (vectors.dimensions() || 1));
    for (let at = 0; at < most; at++) {
      if (at % step === step - 1) await breathe();
      const number = numbers[at] ?? 0;
      if (number === except) continue;
      const cosine = vectors.cosine(number, to);
      const whose = owner[at] ?? 0;
      if (cosine > (best[whose] ?? -1)) best[whose] = cosine;
    }
    return best;
  }

  async function settle(breathe: () => Promise<unknown>): Promise<void> {
    const all = lines();
    const count = all.phrasings.length;
    const [size, dimensions] = [entries.size, vectors.dimensions()];
    const wanted = all.owners.reduce((sum, { phrasings, body }) => sum + phrasings.length + (body >= 0 ? 1 : 0), 0);
    if (count === 0 || all.numbers.length < ENOUGH * wanted || vectors.tooMany(all.numbers.length)) {
      known = undefined;
      return;
    }
    const sampled = Math.min(count, SAMPLED.most, Math.max(SAMPLED.least, Math.floor(SAMPLED.comparisons / count)));
    const tried: Tried[] = [];
    for (let i = 0; i < sampled; i++) {
      const at = Math.floor((i * count) / sampled);
      const number = all.numbers[at] ?? 0;
      const own = all.owner[at] ?? 0;
      const mine = all.owners[own];
      if (!mine || !vectors.has(number)) continue;
      const best = await compared(vectors.direction(number), all, breathe, number, count);
      let [first, second] = [-1, -1];
      best.forEach((cosine, whose) => {
        if (whose === own || sameThing(all.owners[whose]?.value, mine.value)) return;
        if (cosine > first) [first, second] = [cosine, first];
        else if (cosine > second) second = cosine;
      });
      tried.push({ own: mine.phrasings.length > 1 ? best[own] ?? -1 : undefined, first, second });
      await breathe();
    }
    known = { usual: usualOf(tried), size, dimensions };
  }

  return {
    replace, remove,
    clear: () => { for (const id of [...entries.keys()]) remove(id); },
    usual: () => (known?.dimensions === vectors.dimensions() ? known?.usual : undefined),
    ready(breathe) {
      const changed = known === undefined || known.dimensions !== vectors.dimensions() || Math.abs(entries.size - known.size) * 8 > known.size;
      if (!changed) return settling ?? Promise.resolve();
      return settling ??= settle(breathe).finally(() => { settling = undefined; });
    },
    async near(to, locale, allowed, breathe) {
      const all = lines();
      const best = await compared(to, all, breathe);
      const found = new Map<string, Near>();
      for (const [at, cosine] of best.entries()) {
        const entry = all.owners[at];
        if (cosine <= 0 || !entry || (found.size >= FOUND && cosine <= least(found)) || entries.get(entry.value.id) !== entry || !allowed(entry.value)) continue;
        const value = inLanguage(entry.value, locale, allowed);
        if ((found.get(value.id)?.cosine ?? 0) >= cosine) continue;
        found.set(value.id, { value, cosine });
        if (found.size > FOUND) found.delete([...found.values()].reduce((worst, one) => (one.cosine < worst.cosine ? one : worst)).value.id);
      }
      return [...found.values()].toSorted((a, b) => b.cosine - a.cosine);
    },
  };
}

const least = (found: ReadonlyMap<string, Near>): number => Math.min(...[...found.values()].map(({ cosine }) => cosine));
