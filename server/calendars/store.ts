import type mongoose from 'mongoose';
import { Problem } from '../problem.ts';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import type { Calendar, CalendarInput, CalendarPatch } from './schema.ts';

type CalendarDoc = Omit<Calendar, 'id'> & { _id: string };

const toCalendar = ({ _id, ...rest }: CalendarDoc): Calendar => ({ id: _id, ...rest });

export type CalendarStore = Awaited<ReturnType<typeof calendarStore>>;

/** Calendars; two cannot have the same name. */
export async function calendarStore(db: mongoose.Connection) {
  const calendars = db.collection<CalendarDoc>('calendars');
  await calendars.createIndexes([{ name: 'name', key: { name: 1 }, unique: true }]);

  const nameTaken = (error: unknown): never => {
    if (asDuplicate(error) !== error) throw new Problem('conflict', { 'zh-CN': '已有同名的工作时间。', en: 'There is a calendar of this name already.' }, { name: 'is taken' });
    throw error;
  };

  return {
    list: async (): Promise<Calendar[]> => (await calendars.find().sort({ name: 1 }).toArray()).map(toCalendar),
    async create(input: CalendarInput): Promise<Calendar> {
      const doc = { _id: newId(), ...input };
      await calendars.insertOne(doc).catch(nameTaken);
      return toCalendar(doc);
    },
    /** Null when there is no such calendar. */
    async change(id: string, patch: CalendarPatch): Promise<Calendar | null> {
      const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const doc = Object.keys(named).length
        ? await calendars.findOneAndUpdate({ _id: id }, { $set: named }, { returnDocument: 'after' }).catch(nameTaken)
        : await calendars.findOne({ _id: id });
      return doc ? toCalendar(doc) : null;
    },
    remove: async (id: string): Promise<boolean> => (await calendars.deleteOne({ _id: id })).deletedCount === 1,
  };
}
