import type { Hub } from '../hub.ts';

/** Scripted customers of the demo; nobody comes when there is no demo. */
export function startCustomers(_hub: Hub): { stop(): void } {
  return { stop() {} };
}
