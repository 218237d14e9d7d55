/** What must be true of the database after any crash, whatever happened: read raw, with none of the product's own stores. */
import mongoose from 'mongoose';
import { fold, blank } from '../../server/conversations/rules/fold.ts';
import type { Changes } from '../../server/conversations/schema.ts';

/** External ids that were acknowledged, per thread, in the order in which they were. */
export type Acknowledged = { channelId: string; thread: string; ids: string[] };
/** Our replies that were acknowledged: their client ids. */
export type Findings = { lost: string[]; twice: string[]; outOfOrder: string[]; gaps: string[]; unfolded: string[]; unsettled: string[]; counted: number };

type EntryDoc = { _id: string; conversationId: string; seq: number; kind: string; key?: string; externalId?: string; thread?: { channelId: string; key: string }; changes: Changes; effects: { state: string }[]; due?: Date };

/** Compares what was acknowledged with what is stored. */
export async function check(uri: string, said: Acknowledged[], replies: string[]): Promise<Findings> {
  const client = await mongoose.mongo.MongoClient.connect(uri);
  try {
    const entries = await client.db().collection<EntryDoc>('entries').find().sort({ conversationId: 1, seq: 1 }).toArray();
    const heads = await client.db().collection<{ _id: string; openThreads?: string[]; threadKeys?: string[] }>('heads').find({ seq: { $gt: 0 } }).toArray();
    const findings: Findings = { lost: [], twice: [], outOfOrder: [], gaps: [], unfolded: [], unsettled: [], counted: entries.length };

    for (const { channelId, thread, ids } of said) {
      const stored = entries.filter(entry => entry.thread?.channelId === channelId && entry.thread.key === thread && entry.kind === 'message' && entry.externalId && !entry.key);
      const seen = new Map<string, number>();
      for (const { externalId = '' } of stored) seen.set(externalId, (seen.get(externalId) ?? 0) + 1);
      findings.lost.push(...ids.filter(id => !seen.has(id)));
      findings.twice.push(...[...seen].filter(([, times]) => times > 1).map(([id]) => id));
      const order = stored.map(entry => entry.externalId ?? '').filter(id => ids.includes(id));
      if (order.join() !== ids.filter(id => seen.has(id)).join()) findings.outOfOrder.push(thread);
    }
    const keys = entries.flatMap(entry => entry.key ?? []);
    findings.lost.push(...replies.filter(id => !keys.some(key => key.endsWith(`/${id}`))));
    findings.twice.push(...keys.filter((key, index) => keys.indexOf(key) !== index));

    const timelines = Map.groupBy(entries, entry => entry.conversationId);
    for (const [id, timeline] of timelines) {
      timeline.forEach((entry, index) => { if (entry.seq !== index + 1) findings.gaps.push(`${id} at ${entry.seq}`); });
    }
    for (const [id, timeline] of timelines) {
      if (timeline.some((entry, index) => entry.seq !== index + 1)) continue;
      const { id: _id, ...folded } = fold(blank(id), timeline);
      const { _id: _same, openThreads: _open, threadKeys: _keys, ...stored } = heads.find(head => head._id === id) ?? { _id: id };
      const differ = Object.entries(folded).filter(([name, value]) => canonical(value) !== canonical(Reflect.get(stored, name)));
      if (differ.length) findings.unfolded.push(`${id}: ${differ.map(([name, value]) => `${name} ${canonical(value)} stored ${canonical(Reflect.get(stored, name))}`).join(', ')}`);
    }
    findings.unsettled.push(...entries.filter(entry => entry.due || entry.effects.some(effect => effect.state !== 'done')).map(entry => `${entry.conversationId}#${entry.seq} ${JSON.stringify(entry.effects)}`));
    return findings;
  } finally {
    await client.close();
  }
}

const canonical = (value: unknown): string => JSON.stringify(value, (_key, each: unknown) => each && typeof each === 'object' && !Array.isArray(each)
  ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => a < b ? -1 : 1)) : each);
