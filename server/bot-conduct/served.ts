/** Which conduct a turn has: what people edit, or what a release keeps. */
import { LRUCache } from 'lru-cache';
import type { Hub } from '../hub.ts';
import { Conduct } from './schema.ts';

export type Conducts = {
  /** Of a release; null: what people edit. Rejects where there is no such release. */
  of(release: number | null): Promise<Conduct>;
  /** What people edit was saved here: it holds at once. */
  forget(): void;
};

/** What another node saved is known after this. */
const freshMs = 1_000;
const kept = 8;

/** Nothing of it is looked up twice within a second, and a release never again: it does not change. */
export function openConducts(store: { conduct: Hub['store']['conduct']; training: Hub['store']['training'] }): Conducts {
  const released = new LRUCache<number, Promise<Conduct>>({ max: kept });
  const draft = new LRUCache<'draft', Promise<Conduct>>({ max: 1, ttl: freshMs });
  function remembered<Key extends string | number>(cache: { get(key: Key): Promise<Conduct> | undefined; set(key: Key, value: Promise<Conduct>): unknown; delete(key: Key): unknown }, key: Key, read: () => Promise<Conduct>): Promise<Conduct> {
    const known = cache.get(key);
    if (known) return known;
    const found = read();
    cache.set(key, found);
    found.catch(() => cache.delete(key));
    return found;
  }
  return {
    of: release => (release === null
      ? remembered(draft, 'draft', async () => (await store.conduct.last())?.kept ?? Conduct.parse({}))
      : remembered(released, release, () => store.training.releases.conduct(release))),
    forget: () => draft.clear(),
  };
}
