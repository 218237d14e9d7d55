import type mongoose from 'mongoose';
import { isDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { translationWrites } from './translation-store.ts';
import type { Act, Suggestion, Verdict } from './schema.ts';

type SuggestionDoc = Omit<Suggestion, 'id'> & { _id: string };
type ActDoc = Act & { _id: string };
const toSuggestion = ({ _id, ...rest }: SuggestionDoc): Suggestion => ({ id: _id, ...rest });
/** A suggestion is inserted once and judged once. */
const keyOf = ({ suggestionId, act }: Pick<Act, 'suggestionId' | 'act'>): string => `${suggestionId}/${act === 'inserted' ? 'inserted' : 'verdict'}`;

export type CopilotStore = Awaited<ReturnType<typeof copilotStore>>;

/** What was suggested to whom, and what they did with it. Both are only added to. */
export async function copilotStore(db: mongoose.Connection) {
  const suggestions = db.collection<SuggestionDoc>('copilot_suggestions');
  const acts = db.collection<ActDoc>('copilot_acts');
  await Promise.all([
    suggestions.createIndexes([{ name: 'turn', key: { conversationId: 1, agentId: 1, forSeq: 1 }, unique: true }, { name: 'age', key: { at: 1 } }]),
    acts.createIndexes([{ name: 'inserted', key: { conversationId: 1, agentId: 1, act: 1, at: -1 } }, { name: 'suggestion', key: { suggestionId: 1 } }]),
  ]);
  return {
    ...await translationWrites(db),
    async find(conversationId: string, agentId: string, forSeq: number): Promise<Suggestion | null> {
      const doc = await suggestions.findOne({ conversationId, agentId, forSeq });
      return doc ? toSuggestion(doc) : null;
    },
    async get(id: string): Promise<Suggestion | null> {
      const doc = await suggestions.findOne({ _id: id });
      return doc ? toSuggestion(doc) : null;
    },
    /** Keeps it; of two for the same turn and agent the first stands. */
    async add(suggestion: Omit<Suggestion, 'id'>): Promise<Suggestion> {
      const doc = { _id: newId(), ...suggestion };
      try {
        await suggestions.insertOne(doc);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const { conversationId, agentId, forSeq } = suggestion;
        const first = await suggestions.findOne({ conversationId, agentId, forSeq });
        if (first) return toSuggestion(first);
        throw error;
      }
      return toSuggestion(doc);
    },
    /** Notes an act; false when that was done before. */
    async note(act: Act): Promise<boolean> {
      try {
        await acts.insertOne({ _id: keyOf(act), ...act });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Whether the agent has put it into their message. */
    isInserted: async (suggestionId: string): Promise<boolean> => await acts.findOne({ _id: keyOf({ suggestionId, act: 'inserted' }) }) !== null,
    verdictOn: async (suggestionId: string): Promise<Act | null> => acts.findOne({ _id: keyOf({ suggestionId, act: 'accepted' }) }, { projection: { _id: 0 } }),
    /** The suggestion an agent put into their message last, when it is not judged yet. */
    async insertedLast(conversationId: string, agentId: string): Promise<Suggestion | null> {
      const inserted = await acts.findOne({ conversationId, agentId, act: 'inserted' }, { sort: { at: -1 } });
      if (!inserted || await acts.findOne({ _id: keyOf({ suggestionId: inserted.suggestionId, act: 'accepted' }) })) return null;
      const doc = await suggestions.findOne({ _id: inserted.suggestionId });
      return doc ? toSuggestion(doc) : null;
    },
    async between(from: Date, to: Date, most: number): Promise<{ shown: Pick<Suggestion, 'id' | 'at' | 'agentId' | 'sources'>[]; verdicts: Pick<Act, 'suggestionId' | 'act' | 'distance'>[] }> {
      const shown = await suggestions.find({ at: { $gte: from, $lt: to } }, { projection: { at: 1, agentId: 1, sources: 1 } }).sort({ at: -1 }).limit(most).toArray();
      const judged: Verdict[] = ['accepted', 'edited', 'rejected'];
      const verdicts = await acts.find({ suggestionId: { $in: shown.map(({ _id }) => _id) }, act: { $in: judged } }, { projection: { _id: 0, suggestionId: 1, act: 1, distance: 1 } }).toArray();
      return { shown: shown.map(({ _id, at, agentId, sources }) => ({ id: _id, at, agentId, sources })), verdicts };
    },
    /** What became of the suggestions of one conversation, oldest first. */
    record: async (conversationId: string): Promise<{ suggestion: Suggestion; acts: Act[] }[]> => {
      const found = await suggestions.find({ conversationId }).sort({ at: 1 }).limit(500).toArray();
      const done = await acts.find({ suggestionId: { $in: found.map(({ _id }) => _id) } }, { projection: { _id: 0 } }).sort({ at: 1 }).toArray();
      return found.map((doc) => ({ suggestion: toSuggestion(doc), acts: done.filter(({ suggestionId }) => suggestionId === doc._id) }));
    },
  };
}
