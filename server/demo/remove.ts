/** Takes the demo away: what it brought and what its scripted customers wrote, and nothing else. */
import { setTimeout as pause } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { demoStore } from './store.ts';

/** A server that was not seen for so long is gone. */
const goneMs = 15_000;

/** Removes the demo from this database; a server that plays it lets go first. Returns how many documents of each collection went. */
export async function removeDemo(db: mongoose.Connection): Promise<Record<string, number>> {
  const demo = demoStore(db);
  if (await demo.phase() === 'off') return {};
  await demo.setPhase('ending');
  while (await demo.players(new Date(Date.now() - goneMs)) > 0) await pause(200);
  return demo.clear();
}
