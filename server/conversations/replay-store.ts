/** Whole timelines in pages, light: for what is worked out from all that happened in a time. */
import type mongoose from 'mongoose';
import type { Entry } from './schema.ts';

type EntryDoc = Omit<Entry, 'id'> & { _id: string };
/** Of an entry what tells where a conversation stood; `rule`: of the receipt, where a rule wrote it. */
export type Replayed = Pick<Entry, 'seq' | 'at' | 'kind' | 'actor' | 'changes'> & { rule?: string | undefined };
type Found = Omit<Replayed, 'rule'> & { conversationId: string; receipt?: { rule?: string } };

const page = 200;
const projection = { _id: 0, conversationId: 1, seq: 1, at: 1, kind: 1, actor: 1, changes: 1, 'receipt.rule': 1 } as const;

/** Reads over the entries. @param idsSince conversations that were not over by then */
export function replayReads(entries: mongoose.mongo.Collection<EntryDoc>, idsSince: (from: Date) => AsyncIterable<string>) {
  const timelines = async (ids: string[]): Promise<{ id: string; entries: Replayed[] }[]> => {
    const found = await entries.find({ conversationId: { $in: ids } }).sort({ conversationId: 1, seq: 1 }).project<Found>(projection).toArray();
    return [...Map.groupBy(found, ({ conversationId }) => conversationId)].map(([id, some]) => ({ id, entries: some.map(({ conversationId: _id, receipt, ...rest }) => ({ ...rest, rule: receipt?.rule })) }));
  };
  return {
    /** All conversations in which something may have happened from then on, each whole, some at a time. */
    async *timelinesSince(from: Date): AsyncGenerator<{ id: string; entries: Replayed[] }[]> {
      let ids: string[] = [];
      for await (const id of idsSince(from)) {
        ids.push(id);
        if (ids.length < page) continue;
        yield await timelines(ids);
        ids = [];
      }
      if (ids.length > 0) yield await timelines(ids);
    },
  };
}
