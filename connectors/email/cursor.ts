/** How far the mailbox has been read. */
import { z } from 'zod';
import type { Inbox } from '../connector.ts';

const Cursor = z.object({ uidValidity: z.string(), lastUid: z.number().int().nonnegative(), at: z.iso.datetime() });

/** `lastUid` counts only under its `uidValidity`; `at` is when the mailbox was last seen to its end. */
export type Cursor = z.infer<typeof Cursor>;

/** Null at the very first start, or if what was remembered makes no sense. */
export async function recallCursor(inbox: Inbox): Promise<Cursor | null> {
  return Cursor.safeParse(await inbox.recall('cursor')).data ?? null;
}

/** To be called only when everything up to `lastUid` is stored. */
export const rememberCursor = (inbox: Inbox, cursor: Cursor): Promise<void> => inbox.remember('cursor', cursor);
