/** Why an agent was asked: the receipt of the offer that led to an assignment. */
import type { Reasons, TimelineEntry } from '../wire.ts';

/** The whole receipt, or null where an entry says less. */
export function receiptOf(receipt: TimelineEntry['receipt']): Reasons | null {
  if (!receipt) return null;
  const { terms, stage, candidates, eligible, agents, winner, held } = receipt;
  return terms && stage && candidates && eligible !== undefined && agents !== undefined && winner !== undefined ? { terms, stage, candidates, eligible, agents, winner, ...(held ? { held } : {}) } : null;
}

/** The offer that somebody accepted with this entry. */
export function offerBefore(entries: readonly TimelineEntry[], entry: TimelineEntry): TimelineEntry | undefined {
  if (entry.kind !== 'assigned') return undefined;
  const offer = entries.findLast(({ seq, kind }) => kind === 'offered' && seq < entry.seq);
  return offer?.receipt?.winner === entry.changes.assigneeId ? offer : undefined;
}
