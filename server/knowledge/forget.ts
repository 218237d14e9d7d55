import type { Hub } from '../hub.ts';

/** Takes a document out of the store and what it said out of the bot's index. False when there was none. */
export async function forget(hub: Hub, id: string): Promise<boolean> {
  const gone = await hub.store.documents.remove(id);
  if (!gone) return false;
  await hub.edits.refresh(gone.ids);
  for (const file of gone.fileIds) await hub.store.attachments.remove(file).catch((error: unknown) => hub.log.warn({ err: error, file }, 'the file of a document could not be removed'));
  return true;
}
