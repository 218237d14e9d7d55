import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { append } from './append.ts';
import { due } from './rules/due.ts';

const nothingDue = (): never => { throw new Problem('conflict', 'Nothing has come due.'); };

/** Wakes what has come due (snooze, expired offers), every second. Returns how to stop. */
export function startTimers(hub: Hub, everyMs = 1000): () => void {
  let busy = false;
  const tick = async () => {
    for (const id of await hub.store.conversations.headsWithTimer(hub.now())) {
      // Decided inside the turn: somebody may snooze it anew at this moment.
      await append(hub, id, head => due(head, hub.now()) ?? nothingDue()).catch(error => { if (!(error instanceof Problem)) throw error; });
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void tick().catch(error => hub.log.warn({ err: error }, 'timers could not be read')).finally(() => { busy = false; });
  }, everyMs);
  return () => clearInterval(timer);
}
