import type { Hub } from '../hub.ts';
import type { Attachment } from '../conversations/schema.ts';
import type { Owner } from './schema.ts';

/** Stores bytes that a channel brought along, at once or as they come. */
export function storeFile(hub: Hub, file: { name: string; type: string; bytes: Uint8Array | AsyncIterable<Uint8Array>; cid?: string }, owner: Owner): Promise<Attachment> {
  return hub.store.attachments.put(file.bytes, { name: file.name, owner, ...(file.cid ? { cid: file.cid } : {}) });
}
