/** What people do in a conversation. Each route is one fact; the rules say whether it can be. */
import { z } from 'zod';
import { personal, route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { mayTake } from '../routing/take.ts';
import { append, type Appended } from './append.ts';
import { actorOf } from './conversation.ts';
import { retryDelivery } from './retry.ts';
import type { Fact } from './rules/apply.ts';
import { changeMessage } from './change-message.ts';
import { Content, Id, Locale, type Actor } from './schema.ts';
import { note, reply } from './speak.ts';
import { entryView } from './view.ts';

const text = z.string('write a text').max(100_000, 'at most 100,000 characters').optional();
const attachments = z.array(Id).max(20, 'at most 20 attachments').optional();
const clientId = z.string().min(8).max(100).optional();
const copies = z.array(z.email('must be a mail address').max(255)).max(20, 'at most 20 addresses').default([]);
const MessageInput = z.strictObject({ text, attachments, clientId, seenSeq: z.number().int().min(0).optional(), resolve: z.boolean().optional(),
  /** Where it goes out; absent: where the customer last spoke. */
  thread: z.strictObject({ channelId: Id, key: z.string().min(1).max(500) }).optional(),
  /** Seq of the message it answers. */
  quote: z.number().int().min(1).optional(),
  template: Content.shape.template,
  /** What the agent wrote before it was translated: for colleagues, who see what was meant. */
  original: z.strictObject({ text: z.string().trim().min(1).max(8_000), locale: Locale }).optional(),
  /** Who else gets this mail; absent: as the channel is set. */
  email: z.strictObject({ cc: copies, bcc: copies }).optional(),
});
const NoteInput = z.strictObject({ text, attachments, clientId });
const Nothing = z.strictObject({}).optional();

const ignoreConflict = (error: unknown) => { if (!(error instanceof Problem) || error.code !== 'conflict') throw error; };

const act = async (hub: Hub, id: string, fact: Fact) => entryView((await append(hub, id, fact)).entry);

/** The same Idempotency-Key in the header does what clientId does in the body. */
const idempotency = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const parsed = z.string().min(8).max(100).safeParse(header);
  if (!parsed.success) throw new Problem('invalid', 'The Idempotency-Key is not usable.', { 'idempotency-key': 'must be 8 to 100 characters' });
  return parsed.data;
};

async function person(hub: Hub, id: string): Promise<void> {
  const found = await hub.store.people.get(id);
  if (!found || found.disabled) throw new Problem('invalid', 'There is no such agent.', { agentId: 'must be the id of somebody who works here' });
}

async function queue(hub: Hub, id: string): Promise<void> {
  if (!await hub.store.queues.get(id)) throw new Problem('invalid', 'There is no such queue.', { queueId: 'must be the id of a queue' });
}

async function toAgent(hub: Hub, id: string, actor: Actor, agentId: string): Promise<Appended> {
  await person(hub, agentId);
  return append(hub, id, { kind: 'assigned', actor, agentId });
}

export const conversationActs = [
  route('agent', {
    method: 'post', path: '/conversations/:id/messages', summary: 'Reply to the customer; a repeated clientId or Idempotency-Key sends once', body: MessageInput, status: 201,
    async run({ hub, params, caller, body, request }) {
      const id = params['id'] ?? '';
      await mayTake(hub, caller, id);
      const sent = await reply(hub, id, actorOf(caller), { ...body, clientId: body.clientId ?? idempotency(request.headers['idempotency-key']) });
      // The customer may have written meanwhile, or a retry comes late: then it stays open.
      if (body.resolve && !sent.repeated) await append(hub, id, { kind: 'resolved', actor: actorOf(caller), seenSeq: sent.entry.seq }).catch(ignoreConflict);
      return entryView(sent.entry);
    },
  }),
  route('agent', {
    method: 'post', path: '/conversations/:id/notes', summary: 'Write a private note', body: NoteInput, status: 201,
    run: async ({ hub, params, caller, body, request }) => entryView((await note(hub, params['id'] ?? '', actorOf(caller), { ...body, clientId: body.clientId ?? idempotency(request.headers['idempotency-key']) })).entry),
  }),
  personal({ method: 'post', path: '/conversations/:id/accept', summary: 'Take the conversation one is offered', body: Nothing, run: ({ hub, params, caller }) => act(hub, params['id'] ?? '', { kind: 'assigned', actor: actorOf(caller), agentId: caller.id, only: 'offered' }) }),
  personal({ method: 'post', path: '/conversations/:id/decline', summary: 'Pass the offer on', body: Nothing, run: ({ hub, params, caller }) => act(hub, params['id'] ?? '', { kind: 'declined', agentId: caller.id }) }),
  route('agent', {
    method: 'post', path: '/conversations/:id/assign', summary: 'Give the conversation to an agent, or back to its queue with null', body: z.strictObject({ agentId: Id.nullable() }),
    async run({ hub, params, caller, body }) {
      const id = params['id'] ?? '';
      if (body.agentId === caller.id) await mayTake(hub, caller, id);
      if (body.agentId) return entryView((await toAgent(hub, id, actorOf(caller), body.agentId)).entry);
      return entryView((await append(hub, id, head => ({ kind: 'queued', actor: actorOf(caller), queueId: head.queueId }))).entry);
    },
  }),
  route('agent', {
    method: 'post', path: '/conversations/:id/transfer', summary: 'Hand over to a queue or an agent, with a note for them',
    body: z.strictObject({ queueId: Id.nullable().optional(), agentId: Id.optional(), note: z.string().trim().max(10_000).optional() })
      .refine(body => (body.queueId === undefined) !== (body.agentId === undefined), { error: 'name a queue or an agent, one of them', path: ['queueId'] }),
    async run({ hub, params, caller, body }) {
      const id = params['id'] ?? '';
      const actor = actorOf(caller);
      if (body.agentId) await person(hub, body.agentId);
      else if (body.queueId) await queue(hub, body.queueId);
      if (body.note) await note(hub, id, actor, { text: body.note });
      return entryView((body.agentId ? await toAgent(hub, id, actor, body.agentId) : await append(hub, id, { kind: 'queued', actor, queueId: body.queueId ?? null })).entry);
    },
  }),
  route('agent', {
    method: 'post', path: '/conversations/:id/snooze', summary: 'Set aside until a time, or until the customer writes', body: z.strictObject({ until: z.iso.datetime({ offset: true, error: 'an ISO 8601 time with zone, e.g. 2026-11-23T09:00:00+08:00' }) }),
    run: ({ hub, params, caller, body }) => act(hub, params['id'] ?? '', { kind: 'snoozed', actor: actorOf(caller), until: new Date(body.until) }),
  }),
  ...(['resolve', 'reopen', 'pending'] as const).map(verb => route('agent', {
    method: 'post', path: `/conversations/:id/${verb}`, summary: { resolve: 'The matter is done', reopen: 'The matter is not done', pending: 'Wait for the customer' }[verb], body: Nothing,
    run: ({ hub, params, caller }) => act(hub, params['id'] ?? '', { kind: ({ resolve: 'resolved', reopen: 'reopened', pending: 'pending' } as const)[verb], actor: actorOf(caller) }),
  })),
  route('agent', {
    method: 'post', path: '/conversations/:id/entries/:seq/retry', summary: 'Send a failed message again', body: Nothing,
    run: async ({ hub, params }) => entryView(await retryDelivery(hub, params['id'] ?? '', Number(params['seq']))),
  }),
  route('agent', {
    method: 'put', path: '/conversations/:id/entries/:seq/reaction', summary: 'React to a message; an empty emoji takes it back', body: z.strictObject({ emoji: z.string().max(32, 'one emoji') }),
    run: async ({ hub, params, caller, body }) => entryView(await changeMessage(hub, params['id'] ?? '', Number(params['seq']), actorOf(caller), { happening: 'reaction', emoji: body.emoji })),
  }),
  route('agent', {
    method: 'patch', path: '/conversations/:id/entries/:seq', summary: 'Change the text of a message of ours', body: z.strictObject({ text: z.string().trim().min(1, 'write a text').max(100_000) }),
    run: async ({ hub, params, caller, body }) => entryView(await changeMessage(hub, params['id'] ?? '', Number(params['seq']), actorOf(caller), { happening: 'edited', content: { text: body.text } })),
  }),
  route('agent', {
    method: 'post', path: '/conversations/:id/entries/:seq/recall', summary: 'Take a message of ours back', body: Nothing,
    run: async ({ hub, params, caller }) => entryView(await changeMessage(hub, params['id'] ?? '', Number(params['seq']), actorOf(caller), { happening: 'recalled' })),
  }),
];
