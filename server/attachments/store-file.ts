/** Keeps the bytes that came along with a message. */
import type { Attachment } from '../conversations/schema.ts';
import type { Owner } from './schema.ts';
import type { AttachmentStore } from './store.ts';

/** Stores one file; what its sender said about its type is not believed. */
export const storeFile = (
  hub: { store: { attachments: Pick<AttachmentStore, 'put'> } },
  { name, bytes, cid }: { name: string; type: string; bytes: Uint8Array; cid?: string },
  owner: Owner,
): Promise<Attachment> => hub.store.attachments.put(bytes, { name, owner, cid });
