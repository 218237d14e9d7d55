/** What the ledger says about one address, now. Pure. */
import type { Consent, Purpose } from '../schema.ts';

type Line = Pick<Consent, 'id' | 'purpose' | 'granted' | 'words' | 'at'>;

/** The line that forbids, or null. Marketing wants a yes; an answer to somebody who wrote wants none. */
export type Standing = { allowed: true } | { allowed: false; because: Line | null };

/**
 * The last word counts. 'No' without a purpose (STOP) forbids everything until a 'yes' without a purpose (START) takes it back: then what
 * was allowed before STOP is allowed again, no more. A 'yes' for one purpose does not take a STOP back: a form that was filled in
 * somewhere is no answer to it.
 */
export function standing(lines: Line[], purpose: Purpose): Standing {
  let stop: Line | null = null;
  let own: Line | null = null;
  for (const line of lines.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))) {
    if (line.purpose === undefined) stop = line.granted ? null : line;
    else if (line.purpose === purpose) own = line;
  }
  if (stop) return { allowed: false, because: stop };
  if (own) return own.granted ? { allowed: true } : { allowed: false, because: own };
  return purpose === 'service' ? { allowed: true } : { allowed: false, because: null };
}
