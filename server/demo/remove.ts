/** Takes the demo away: what it brought and what its scripted customers wrote, and nothing else. */
import { setTimeout as pause } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { demoStore } from './store.ts';

/**
 * Removes the demo from this database; works with and without a server running on it. Returns how many documents of each collection went.
 * @param graceMs how long a running server has to stop the scripted customers and let go of the channels
 */
export async function removeDemo(db: mongoose.Connection, graceMs = 5_000): Promise<Record<string, number>> {
  const demo = demoStore(db);
  const phase = await demo.phase();
  if (phase === 'off') return {};
  await demo.setPhase('ending');
  if (phase === 'on') await pause(graceMs);
  return demo.clear();
}
