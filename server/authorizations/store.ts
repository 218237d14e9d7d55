import type mongoose from 'mongoose';
import { alone, type Lock } from '../store/alone.ts';
import type { Vault } from '../store/vault.ts';
import type { Pending, Refusal } from './schema.ts';

type PendingDoc = Pending & { _id: string };

export type AuthorizationStore = Awaited<ReturnType<typeof authorizationStore>>;

/** Sign-ins at platforms that are under way, by the hash of their state; how the last one of a channel failed; and locks over all nodes. */
export async function authorizationStore(db: mongoose.Connection, vault: Vault) {
  const pending = db.collection<PendingDoc>('authorizations');
  await pending.createIndexes([{ name: 'forgotten', key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
  const refusals = db.collection<Refusal & { _id: string }>('authorizationRefusals');
  await refusals.createIndexes([{ name: 'forgotten', key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
  const place = (id: string) => `authorization/${id}`;

  return {
    async begin(id: string, { verifier, ...facts }: Pending): Promise<void> {
      await pending.insertOne({ _id: id, ...facts, verifier: vault.seal(verifier, place(id)) });
    },
    /** Takes it away: nothing can come back twice. Null when it never was, is over, or was taken before. */
    async take(id: string, now: Date): Promise<Pending | null> {
      const found = await pending.findOneAndDelete({ _id: id });
      if (!found || found.expiresAt <= now) return null;
      const { _id, ...facts } = found;
      return { ...facts, verifier: vault.open(found.verifier, place(_id)) };
    },
    async refused(channelId: string, refusal: Refusal): Promise<void> {
      await refusals.replaceOne({ _id: channelId }, refusal, { upsert: true });
    },
    async refusal(channelId: string, now: Date): Promise<Refusal['words'] | undefined> {
      const found = await refusals.findOne({ _id: channelId });
      return found && found.expiresAt > now ? found.words : undefined;
    },
    async forgive(channelId: string): Promise<void> {
      await refusals.deleteOne({ _id: channelId });
    },
    alone: alone(db.collection<Lock>('locks')),
  };
}
