/** Tells the hub that somebody is at this console: at most every half minute, and only that something was done, not what. */
import { tell } from '../live.ts';

const everyMs = 30_000;
const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
let told = 0;
let listening = false;

function done() {
  const now = Date.now();
  if (now - told < everyMs) return;
  told = now;
  // Not connected: the next sign of life is told.
  tell('active', {}).catch(() => { told = 0; });
}

/** Safe to call again. */
export function startTellingActivity(): void {
  if (listening) return;
  listening = true;
  for (const sign of signs) globalThis.addEventListener(sign, done, { passive: true, capture: true });
}
