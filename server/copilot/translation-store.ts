import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { Locale } from '../conversations/schema.ts';
import type { Translation } from './schema.ts';

type Doc = Translation & { _id: string; conversationId: string; at: Date };
type Wanted = { conversationId: string; seq: number; to: Locale; source: string };

// Of other words another translation: a message may be edited.
const keyOf = ({ conversationId, seq, to, source }: Wanted): string => `${conversationId}/${seq}/${to}/${createHash('sha256').update(source).digest('base64url').slice(0, 16)}`;

/** Translations of messages: made once, kept for everybody. */
export async function translationWrites(db: mongoose.Connection) {
  const translations = db.collection<Doc>('copilot_translations');
  await translations.createIndexes([{ name: 'conversation', key: { conversationId: 1, to: 1, seq: 1 } }]);
  return {
    translationOf: async (wanted: Wanted): Promise<Translation | null> => translations.findOne({ _id: keyOf(wanted) }, { projection: { _id: 0, conversationId: 0, at: 0 } }),
    async keepTranslation(conversationId: string, translation: Translation, at: Date): Promise<void> {
      await translations.updateOne({ _id: keyOf({ ...translation, conversationId }) }, { $setOnInsert: { ...translation, conversationId, at } }, { upsert: true });
    },
    translationsOf: async (conversationId: string, to: Locale, most: number): Promise<Translation[]> => translations.find({ conversationId, to }, { projection: { _id: 0, conversationId: 0, at: 0 } }).sort({ seq: -1 }).limit(most).toArray(),
  };
}
