import { z } from 'zod';
import { Locale } from '../conversations/schema.ts';

/** A reply kept ready; {{contact.name}} and {{agent.name}} are filled in by the composer. */
export const CannedReplyInput = z.strictObject({
  shortcut: z.string().trim().regex(/^[\p{L}\p{N}_-]{1,40}$/u, 'a shortcut is 1 to 40 letters, digits, - or _'),
  title: z.string().trim().min(1, 'a title is needed').max(100),
  text: z.string().trim().min(1, 'the reply is empty').max(10_000),
  locale: Locale.optional(),
});
export type CannedReplyInput = z.infer<typeof CannedReplyInput>;
export const CannedReplyChange = CannedReplyInput.partial();
export type CannedReply = CannedReplyInput & { id: string };
