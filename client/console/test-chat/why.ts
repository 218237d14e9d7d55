/** Why the bot did what it did, as far as its trace tells. */
import type { Tried } from '../wire.ts';

export type Did = 'answered' | 'asked-back' | 'tool' | 'talk' | 'handed-over';
/** `why` names the sentence; `top`: the best confidence that was found. */
export type Verdict = { did: Did; why: 'above' | 'between' | 'below' | 'nothing' | 'unsure' | 'chosen' | 'talk' | 'tool' | 'reason'; top: number | null };

/** Reads the trace. */
export function verdictOf(result: Tried): Verdict {
  const { floors, searches } = result.trace;
  const found = searches.flatMap((search) => search.found.map(({ confidence }) => confidence));
  const top = found.length > 0 ? Math.max(...found) : null;
  if ('handOver' in result) {
    if (result.handOver.reason !== 'low-confidence') return { did: 'handed-over', why: 'reason', top };
    return { did: 'handed-over', why: top === null ? 'nothing' : top < floors.ask ? 'below' : 'unsure', top };
  }
  if (result.tool) return { did: 'tool', why: 'tool', top };
  if (result.choices?.length) return { did: 'asked-back', why: 'between', top };
  if (searches.length === 0) return { did: 'talk', why: 'talk', top };
  return { did: 'answered', why: top !== null && result.confidence > top ? 'chosen' : 'above', top: result.confidence };
}
