import type mongoose from 'mongoose';
import { caseStore } from './cases-store.ts';
import { releaseStore } from './releases-store.ts';
import { recordingStore } from './recordings-store.ts';
import { runStore } from './runs-store.ts';

export type TrainingStore = Awaited<ReturnType<typeof trainingStore>>;

/** What the gate keeps. */
export async function trainingStore(db: mongoose.Connection) {
  const [cases, releases, runs, recordings] = await Promise.all([caseStore(db), releaseStore(db), runStore(db), recordingStore(db)]);
  return { cases, releases, runs, recordings };
}
