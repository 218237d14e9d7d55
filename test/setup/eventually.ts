import { setTimeout as pause } from 'node:timers/promises';

type Maybe<Found> = Found | null | undefined | false;

/** Waits until it finds something (not null, undefined or false); fails loudly after a while. */
export async function eventually<Found>(find: () => Maybe<Found> | Promise<Maybe<Found>>, withinMs = 10_000): Promise<Awaited<Found>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const began = performance.now();
    const found = await find();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${find}`);
    // A costly look must not keep the machine from what is waited for.
    await pause(Math.max(25, 3 * (performance.now() - began)));
  }
}
