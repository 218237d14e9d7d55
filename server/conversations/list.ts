/** What the inbox lists, and how many there are in each view. */
import { z } from 'zod';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { ListQuery } from './list-query.ts';
import { Id, Status, type Head } from './schema.ts';
import { viewsOf, type ConversationView } from './view.ts';

/** GET /conversations. */
export const ListInput = z.strictObject({
  view: z.enum(['mine', 'offers', 'unassigned', 'waiting', 'all']).default('all'),
  status: Status.optional(),
  q: z.string().trim().max(200).optional(),
  label: z.string().max(60).optional(),
  mood: z.enum(['unhappy']).optional(),
  /** Only what has a deadline, the earliest first. */
  sla: z.enum(['due', 'at-risk']).optional(),
  channelId: Id.optional(),
  contactId: Id.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** One page, newest first; `next` continues after its last row. */
export async function list(hub: Hub, me: string, input: z.output<typeof ListInput>): Promise<{ items: ConversationView[]; next?: string }> {
  const contacts = input.q ? await hub.store.contacts.search(input.q, 100) : [];
  const query: ListQuery = {
    view: input.view, me, status: input.status, label: input.label, mood: input.mood, sla: input.sla, channelId: input.channelId, contactId: input.contactId,
    text: input.q, contactIds: contacts.map(contact => contact.id), after: input.cursor ? openCursor(input.cursor) : undefined,
  };
  const heads = await hub.store.conversations.listHeads(query, input.limit + 1);
  const stored = heads.slice(0, input.limit);
  const page = stored.map(head => hub.heads.peek(head.id) ?? head);
  const last = stored.at(-1); // the order is the database's, memory may be ahead of it
  return { items: await viewsOf(hub, page), ...(heads.length > input.limit && last ? { next: cursorOf(last, input.sla !== undefined) } : {}) };
}

/** How many conversations each view holds; counted up to 10,000. */
export async function counts(hub: Hub, me: string) {
  const [mine, unassigned, all, waiting] = await Promise.all((['mine', 'unassigned', 'all', 'waiting'] as const).map(view => hub.store.conversations.countHeads({ view, me })));
  return { mine, unassigned, all, waiting };
}

const cursorOf = (head: Head, byDeadline: boolean) => Buffer.from(`${((byDeadline ? head.sla?.dueAt : null) ?? head.lastMessageAt).getTime()}.${head.id}`).toString('base64url');

function openCursor(cursor: string): { at: Date; id: string } {
  const [, time, id] = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!time || !id) throw new Problem('invalid', 'The cursor is not one of ours.', { 'query.cursor': 'take it from `next` of the page before' });
  return { at: new Date(Number(time)), id };
}
