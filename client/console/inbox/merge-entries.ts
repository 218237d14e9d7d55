/** Keeps a timeline in order whatever way entries arrive: live, paged, resumed, twice, out of order. */
import type { TimelineEntry } from '../wire.ts';

/** Entries by seq, each once; the newer copy wins, but a delivery mark never moves backwards. */
export function mergeEntries(known: readonly TimelineEntry[], incoming: readonly TimelineEntry[]): TimelineEntry[] {
  if (incoming.length === 0) return [...known];
  const last = known.at(-1);
  const first = incoming[0];
  if (last && first && incoming.length === 1 && first.seq === last.seq + 1) return [...known, first];
  const bySeq = new Map(known.map((entry) => [entry.seq, entry]));
  for (const entry of incoming) {
    const before = bySeq.get(entry.seq);
    bySeq.set(entry.seq, before?.delivery && isOlderDelivery(entry, before) ? { ...entry, delivery: before.delivery, externalId: entry.externalId ?? before.externalId } : entry);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function isOlderDelivery(entry: TimelineEntry, before: TimelineEntry): boolean {
  if (!entry.delivery) return true;
  return before.delivery !== undefined && Date.parse(before.delivery.at) > Date.parse(entry.delivery.at);
}

/** The last seq before the first hole; ask the server for everything after it. 0 when there is nothing. */
export function lastWithoutGap(entries: readonly TimelineEntry[]): number {
  let seq = 0;
  for (const entry of entries) {
    if (seq !== 0 && entry.seq !== seq + 1) return seq;
    seq = entry.seq;
  }
  return seq;
}

/** True when something between the first entry and `headSeq` is missing. */
export function hasGap(entries: readonly TimelineEntry[], headSeq: number): boolean {
  return lastWithoutGap(entries) < headSeq;
}
