/**
 * Follows the pointer: what one node publishes every node serves. It asks once a second for the last move, one look at the end of an index:
 * a change stream would tell it sooner, and would have to be taken up anew after each cut and each change of leader, where a question cannot be missed.
 */
import type { Hub } from '../hub.ts';
import { previous } from './publish.ts';

const everyMs = 1_000;

export type Following = {
  /** Looks now: whoever moved the pointer serves it before they answer. */
  look(): Promise<void>;
  /** A run goes on after its request was answered; `stop` waits for it. */
  track(task: Promise<void>): void;
  stop(): Promise<void>;
};

/** Starts following. */
export function startFollowing(hub: Hub): Following {
  const tasks = new Set<Promise<void>>();
  const look = async () => hub.knowledge.serve(await hub.store.training.releases.pointer());
  /** The newest release is built before anybody publishes it: the move itself then costs nothing. */
  let prepared = -1;
  const prepare = async () => {
    const newest = await hub.store.training.releases.newest();
    if (newest !== null) await hub.knowledge.load(newest);
    const { rev } = hub.knowledge.pointer();
    if (rev === prepared) return;
    // So is the one before, after a start too: the way back is never waited for.
    const back = await previous(hub);
    if (back !== null) await hub.knowledge.load(back);
    prepared = rev;
  };
  let asking = false;
  let preparing: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    void look().catch(error => hub.log.warn({ err: error }, 'which release is served could not be looked up')).finally(() => { asking = false; });
    preparing ??= prepare().catch(error => hub.log.warn({ err: error }, 'releases could not be prepared')).finally(() => { preparing = undefined; });
  }, everyMs);
  return {
    look,
    track(task) {
      const quiet = task.catch(error => hub.log.error({ err: error }, 'a run of the regression cases ended early')).finally(() => tasks.delete(quiet));
      tasks.add(quiet);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(tasks);
    },
  };
}
