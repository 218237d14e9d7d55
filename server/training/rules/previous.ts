/** What a roll-back goes to. */
import type { Move } from '../schema.ts';

/** The release published before the present one, moves oldest first; null: none. What was rolled back from is not gone to again. */
export function previousOf(moves: Pick<Move, 'act' | 'published'>[]): number | null {
  const stack: number[] = [];
  for (const { act, published } of moves) {
    if (published === null || published === stack.at(-1)) continue;
    if (act === 'roll-back' && stack.includes(published)) stack.length = stack.lastIndexOf(published) + 1;
    else stack.push(published);
  }
  return stack.at(-2) ?? null;
}
