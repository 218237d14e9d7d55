/** Who may hear what, and when. */
import type { Asking, Indexed } from '../schema.ts';

/** Whether this piece of knowledge is for who asks. */
export function mayHear(_item: Indexed, _asking: Asking): boolean {
  return true;
}
