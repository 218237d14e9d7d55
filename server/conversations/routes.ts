import { z } from 'zod';
import { route } from '../http/route.ts';
import { allowed } from '../contacts/consent.ts';
import { append } from './append.ts';
import { counts, list, ListInput } from './list.ts';
import { actorOf, conversation } from './conversation.ts';
import { readUp } from './read-up.ts';
import { Id } from './schema.ts';
import { entryView, viewsOf } from './view.ts';
import { windowOf } from './window.ts';

const seq = z.coerce.number().int().min(0).max(1e9);
const Range = z.strictObject({ after: seq.optional(), before: seq.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

const Where = z.strictObject({ channelId: Id.optional(), key: z.string().min(1).max(1000).optional() });

/** Reading: lists, counts, one conversation, its timeline. */
export const conversationRoutes = [
  route('agent', { method: 'get', path: '/conversations', summary: 'A page of the inbox, newest first', query: ListInput, run: ({ hub, caller, query }) => list(hub, caller.id, query) }),
  route('agent', { method: 'get', path: '/conversations/counts', summary: 'How many conversations each view holds', run: ({ hub, caller }) => counts(hub, caller.id) }),
  route('agent', {
    method: 'get', path: '/conversations/:id', summary: 'A conversation as it stands',
    async run({ hub, params, caller }) {
      const head = await conversation(hub, params['id'] ?? '');
      const [view] = await viewsOf(hub, [head]);
      return { ...view, place: hub.place(head.id)?.position, window: await windowOf(hub, head.id, head.thread), drafts: await hub.store.drafts.get(caller.id, head.id) };
    },
  }),
  route('agent', {
    method: 'get', path: '/conversations/:id/sending', summary: 'Whether we may write on a thread of it now: the platform\'s reply window, and a refusal of the customer', query: Where,
    async run({ hub, params, query: { channelId, key } }) {
      const head = await conversation(hub, params['id'] ?? '');
      const thread = head.threads.find(each => each.channelId === channelId && each.key === key) ?? head.thread;
      const channel = hub.channels.get(thread.channelId)?.channel;
      const consent = channel ? await allowed(hub, { channel, address: thread.address ?? thread.key, purpose: 'service' }) : { allowed: true };
      return { window: await windowOf(hub, head.id, thread), ...(consent.allowed ? {} : { refusal: consent.reason }) };
    },
  }),
  route('agent', {
    method: 'get', path: '/threads', summary: 'The conversation that a thread of a channel belongs to', query: Where.required(),
    async run({ hub, query }) {
      const id = await hub.store.conversations.findByThread({ channelId: query.channelId, key: query.key });
      const [view] = await viewsOf(hub, [await conversation(hub, id ?? '')]);
      return view;
    },
  }),
  route('agent', {
    method: 'get', path: '/conversations/:id/timeline', summary: 'Entries in order of seq; after=SEQ continues forwards, before=SEQ backwards, neither gives the last', query: Range,
    async run({ hub, params, query }) {
      const head = await conversation(hub, params['id'] ?? '');
      const items = await hub.store.conversations.readEntries(head.id, query);
      const [view] = await viewsOf(hub, [head]);
      return { items: items.map(entryView), head: view };
    },
  }),
  route('agent', {
    method: 'put', path: '/conversations/:id/draft', summary: 'Keep an unsent text, so that another device has it', status: 204,
    body: z.strictObject({ mode: z.enum(['reply', 'note']), text: z.string().max(100_000) }),
    async run({ hub, params, caller, body }) {
      await conversation(hub, params['id'] ?? '');
      await hub.store.drafts.put(caller.id, params['id'] ?? '', body.mode, body.text);
    },
  }),
  route('agent', {
    method: 'post', path: '/conversations/:id/read', summary: 'Our side has read it: the unread mark goes, the customer\'s channel is told', status: 204,
    async run({ hub, params, caller }) { await readUp(hub, params['id'] ?? '', actorOf(caller)); },
  }),
  route('agent', {
    method: 'put', path: '/conversations/:id/labels', summary: 'Set the labels', body: z.strictObject({ labels: z.array(z.string().trim().min(1).max(60)).max(50) }),
    run: async ({ hub, params, caller, body }) => entryView((await append(hub, params['id'] ?? '', { kind: 'labelled', actor: actorOf(caller), labels: body.labels })).entry),
  }),
  route('agent', {
    method: 'put', path: '/conversations/:id/priority', summary: 'Set the priority, 0 lowest to 4 urgent', body: z.strictObject({ priority: z.number().int().min(0).max(4) }),
    run: async ({ hub, params, caller, body }) => entryView((await append(hub, params['id'] ?? '', { kind: 'prioritised', actor: actorOf(caller), priority: body.priority })).entry),
  }),
];
