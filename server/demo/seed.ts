import type { Hub } from '../hub.ts';

/** Fills an empty hub with the demo. */
export async function seedDemo(hub: Hub): Promise<void> {
  hub.log.info('the demo is being written');
}
