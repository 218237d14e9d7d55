import type mongoose from 'mongoose';
import { newId } from '../store/id.ts';
import type { SlaPolicy, SlaPolicyInput, SlaPolicyPatch } from './schema.ts';

type PolicyDoc = Omit<SlaPolicy, 'id'> & { _id: string };
/** A policy as it was saved once: receipts name policy and version. */
type VersionDoc = Omit<SlaPolicy, 'id'> & { _id: string; policyId: string; at: Date; by: string };
export type SlaVersion = Omit<VersionDoc, '_id'>;

const toPolicy = ({ _id, ...rest }: PolicyDoc): SlaPolicy => ({ id: _id, ...rest });

export type SlaStore = Awaited<ReturnType<typeof slaStore>>;

/** SLA policies in their order, and every version of each. */
export async function slaStore(db: mongoose.Connection) {
  const policies = db.collection<PolicyDoc>('sla_policies');
  const versions = db.collection<VersionDoc>('sla_policy_versions');
  await versions.createIndexes([{ name: 'version', key: { policyId: 1, version: -1 }, unique: true }]);

  const list = async (): Promise<SlaPolicy[]> => (await policies.find().sort({ order: 1, _id: 1 }).toArray()).map(toPolicy);
  const keep = async ({ id, ...rest }: SlaPolicy, at: Date, by: string) => {
    await versions.updateOne({ policyId: id, version: rest.version }, { $setOnInsert: { _id: newId(), ...rest, policyId: id, at, by } }, { upsert: true });
  };

  return {
    list,
    async create(input: SlaPolicyInput, at: Date, by: string): Promise<SlaPolicy> {
      const policy = { id: newId(), ...input, version: 1, order: (await list()).length };
      await keep(policy, at, by);
      const { id, ...doc } = policy;
      await policies.insertOne({ _id: id, ...doc });
      return policy;
    },
    /** Null when there is no such policy. */
    async change(id: string, { order, ...patch }: SlaPolicyPatch, at: Date, by: string): Promise<SlaPolicy | null> {
      const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      if (order !== undefined) {
        const others = (await list()).filter((policy) => policy.id !== id);
        const moved = [...others.slice(0, order).map((policy) => policy.id), id, ...others.slice(order).map((policy) => policy.id)];
        await policies.bulkWrite(moved.map((_id, nth) => ({ updateOne: { filter: { _id }, update: { $set: { order: nth } } } })));
      }
      const doc = Object.keys(named).length
        ? await policies.findOneAndUpdate({ _id: id }, { $set: named, $inc: { version: 1 } }, { returnDocument: 'after' })
        : await policies.findOne({ _id: id });
      if (!doc) return null;
      await keep(toPolicy(doc), at, by);
      return toPolicy(doc);
    },
    remove: async (id: string): Promise<boolean> => (await policies.deleteOne({ _id: id })).deletedCount === 1,
    versions: async (policyId: string): Promise<SlaVersion[]> => (await versions.find({ policyId }).sort({ version: -1 }).limit(200).toArray()).map(({ _id, ...rest }) => rest),
  };
}
