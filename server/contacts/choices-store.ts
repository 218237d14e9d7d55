/** What people of ours decided between contacts that disagree, in MongoDB. Nothing of a contact is changed by it. */
import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Choice } from './schema.ts';

type ChoiceDoc = Omit<Choice, 'id'> & { _id: string };
const mostChoices = 500;

/** Choices by the contacts they are between; lines are added, the last one counts. */
export async function choicesStore(db: mongoose.Connection) {
  const choices = db.collection<ChoiceDoc>('choices');
  await choices.createIndexes([{ name: 'between', key: { between: 1, at: -1 } }]);
  return {
    async addChoice(choice: Omit<Choice, 'id'>): Promise<void> {
      await choices.insertOne({ _id: newId(), ...choice }, { writeConcern: durable });
    },

    /** Newest first. */
    async choicesOf(contactIds: string[]): Promise<Choice[]> {
      return (await choices.find({ between: { $in: contactIds } }).sort({ at: -1, _id: -1 }).limit(mostChoices).toArray()).map(({ _id, ...rest }) => ({ id: _id, ...rest }));
    },
  };
}
