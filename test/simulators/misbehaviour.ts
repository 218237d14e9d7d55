/** How a simulated platform misbehaves: on order, and the same way for the same seed. */
import { setTimeout as pause } from 'node:timers/promises';

/** Shares are 0..1 of all pushes or calls. */
export type Order = {
  /** Pushes that come twice. */
  duplicates: number;
  /** Pushes that are overtaken by a later one. */
  reordered: number;
  /** Each push waits for up to so many ms. */
  delayMs: number;
  /** Calls to the platform's API that are answered 429, with Retry-After. */
  limited: number;
  /** Calls answered 500 before anything was done. */
  failing: number;
  /** Calls answered 500 although the platform did what was asked. */
  lying: number;
  /** Calls that are never answered. */
  hanging: number;
  /** Calls whose connection is cut before anything was done. */
  cut: number;
};

/** What becomes of one call to the platform's API. */
export type Fate = 'ok' | 'limited' | 'failing' | 'lying' | 'hanging' | 'cut';

const wellBehaved: Order = { duplicates: 0, reordered: 0, delayMs: 0, limited: 0, failing: 0, lying: 0, hanging: 0, cut: 0 };

/** Numbers 0..1 that repeat for a seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Misbehaviour of one simulator. */
export function misbehaviour(seed = 1) {
  const roll = dice(seed);
  let order = wellBehaved;
  return {
    /** From now on; what is not named behaves well. */
    order(next: Partial<Order>): void { order = { ...wellBehaved, ...next }; },
    /** Drawn once a call. */
    fate(): Fate {
      let at = roll();
      for (const fate of ['limited', 'failing', 'lying', 'hanging', 'cut'] as const) {
        if (at < order[fate]) return fate;
        at -= order[fate];
      }
      return 'ok';
    },
    /** Pushes once or twice, late or in time. `push` retries by itself, as the platform does; resolves when each copy was taken. */
    async push(push: () => Promise<void>): Promise<void> {
      const late = roll() < order.reordered ? order.delayMs + 50 : 0;
      const twice = roll() < order.duplicates;
      const first = roll() * order.delayMs + late;
      const second = roll() * order.delayMs;
      await Promise.all([pause(first).then(push), ...(twice ? [pause(second).then(push)] : [])]);
    },
  };
}
