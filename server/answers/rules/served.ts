/** Which release a conversation is served. */
import type { Asking, Pointer } from '../schema.ts';

/** A place between 0 and 1 that a text always has (FNV-1a, then mixed so that like texts lie far apart). */
export function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The release who asks is to hear; null: what people edit. A conversation that a share holds it also holds when it grows. */
export function servedRelease({ published, canary }: Pointer, { conversationId, release }: Asking): number | null {
  if (release !== undefined) return release;
  if (conversationId === undefined || published === null) return null;
  // The release is hashed along: the next canary tries other customers.
  return canary && placeOf(`${canary.release}/${conversationId}`) < canary.share ? canary.release : published;
}
