/** What the API shows of a whole hub: every conversation by its thread, and what was said in one. For stories at the real server. */
import { z } from 'zod';
import { Words } from '../../server/conversations/schema.ts';
import type { Server } from './server.ts';

const Conversations = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), thread: z.looseObject({ key: z.string() }) })), next: z.string().nullish() });
const Shown = z.looseObject({
  seq: z.number(), kind: z.string(), actor: z.looseObject({ kind: z.string() }), externalId: z.string().optional(), about: z.string().optional(), delivery: z.looseObject({ state: z.string(), reason: Words.optional() }).optional(),
  content: z.looseObject({ text: z.string().optional(), unreadable: z.looseObject({ kind: z.string().optional() }).optional(), attachments: z.array(z.looseObject({ id: z.string(), name: z.string(), type: z.string(), size: z.number(), role: z.string().optional() })).optional() }).optional(),
});
const Timeline = z.looseObject({ items: z.array(Shown) });

/** One entry, as the API shows it. */
export type Shown = z.infer<typeof Shown>;

/** Thread key -> conversation id, over all pages. */
export async function conversationsOf(server: Server): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let cursor = '';
  do {
    const page = (await server.api('GET', `/conversations?view=all&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)).as(Conversations);
    for (const one of page.items) found.set(one.thread.key, one.id);
    cursor = page.next ?? '';
  } while (cursor);
  return found;
}

/** The last hundred entries of a conversation. */
export const timelineOf = async (server: Server, id: string): Promise<Shown[]> => (await server.api('GET', `/conversations/${id}/timeline?limit=100`)).as(Timeline).items;
