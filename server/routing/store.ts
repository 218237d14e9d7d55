import type mongoose from 'mongoose';
import { Problem } from '../problem.ts';
import { asDuplicate } from '../store/group-commit.ts';
import { newId } from '../store/id.ts';
import { revisions } from '../store/revisions.ts';
import { defaultPolicy, RoutingPolicy, type Queue, type QueueInput, type QueuePatch } from './schema.ts';

/** Queues made before there were stages and pulling have neither. */
type Later = 'stages' | 'pull';
type QueueDoc = Omit<Queue, 'id' | Later> & Partial<Pick<Queue, Later>> & { _id: string };

const toQueue = ({ _id, stages = null, pull = 'allowed', ...rest }: QueueDoc): Queue => ({ id: _id, ...rest, stages, pull });

export type QueueStore = Awaited<ReturnType<typeof queueStore>>;

/** Queues; two cannot have the same name. */
export async function queueStore(db: mongoose.Connection) {
  const queues = db.collection<QueueDoc>('queues');
  await queues.createIndexes([{ name: 'name', key: { name: 1 }, unique: true }]);

  const nameTaken = (error: unknown): never => {
    if (asDuplicate(error) !== error) throw new Problem('conflict', 'There is a queue of this name already.', { name: 'is taken' });
    throw error;
  };

  return {
    list: async (): Promise<Queue[]> => (await queues.find().sort({ name: 1 }).toArray()).map(toQueue),
    async get(id: string): Promise<Queue | null> {
      const doc = await queues.findOne({ _id: id });
      return doc ? toQueue(doc) : null;
    },
    async create(input: QueueInput): Promise<Queue> {
      const doc = { _id: newId(), ...input };
      await queues.insertOne(doc).catch(nameTaken);
      return toQueue(doc);
    },
    /** Null when there is no such queue. */
    async update(id: string, patch: QueuePatch): Promise<Queue | null> {
      const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      if (Object.keys(named).length === 0) return this.get(id);
      const doc = await queues.findOneAndUpdate({ _id: id }, { $set: named }, { returnDocument: 'after' }).catch(nameTaken);
      return doc ? toQueue(doc) : null;
    },
    /** False when there was none. What waits there moves to the line every agent serves. */
    remove: async (id: string): Promise<boolean> => (await queues.deleteOne({ _id: id })).deletedCount === 1,
  };
}

export type RoutingPolicyStore = ReturnType<typeof routingPolicyStore>;

/** The routing policy that people edit, saving by saving. What a later release asks for has its default. */
export function routingPolicyStore(db: mongoose.Connection) {
  return revisions(db.collection('routing_policies'), (stored) => RoutingPolicy.parse(Object.assign({}, defaultPolicy, stored)));
}
