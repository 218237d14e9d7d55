/** What several contacts said and heard, over all their conversations: the reading side of a person. */
import type mongoose from 'mongoose';
import type { Entry, Head } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
type Spoken = { _id: string } & Pick<Head, 'lastMessageAt' | 'seq'>;

/** A message's place in a person's history: by time, then seq, then conversation. */
export type Place = Pick<Entry, 'at' | 'seq' | 'conversationId'>;

/** MongoDB merges so many sorted scans of an index without sorting anything itself (200 is its limit). */
const mostScans = 150;

/** Newest first. */
const order = (a: Place, b: Place) => b.at.getTime() - a.at.getTime() || b.seq - a.seq || (a.conversationId === b.conversationId ? 0 : a.conversationId < b.conversationId ? 1 : -1);

/** The query, for the test that explains it too. Each conversation is one scan of the index 'person', newest first; the scans are merged. */
export const historyQuery = (conversations: string[], before?: Place) => ({
  conversationId: { $in: conversations }, kind: 'message' as const,
  ...(before ? { at: { $lte: before.at }, $or: [{ at: { $lt: before.at } }, { seq: { $lt: before.seq } }, { seq: before.seq, conversationId: { $lt: before.conversationId } }] } : {}),
});
export const historyOrder = { at: -1, seq: -1 } as const;

export const historyIndex: mongoose.mongo.IndexDescription = { name: 'person', key: { conversationId: 1, at: -1, seq: -1 }, partialFilterExpression: { kind: 'message' } };

/** Reads over the conversations of several contacts. @param spokenBy their heads, in any order */
export function historyReads(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry, spokenBy: (contactIds: string[]) => Promise<Spoken[]>) {
  const page = async (conversations: string[], before: Place | undefined, limit: number): Promise<Entry[]> => {
    const found = await entries.find(historyQuery(conversations, before)).sort(historyOrder).limit(limit).toArray();
    const last = found.at(-1);
    if (!last || found.length < limit) return found.map(toEntry);
    // The database does not order by conversation: what stands level with the last one is read whole, and cut here.
    const { at, seq } = last;
    const level = await entries.find({ conversationId: { $in: conversations }, kind: 'message', at, seq }).toArray();
    const above = found.filter(doc => doc.at.getTime() !== at.getTime() || doc.seq !== seq);
    return [...above, ...level.filter(doc => !before || order(before, doc) < 0)].map(toEntry);
  };

  return {
    /** The newest messages before a place, newest first, of all conversations of these contacts. */
    async historyOf(contactIds: string[], before: Place | undefined, limit: number): Promise<Entry[]> {
      const own = await spokenBy(contactIds);
      // A head is written behind: one that is still empty is the newest of all.
      const spoken = own.map(({ _id: id, lastMessageAt, seq }) => ({ id, at: seq ? lastMessageAt.getTime() : Infinity })).toSorted((a, b) => b.at - a.at);
      let found: Entry[] = [];
      for (let from = 0; from < spoken.length; from += mostScans) {
        const next = spoken.slice(from, from + mostScans);
        const oldest = found[limit - 1];
        if (oldest && (next[0]?.at ?? 0) < oldest.at.getTime()) break; // the rest fell silent before this page begins
        found = [...found, ...await page(next.map(({ id }) => id), before, limit)].toSorted(order).slice(0, limit);
      }
      return found;
    },
  };
}
