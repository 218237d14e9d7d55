import type mongoose from 'mongoose';
import { caseStore } from './cases-store.ts';
import { releaseStore } from './releases-store.ts';
import { runStore } from './runs-store.ts';

export type TrainingStore = Awaited<ReturnType<typeof trainingStore>>;

/** What the gate keeps. */
export async function trainingStore(db: mongoose.Connection) {
  const [cases, releases, runs] = await Promise.all([caseStore(db), releaseStore(db), runStore(db)]);
  return { cases, releases, runs };
}
