/** What the bot searches: an index of what people edit, and one of each release that is served or tried. */
import { setImmediate as breathe } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Tools } from '../../bots/bot.ts';
import type { Spend } from '../../bots/spend.ts';
import type { Vectors } from '../embeddings/vectors.ts';
import { meaningful, type Meaningful } from './meaning.ts';
import { mayHear } from './rules/audience.ts';
import { servedRelease } from './rules/served.ts';
import type { Asking, Indexed, Pointer } from './schema.ts';
import type { AnswerStore } from './store.ts';

/** Releases, as the index needs them. */
export type Releases = {
  pointer(): Promise<Pointer>;
  /** The pieces of a release. Rejects where there is no such release. */
  pieces(release: number): AsyncIterable<Indexed>;
};

export type Knowledge = {
  /** What a bot may search for who asks. @param spend who pays for the vectors of what is asked */
  tools(asking: Asking, spend?: Spend): Tools;
  /** The model that tells what texts mean; absent where none is configured. */
  readonly embeddings?: string;
  /** The release who asks is served; null: what people edit. */
  releaseFor(asking: Asking): number | null;
  /** What people edit, as it is now. */
  draft(): Indexed[];
  /** What pieces of knowledge are about. */
  topicsOf(ids: string[]): string[];
  /** What is put is searched from then on; many in steps, so that customers are answered in between. Of two calls for one piece the later one counts. */
  put(items: readonly Indexed[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Customers are served this from now on; resolves when its indexes are built. An older pointer than the one known is nothing. */
  serve(pointer: Pointer): Promise<void>;
  pointer(): Pointer;
  /** Builds the index of a release ahead of its questions. Rejects where there is no such release. */
  load(release: number): Promise<void>;
  /** Whether a release is read by its meaning as far as it ever will be, waited for so long. */
  meant(release: number, ms: number): Promise<boolean>;
  readonly size: number;
};

/** Besides those that are served, so many releases stay in memory: a roll-back and a comparison are at hand. */
const KEPT = 3;
/** An index is built in steps: other customers are answered in between. */
const STEP = 25;

/** Loads all answers and the pointer. What another node edits is told to it by knowledge/follow-edits.ts, which release is served by training/follow.ts. */
export async function openKnowledge(store: AnswerStore, releases: Releases, vectors?: Vectors): Promise<Knowledge> {
  const index = meaningful(vectors);
  const draft = new Map<string, Indexed>();
  for await (const answer of store.all()) keep(answer);
  await index.ready();
  let pointer: Pointer = { rev: -1, published: null, canary: null };
  const loaded = new Map<number, Promise<Meaningful>>();
  let calls = 0;
  let underWay = 0;
  /** The last call for each piece, while any call is under way. */
  const last = new Map<string, number>();

  function keep(item: Indexed): void {
    // What a node wrote itself is told to it once more.
    if (isDeepStrictEqual(draft.get(item.id), item)) return;
    draft.set(item.id, item);
    index.replace(item);
  }
  function drop(id: string): void {
    draft.delete(id);
    index.remove(id);
  }

  async function inSteps<Item>(items: readonly Item[], idOf: (item: Item) => string, work: (item: Item) => void): Promise<void> {
    const call = ++calls;
    underWay++;
    try {
      for (const [at, item] of items.entries()) {
        if (at > 0 && at % STEP === 0) await breathe();
        const id = idOf(item);
        if ((last.get(id) ?? 0) > call) continue;
        last.set(id, call);
        work(item);
      }
    } finally {
      if (--underWay === 0) last.clear();
      // Found out beside the work, not by who asks next.
      void index.ready();
    }
  }

  async function build(release: number): Promise<Meaningful> {
    const built = meaningful(vectors);
    let count = 0;
    for await (const piece of releases.pieces(release)) {
      built.replace(piece);
      if (++count % STEP === 0) await breathe();
    }
    await built.ready();
    return built;
  }

  function indexOf(release: number): Promise<Meaningful> {
    const known = loaded.get(release);
    const used = known ?? build(release);
    loaded.delete(release);
    loaded.set(release, used);
    if (known) return used;
    used.catch(() => loaded.delete(release));
    const idle = [...loaded.keys()].filter(each => each !== release && each !== pointer.published && each !== pointer.canary?.release);
    for (const each of idle.slice(0, Math.max(0, idle.length - KEPT))) {
      loaded.get(each)?.then(({ clear }) => clear(), () => undefined);
      loaded.delete(each);
    }
    return used;
  }

  async function serve(next: Pointer): Promise<void> {
    if (next.rev <= pointer.rev) return;
    // Built before anybody is sent there: nobody waits for an index.
    await Promise.all([next.published, next.canary?.release].flatMap(each => (typeof each === 'number' ? [indexOf(each)] : [])));
    if (next.rev > pointer.rev) pointer = next;
  }

  const releaseFor = (asking: Asking) => servedRelease(pointer, asking);
  await serve(await releases.pointer());
  return {
    releaseFor, serve, draft: () => [...draft.values()], topicsOf: ids => [...new Set(ids.flatMap(id => draft.get(id)?.topics ?? []))], pointer: () => pointer,
    load: async (release) => { await indexOf(release); },
    meant: async (release, ms) => (await indexOf(release)).meant(ms),
    ...(vectors ? { embeddings: vectors.model } : {}),
    tools(asking, spend) {
      // Chosen once a turn: a turn never mixes two releases.
      const release = releaseFor(asking);
      const chosen = release === null ? Promise.resolve(index) : indexOf(release);
      // A turn that never searches leaves nobody to hear of it.
      chosen.catch(() => undefined);
      const patience = { patient: asking.conversationId === undefined, spend };
      return { search: async (text, locale) => (await chosen).search(text, locale, item => mayHear(item, asking), patience) };
    },
    put: items => inSteps(items, ({ id }) => id, keep),
    remove: ids => inSteps(ids, id => id, drop),
    get size() { return index.size; },
  };
}
