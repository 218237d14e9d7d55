import type mongoose from 'mongoose';

type Doc = { _id: string; reply?: string; note?: string; at: Date };

export type DraftStore = Awaited<ReturnType<typeof draftStore>>;

/** Unsent texts, per person, conversation and mode; kept for 30 days. */
export async function draftStore(db: mongoose.Connection) {
  const drafts = db.collection<Doc>('drafts');
  await drafts.createIndexes([{ name: 'age', key: { at: 1 }, expireAfterSeconds: 30 * 86_400 }]);
  return {
    async get(personId: string, conversationId: string): Promise<Record<string, string>> {
      const doc = await drafts.findOne({ _id: `${personId}/${conversationId}` });
      return { ...(doc?.reply ? { reply: doc.reply } : {}), ...(doc?.note ? { note: doc.note } : {}) };
    },
    async put(personId: string, conversationId: string, mode: 'reply' | 'note', text: string): Promise<void> {
      await drafts.updateOne({ _id: `${personId}/${conversationId}` }, { $set: { [mode]: text, at: new Date() } }, { upsert: true });
    },
  };
}
