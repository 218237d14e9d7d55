import type { Hub } from '../hub.ts';
import { blank, fold } from './rules/fold.ts';

/** After a crash, heads may be older than their entries: folds again what was touched in the last ms before it, before anything is decided on it. Returns how many. */
export async function catchUp(hub: Hub, ms: number): Promise<number> {
  const ids = await hub.store.conversations.touchedLast(ms);
  for (const id of ids) await hub.heads.refresh(id);
  await hub.heads.flush();
  return ids.length;
}

/** Compares a stored head with the fold of its whole timeline; writes the fold when they differ. True: it was right. */
export async function refold(hub: Pick<Hub, 'store' | 'heads'>, conversationId: string): Promise<boolean> {
  const stored = await hub.store.conversations.storedHead(conversationId);
  const entries = await hub.store.conversations.readEntries(conversationId, { after: 0, limit: 1_000_000 });
  const folded = fold(blank(conversationId), entries);
  if (JSON.stringify(sorted(stored)) === JSON.stringify(sorted(folded))) return true;
  hub.heads.changed(folded);
  await hub.heads.flush();
  return false;
}

const sorted = (value: unknown): unknown => value && typeof value === 'object' && !(value instanceof Date) && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b)).map(([key, each]) => [key, sorted(each)]))
  : Array.isArray(value) ? value.map(sorted) : value;
