/** What several contacts said and heard, over all their conversations: the reading side of a person. */
import type mongoose from 'mongoose';
import type { Entry, EntryKind, Head } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
type Spoken = { _id: string } & Pick<Head, 'lastMessageAt' | 'seq'>;

/** An entry's place in a person's history: by time, then seq, then conversation. */
export type Place = Pick<Entry, 'at' | 'seq' | 'conversationId'>;

/** What a history is made of: what was said, what we wrote about it, who had it and how it ended. What is told of a message is folded over it. */
const families = { message: ['message'], note: ['note'], change: ['queued', 'assigned', 'resolved', 'reopened', 'event'] } as const satisfies Record<string, readonly EntryKind[]>;
export type Family = keyof typeof families;
/** Only some of it: families, and one channel (with what belongs to no channel in conversations that are on it). */
export type HistoryFilter = { families: readonly Family[]; channelId?: string | undefined };

const messages: HistoryFilter = { families: ['message'] };

/** MongoDB merges so many sorted scans of an index without sorting anything itself (200 is its limit). */
const mostScans = 150;
const told = ['reaction', 'edited', 'recalled'] as const satisfies readonly EntryKind[];
const mostTold = 1_000;

/** Newest first. */
export const historyOrderOf = (a: Place, b: Place): number => b.at.getTime() - a.at.getTime() || b.seq - a.seq || (a.conversationId === b.conversationId ? 0 : a.conversationId < b.conversationId ? 1 : -1);

const kindOf = (family: Family) => (family === 'change' ? { $in: [...families.change] } : family);

/** The query, for the test that explains it too. Each conversation is one scan of the family's index, newest first; the scans are merged. */
export const historyQuery = (conversations: string[], before?: Place, family: Family = 'message', channelId?: string) => ({
  conversationId: { $in: conversations }, kind: kindOf(family),
  ...(channelId ? { 'thread.channelId': { $in: [channelId, null] } } : {}),
  // That somebody said yes or no is in the ledger, whose lines have a place of their own.
  ...(family === 'change' ? { 'receipt.event': { $ne: 'consent' } } : {}),
  ...(before ? { at: { $lte: before.at }, $or: [{ at: { $lt: before.at } }, { seq: { $lt: before.seq } }, { seq: before.seq, conversationId: { $lt: before.conversationId } }] } : {}),
});
export const historyOrder = { at: -1, seq: -1 } as const;
/** What was told of messages; the test explains this one too. */
export const toldQuery = (conversations: string[], about: string[]) => ({ conversationId: { $in: conversations }, about: { $in: about } });

const key = { conversationId: 1, at: -1, seq: -1 } as const;
/** Each entry is in one of these at most: a message costs no more than before there were others. */
export const historyIndexes: mongoose.mongo.IndexDescription[] = [
  { name: 'person', key, partialFilterExpression: { kind: 'message' } },
  { name: 'person-notes', key, partialFilterExpression: { kind: 'note' } },
  { name: 'person-changes', key: { ...key, kind: 1, 'receipt.event': 1 }, partialFilterExpression: { kind: { $in: [...families.change] } } },
  { name: 'told', key: { conversationId: 1, about: 1 }, partialFilterExpression: { about: { $exists: true } } },
];

/** Reads over the conversations of several contacts. @param spokenBy their heads, in any order, perhaps only those on a channel */
export function historyReads(entries: mongoose.mongo.Collection<EntryDoc>, toEntry: (doc: EntryDoc) => Entry, spokenBy: (contactIds: string[], channelId?: string) => Promise<Spoken[]>) {
  const page = async (conversations: string[], before: Place | undefined, limit: number, family: Family, channelId?: string): Promise<Entry[]> => {
    const found = await entries.find(historyQuery(conversations, before, family, channelId)).sort(historyOrder).limit(limit).toArray();
    const last = found.at(-1);
    if (!last || found.length < limit) return found.map(toEntry);
    // The database does not order by conversation: what stands level with the last one is read whole, and cut here.
    const { at, seq } = last;
    const level = await entries.find({ ...historyQuery(conversations, undefined, family, channelId), at, seq }).toArray();
    const above = found.filter(doc => doc.at.getTime() !== at.getTime() || doc.seq !== seq);
    return [...above, ...level.filter(doc => !before || historyOrderOf(before, doc) < 0)].map(toEntry);
  };

  return {
    /** The newest of what is wanted before a place, newest first, of all conversations of these contacts. */
    async historyOf(contactIds: string[], before: Place | undefined, limit: number, { families: wanted, channelId }: HistoryFilter = messages): Promise<Entry[]> {
      const own = await spokenBy(contactIds, channelId);
      // A head is written behind: one that is still empty is the newest of all.
      const spoken = own.map(({ _id: id, lastMessageAt, seq }) => ({ id, at: seq ? lastMessageAt.getTime() : Infinity })).toSorted((a, b) => b.at - a.at);
      const all = await Promise.all(wanted.map(async (family) => {
        let found: Entry[] = [];
        for (let from = 0; from < spoken.length; from += mostScans) {
          const next = spoken.slice(from, from + mostScans);
          const oldest = found[limit - 1];
          // The rest fell silent before this page begins; a note or an ending may come long after the last word.
          if (family === 'message' && oldest && (next[0]?.at ?? 0) < oldest.at.getTime()) break;
          found = [...found, ...await page(next.map(({ id }) => id), before, limit, family, channelId)].toSorted(historyOrderOf).slice(0, limit);
        }
        return found;
      }));
      return all.flat().toSorted(historyOrderOf).slice(0, limit);
    },

    /** Whether anything was told of its messages: of most conversations nothing was. */
    anyTold: async (conversationId: string): Promise<boolean> => (await entries.findOne({ conversationId, about: { $exists: true } }, { projection: { _id: 1 } })) !== null,

    /** What was told of these entries since: reactions, edits, recalls, oldest first. */
    async toldOf(list: Entry[]): Promise<Entry[]> {
      const about = list.flatMap(({ externalId }) => externalId ?? []);
      if (!about.length) return [];
      const found = await entries.find(toldQuery([...new Set(list.map(({ conversationId }) => conversationId))], about)).limit(mostTold).toArray();
      return found.filter(({ kind }) => told.some(each => each === kind)).map(toEntry).toSorted((a, b) => a.conversationId === b.conversationId ? a.seq - b.seq : a.at.getTime() - b.at.getTime());
    },
  };
}
