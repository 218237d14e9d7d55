/**
 * Follows the pointer: what one node publishes every node serves. It asks once a second for the last move, one look at the end of an index:
 * a change stream would tell it sooner, and would have to be taken up anew after each cut and each change of leader, where a question cannot be missed.
 */
import type { Hub } from '../hub.ts';

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
  const prepare = async () => {
    const newest = await hub.store.training.releases.newest();
    if (newest !== null) await hub.knowledge.load(newest);
  };
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    void look().catch(error => hub.log.warn({ err: error }, 'which release is served could not be looked up')).finally(() => { asking = false; });
    void prepare().catch(error => hub.log.warn({ err: error }, 'the newest release could not be prepared'));
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
