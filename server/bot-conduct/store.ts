import type mongoose from 'mongoose';
import { revisions } from '../store/revisions.ts';
import { Conduct } from './schema.ts';

export type ConductStore = Awaited<ReturnType<typeof conductStore>>;

/** The conduct that people edit, saving by saving. */
export async function conductStore(db: mongoose.Connection) {
  return revisions(db.collection('bot_conduct'), stored => Conduct.parse(stored));
}
