import { z } from 'zod';
import type { Words } from '../conversations/schema.ts';

/** A sign-in at a platform's page that is under way; the browser that began it must come back. */
export type Pending = { channelId: string; personId: string; session: string; verifier: string; expiresAt: Date };

/** What a platform's page sends the browser back with. */
export const Answer = z.looseObject({
  state: z.string().max(500).optional().catch(undefined),
  code: z.string().max(10_000).optional().catch(undefined),
  error: z.string().max(200).optional().catch(undefined),
  iss: z.string().max(2_000).optional().catch(undefined),
});
export type Answer = z.infer<typeof Answer>;

/** How it ended; the console says it in words. */
export type Outcome = 'connected' | 'denied' | 'expired' | 'foreign' | 'refused';

/** Why a platform did not connect an account, in its words; to be read by admins for a while, and never from an address. */
export type Refusal = { words: Words; expiresAt: Date };
