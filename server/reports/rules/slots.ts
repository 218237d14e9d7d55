/** Which slots an episode counts in, and what it adds to each. Pure. */
import type { Episode, Instance } from '../schema.ts';
import { slotOf } from './cells.ts';
import { instancesOf } from './instances.ts';

/** What an episode adds, by slot. */
export const bySlot = (episode: Episode): Map<number, Instance[]> => Map.groupBy(instancesOf(episode), ({ at }) => slotOf(at));

/** Slots in which two versions of an episode do not add the same. */
export function changedSlots(before: Episode | null, after: Episode | null): number[] {
  const [was, is] = [before ? bySlot(before) : new Map<number, Instance[]>(), after ? bySlot(after) : new Map<number, Instance[]>()];
  return [...new Set([...was.keys(), ...is.keys()])].filter((slot) => JSON.stringify(was.get(slot)) !== JSON.stringify(is.get(slot)));
}
