import { mayFollow } from '../calendars/change.ts';
import { z } from 'zod';
import { entryView } from '../conversations/view.ts';
import { personal, route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { policyOf, setPolicy } from './policy.ts';
import { QueueInput, QueuePatch, RoutingPolicyInput } from './schema.ts';
import { take } from './take.ts';

const tellQueues = async (hub: Hub) => hub.events.emit('queues', { queues: await hub.store.queues.list() });
const none = () => new Problem('not-found', 'There is no such queue.');

export const queueRoutes = [
  route('agent', { method: 'get', path: '/queues', summary: 'Queues', run: async ({ hub }) => ({ items: await hub.store.queues.list() }) }),
  route('admin', {
    method: 'post', path: '/queues', summary: 'Make a queue', body: QueueInput, status: 201,
    async run({ hub, body }) {
      mayFollow(hub, body.calendarId);
      const queue = await hub.store.queues.create(body);
      await tellQueues(hub);
      return queue;
    },
  }),
  route('admin', {
    method: 'patch', path: '/queues/:id', summary: 'Change a queue', body: QueuePatch,
    async run({ hub, params, body }) {
      mayFollow(hub, body.calendarId);
      const queue = await hub.store.queues.update(params['id'] ?? '', body);
      if (!queue) throw none();
      await tellQueues(hub);
      return queue;
    },
  }),
  route('admin', {
    method: 'delete', path: '/queues/:id', summary: 'Remove a queue; who waits there is served by everybody',
    async run({ hub, params }) {
      if (!await hub.store.queues.remove(params['id'] ?? '')) throw none();
      await tellQueues(hub);
    },
  }),
  route('supervisor', { method: 'get', path: '/routing-policy', summary: 'How waiting conversations are weighed and given out', run: ({ hub }) => policyOf(hub) }),
  route('admin', {
    method: 'put', path: '/routing-policy', summary: 'Change how they are weighed and given out; 409 when somebody saved since', body: RoutingPolicyInput,
    run: ({ hub, body, caller: { id, name } }) => setPolicy(hub, body, { id, name }),
  }),
  personal({
    method: 'post', path: '/conversations/:id/take', summary: 'Take a waiting conversation, where its queue allows it', body: z.strictObject({}).optional(),
    run: async ({ hub, params, caller }) => entryView((await take(hub, caller, params['id'] ?? '')).entry),
  }),
];
