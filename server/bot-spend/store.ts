import type mongoose from 'mongoose';
import { durable } from '../store/group-commit.ts';
import { revisions } from '../store/revisions.ts';
import type { Scope } from './rules/budget.ts';
import { Budget, Purpose } from './schema.ts';
import type { Spent, Use } from './schema.ts';

type Counts = Pick<Use, 'calls' | 'input' | 'output' | 'cost'>;
/** One day of one queue. Names of models stand escaped: a dot would divide the path. */
type DayDoc = { _id: string; day: string; queueId: string; used?: Partial<Record<Purpose, Record<string, Counts>>>; spentAt?: Record<string, Date> };

const escaped = (model: string): string => encodeURIComponent(model).replaceAll('.', '%2E');
const keyOf = ({ scope, name }: Scope): string => `${scope}:${name}`;
const nobody = '';

const usesOf = ({ day, queueId, used = {} }: DayDoc): Use[] =>
  Purpose.options.flatMap(purpose => Object.entries(used[purpose] ?? {}).map(([model, counts]) => ({ day, queueId, purpose, model: decodeURIComponent(model), ...counts })));

export type SpendStore = Awaited<ReturnType<typeof spendStore>>;

/** The budget, and what was spent: one document a day and queue, whatever is asked how often. */
export async function spendStore(db: mongoose.Connection) {
  const days = db.collection<DayDoc>('model_spend');
  const budgets = revisions(db.collection('model_budgets'), stored => Budget.parse(stored));
  return {
    budgets,
    /** Adds calls, those of one day and queue in one update. */
    async add(uses: readonly Use[]): Promise<void> {
      const byDoc = Map.groupBy(uses, ({ day, queueId }) => `${day}/${queueId}`);
      await days.bulkWrite([...byDoc].map(([_id, some]) => {
        const add = new Map<string, number>();
        for (const { purpose, model, ...counts } of some) {
          for (const key of ['calls', 'input', 'output', 'cost'] as const) {
            const path = `used.${purpose}.${escaped(model)}.${key}`;
            add.set(path, (add.get(path) ?? 0) + counts[key]);
          }
        }
        return { updateOne: { filter: { _id }, update: { $inc: Object.fromEntries(add), $setOnInsert: { day: some[0]?.day ?? '', queueId: some[0]?.queueId ?? nobody } }, upsert: true } };
      }), { ordered: false, writeConcern: durable });
    },
    /** What was used from one day to another, both included. */
    async between(from: string, to: string): Promise<Use[]> {
      return (await days.find({ _id: { $gte: `${from}/`, $lt: `${to}0` } }).toArray()).flatMap(usesOf);
    },
    /** Notes since when limits are reached; what is noted stands. */
    async mark(day: string, scopes: readonly Scope[], at: Date): Promise<void> {
      if (scopes.length === 0) return;
      await days.updateOne({ _id: `${day}/` }, { $min: Object.fromEntries(scopes.map(scope => [`spentAt.${keyOf(scope)}`, at])), $setOnInsert: { day, queueId: nobody } }, { upsert: true, writeConcern: durable });
    },
    /** Forgets it of all limits of the day but these: the budget was raised. */
    async unmark(day: string, still: readonly Scope[]): Promise<void> {
      const kept = new Set(still.map(keyOf));
      const known = Object.keys((await days.findOne({ _id: `${day}/` }, { projection: { spentAt: 1 } }))?.spentAt ?? {}).filter(key => !kept.has(key));
      if (known.length > 0) await days.updateOne({ _id: `${day}/` }, { $unset: Object.fromEntries(known.map(key => [`spentAt.${key}`, ''])) }, { writeConcern: durable });
    },
    /** The limits that are reached, each with its moment where that is noted. */
    async since(day: string, scopes: readonly Scope[]): Promise<Spent[]> {
      const noted = (await days.findOne({ _id: `${day}/` }, { projection: { spentAt: 1 } }))?.spentAt ?? {};
      return scopes.flatMap((scope) => { const since = noted[keyOf(scope)]; return since ? [{ ...scope, since }] : []; });
    },
  };
}
