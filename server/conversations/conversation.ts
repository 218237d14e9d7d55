import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../people/sign-in.ts';
import type { Actor, Head } from './schema.ts';

/** The conversation, or a Problem 'not-found'. */
export async function conversation(hub: Hub, id: string): Promise<Head> {
  const head = await hub.heads.get(id);
  if (!head || head.seq === 0) throw new Problem('not-found', 'There is no such conversation.');
  return head;
}

/** In whose name a caller acts. */
export const actorOf = (caller: Caller): Actor => ({ kind: caller.kind === 'person' ? 'agent' : 'program', id: caller.id });
